"""What the register knows of those in a list, asked in few statements."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from crm.core import clock, progress
from crm.core.db import project_in_scope, session
from crm.core.normalisation import fold
from crm.stakeholders.importing.candidates import Candidate, Key, keys
from crm.stakeholders.importing.choices import Reason
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import (
    KnownOrganisation,
    KnownPerson,
    Match,
    Register,
    RoleChange,
)
from crm.stakeholders.importing.fuzzy_matching import (
    BLOCK,
    Called,
    Lookalikes,
    called,
    called_by_keys,
)
from crm.stakeholders.importing.round_trip import Meant, cells_of, cells_of_organisation, meant_by
from crm.stakeholders.importing.row_messages import Message, Problem
from crm.stakeholders.models import (
    Affiliation,
    Email,
    Kind,
    Organisation,
    OrganisationTag,
    Person,
    PersonTag,
    Phone,
)
from crm.stakeholders.queries.persons import with_details

# One statement for a usual list; SQLite takes at most 32,766 values.
SET_SIZE = 15_000
# What of a look at a list is done, in hundredths, when each part of the work is.
READ, KNOWN, COMPARED, PLANNED = 35, 55, 75, 90
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


def each(
    statement: Select[*tuple[Any, ...]], column: Column, values: Iterable[Any]
) -> Iterator[Any]:
    """Yield the rows of `statement` whose `column` is one of `values`; nothing asks nothing."""
    wanted = sorted(values)
    for start in range(0, len(wanted), SET_SIZE):
        among: ColumnElement[bool] = column.in_(wanted[start : start + SET_SIZE])
        yield from session().execute(statement.where(among))


def describe_persons(persons: Mapping[int, KnownPerson]) -> None:
    """Fill in what persons have."""
    statement = select(Person).options(joinedload(Person.area))
    for (person,) in each(statement, Person.id, persons):
        known = persons[person.id]
        known.name = person.name_parts
        known.has_area, known.has_note = person.area_id is not None, bool(person.note)
        texts = {Field.LANGUAGE: person.language, Field.NOTE: person.note}
        texts[Field.AREA] = person.area.name if person.area else ""
        known.shown.update({field: text for field, text in texts.items() if text})
    _describe_contact(persons)
    _describe_roles(persons)


def _describe_contact(persons: Mapping[int, KnownPerson]) -> None:
    emails = select(Email.person_id, Email.address).order_by(Email.position, Email.id)
    for person_id, address in each(emails, Email.person_id, persons):
        _show(persons[person_id], Field.EMAIL, address)
    phones = select(Phone.person_id, Phone.number, Phone.raw).order_by(Phone.position, Phone.id)
    for person_id, number, raw in each(phones, Phone.person_id, persons):
        persons[person_id].phones.add(number)
        _show(persons[person_id], Field.PHONE, raw or number)
    tags = select(PersonTag.person_id, PersonTag.word_key, PersonTag.word)
    for person_id, key, word in each(tags.order_by(PersonTag.word), PersonTag.person_id, persons):
        persons[person_id].tags.add(key)
        _show(persons[person_id], Field.TAGS, word)


def _describe_roles(persons: Mapping[int, KnownPerson]) -> None:
    role = (Affiliation.id, Affiliation.role, Affiliation.helix)
    statement = (
        select(Affiliation.person_id, Organisation.name_key, Organisation.name, *role)
        .outerjoin(Affiliation.organisation)
        # The main one last: of two roles in one place it is the one that a row is about.
        .order_by(Affiliation.is_main, Affiliation.id.desc())
    )
    for person_id, key, organisation, *told in each(statement, Affiliation.person_id, persons):
        known = persons[person_id]
        known.has_role = True
        known.organisations.add(key or "")
        known.roles[key or ""] = RoleChange(*told)
        known.shown[Field.ORGANISATION] = organisation or ""


def _show(known: KnownPerson, field: Field, text: str) -> None:
    known.shown[field] = "; ".join(filter(None, (known.shown.get(field), text)))


# What a row tells of an organisation in a way of its own.
_APART = frozenset({Field.ORGANISATION, Field.HELIX, Field.TAGS})


def register_for(candidates: Iterable[Candidate], without: Collection[int] = ()) -> Register:
    """
    Return what the project in scope knows of those in a list, in few statements.

    :param without: persons who are passed over
    """
    asked = [one for one in candidates if not one.is_rejected]
    register = Register(organisations=_organisations(asked))
    unnumbered = [one for one in asked if one.is_person and not one.record]
    wanted = {key for one in unnumbered for key in keys(one)}
    _find_persons(register, wanted, set(without))
    for one in asked:
        if one.record_id is not None:
            register.persons.setdefault(one.record_id, KnownPerson(one.record_id))
    describe_persons(register.persons)
    others = [one for one in asked if one.is_person and _is_open(register.match(one))]
    found = find_lookalikes(register, others, without, told=(KNOWN, COMPARED))
    describe_persons(found)
    return register


def _is_open(match: Match | None) -> bool:
    """Whether somebody else may be meant than who is found, or nobody is."""
    return match is None or match.reason is Reason.SHARED_EMAIL


def _organisations(candidates: Sequence[Candidate]) -> dict[str, KnownOrganisation]:
    names = {fold(one.organisation) for one in candidates} - {""}
    found: dict[str, KnownOrganisation] = {}
    by_id: dict[int, KnownOrganisation] = {}
    statement = (
        select(Organisation).options(joinedload(Organisation.area)).order_by(Organisation.id)
    )
    for organisation in each(statement, Organisation.name_key, names):
        known = _known_organisation(organisation[0])
        found.setdefault(organisation[0].name_key, known)
        by_id[organisation[0].id] = known
    tags = select(OrganisationTag.organisation_id, OrganisationTag.word_key)
    for organisation_id, word in each(tags, OrganisationTag.organisation_id, by_id):
        by_id[organisation_id].tags.add(word)
    return found


def _known_organisation(organisation: Organisation) -> KnownOrganisation:
    second, area = organisation.second_helix, organisation.area
    cells = cells_of_organisation(organisation, area.name if area else "", ())
    shown = {field: text for field, text in cells.items() if text and field not in _APART}
    return KnownOrganisation(
        name=organisation.name,
        id=organisation.id,
        helixes=(organisation.helix, second) if second else (organisation.helix,),
        filled=set(shown),
        shown=shown,
    )


def _find_persons(register: Register, wanted: set[Key], without: set[int]) -> None:
    """Put the keys in the register that persons of the project have; the oldest person first."""
    found: list[tuple[Key, int]] = []
    of = _by_kind(wanted)
    emails = select(Email.address_key, Person.name_key, Person.id).join(
        Person, Person.id == Email.person_id
    )
    for key, name, person_id in each(emails, Email.address_key, of["email"]):
        found += [(("email", key, name), person_id), (("email", key), person_id)]
    phones = select(Phone.number, Person.name_key, Person.id).join(
        Person, Person.id == Phone.person_id
    )
    for number, name, person_id in each(phones, Phone.number, of["phone"]):
        found.append((("phone", number, name), person_id))
    names, bare_names = _named(of["name"])
    # Who is known by more than a name goes before who happens to have that name.
    for key, person_id in [*sorted(found + names, key=_age), *sorted(bare_names, key=_age)]:
        if key in wanted and person_id not in without:
            register.keys.setdefault(key, person_id)
            register.persons.setdefault(person_id, KnownPerson(person_id))


def _by_kind(wanted: set[Key]) -> dict[str, set[str]]:
    kinds: dict[str, set[str]] = {"email": set(), "phone": set(), "name": set()}
    for kind, value, *_more in wanted:
        kinds[kind].add(value)
    return kinds


def _named(names: set[str]) -> tuple[list[tuple[Key, int]], list[tuple[Key, int]]]:
    """
    Return the keys by name and organisation, and those by name alone of who works somewhere.

    A row with nothing but a name means somebody without organisation first, else anybody.
    """
    statement = (
        select(Person.name_key, Organisation.name_key, Person.id)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
    )
    rows = list(each(statement, Person.name_key, names))
    found: list[tuple[Key, int]] = []
    bare: list[tuple[Key, int]] = []
    for name, organisation, person_id in rows:
        found.append((("name", name, organisation or ""), person_id))
        bare.append((("name", name, ""), person_id))
    return found, bare


def _age(found: tuple[Key, int]) -> int:
    return found[1]


def persons_with_ids(ids: Iterable[int]) -> list[Person]:
    """Return these persons."""
    return [row[0] for row in each(select(Person), Person.id, ids)]


def whole_persons_with_ids(ids: Iterable[int]) -> list[Person]:
    """Return these persons with everything that stands in a file about them."""
    statement = select(Person).options(*with_details())
    return [row[0] for row in each(statement, Person.id, ids)]


def places(model: type[Email | Phone], ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return person id → the position of the first address or number, and that behind the last."""
    columns = (func.min(model.position), func.max(model.position) + 1)
    statement = select(model.person_id, *columns).group_by(model.person_id)
    return {key: (first, behind) for key, first, behind in each(statement, model.person_id, ids)}


_CALLED = (Person.id, Person.sort_key, Person.name_key, Person.first_name, Person.initials)


def find_lookalikes(
    register: Register,
    candidates: Sequence[Candidate],
    without: Collection[int] = (),
    *,
    told: tuple[int, int] = (0, progress.WHOLE),
) -> dict[int, KnownPerson]:
    """
    Put beside each of these rows, which nobody is known by, the person that it may mean.

    Return by id those who are new in the register by that; nothing is said of them yet.

    :param told: how much of the work at hand is done before and after, in hundredths
    """
    meant = {one.row: called(0, one.name) for one in candidates}
    owners, others = _owners(candidates, without), _others(meant.values(), without)
    added: dict[int, KnownPerson] = {}
    since, until = told
    for one in progress.told(candidates, len(candidates), since=since, until=until):
        owner = next((owners[p.number] for p in one.phones if p.number in owners), None)
        found = others.like(meant[one.row]) or (owner and (owner, Reason.SAME_PHONE))
        if found:
            register.alike[one.row] = Match(*found)
            if found[0] not in register.persons:
                added[found[0]] = register.persons[found[0]] = KnownPerson(found[0])
    return added


def _owners(candidates: Iterable[Candidate], without: Collection[int]) -> dict[str, int]:
    """Return phone number → the oldest person who has it."""
    numbers = {phone.number for one in candidates for phone in one.phones}
    statement = select(Phone.number, Phone.person_id).order_by(Phone.person_id.desc())
    found = each(statement, Phone.number, numbers)
    return {number: owner for number, owner in found if owner not in without}


def _others(meant: Iterable[Called], without: Collection[int]) -> Lookalikes:
    """Return the persons whose surnames begin as those of the rows do."""
    blocks = {one.surname[:BLOCK] for one in meant} - {""}
    beginning = func.substr(Person.sort_key, 1, BLOCK)
    everybody, found = select(*_CALLED).order_by(Person.id), Lookalikes()
    for person_id, sort_key, name_key, *written in each(everybody, beginning, blocks):
        if person_id not in without:
            found.add([called_by_keys(person_id, sort_key, name_key, (written[0], written[1]))])
    return found


_GONE: Mapping[Kind, Problem] = {
    Kind.PERSON: Problem.RECORD_GONE,
    Kind.ORGANISATION: Problem.ORGANISATION_GONE,
}


def looked_up(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """
    Return the rows with whom or what their numbers mean.

    A number of elsewhere rejects its row; so does one of an organisation in a list of people, and
    the other way round.
    """
    if not any(one.record for one in candidates):
        return candidates
    project_id = project_in_scope() or 0
    found = {one.record: meant_by(project_id, one.record) for one in candidates if one.record}
    meant = {number: one for number, one in found.items() if one is not None}
    kinds = Counter(meant[one.record].kind for one in candidates if one.record in meant)
    most = kinds.most_common(1)[0][0] if kinds else Kind.PERSON
    there = _there({one for one in meant.values() if one.kind is most})
    return [_looked_up(one, meant.get(one.record), most, there) for one in candidates]


def _there(meant: set[Meant]) -> set[Meant]:
    """Return those who, or which, are still in the register."""
    persons = {one.id for one in meant if one.kind is Kind.PERSON}
    places = {one.id for one in meant if one.kind is Kind.ORGANISATION}
    return {
        *(Meant(Kind.PERSON, key) for (key,) in each(select(Person.id), Person.id, persons)),
        *(
            Meant(Kind.ORGANISATION, key)
            for (key,) in each(select(Organisation.id), Organisation.id, places)
        ),
    }


def _looked_up(
    candidate: Candidate, meant: Meant | None, most: Kind, there: set[Meant]
) -> Candidate:
    if not candidate.record or candidate.is_rejected:
        return candidate
    if meant is None:
        return _refused(candidate, Problem.UNKNOWN_RECORD)
    if meant.kind is not most:
        return _refused(candidate, Problem.OTHER_LIST)
    if meant not in there:
        return _refused(candidate, _GONE[meant.kind])
    if meant.kind is Kind.PERSON:
        return replace(candidate, record_id=meant.id)
    return replace(candidate, organisation_id=meant.id)


def _refused(candidate: Candidate, problem: Problem) -> Candidate:
    message = Message(candidate.row, problem, Field.RECORD, candidate.record)
    return replace(candidate, messages=(message,))


def describe_returned(register: Register, candidates: Sequence[Candidate]) -> None:
    """Put the cells of those whom the numbers of a list mean in the register."""
    persons = {one.record_id: one.record for one in candidates if one.record_id is not None}
    today = clock.today()
    for (person,) in each(select(Person).options(*with_details()), Person.id, persons):
        register.cells[persons[person.id]] = cells_of(person, today)
    of_place = {
        one.organisation_id: one.record for one in candidates if one.organisation_id is not None
    }
    for one in organisations_with_ids(of_place):
        area, tags = one.area.name if one.area else "", [tag.word for tag in one.tags]
        register.cells[of_place[one.id]] = cells_of_organisation(one, area, tags)


def organisations_with_ids(ids: Iterable[int]) -> list[Organisation]:
    """Return these organisations with everything that stands in a file about them."""
    whole = (joinedload(Organisation.area), selectinload(Organisation.tags))
    return [row[0] for row in each(select(Organisation).options(*whole), Organisation.id, ids)]
