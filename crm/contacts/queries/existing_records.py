"""What the register knows of those in a list, asked in few statements."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from crm.contacts.rules import existing_records, fuzzy_matching
from crm.contacts.rules.candidates import Candidate, Key, keys
from crm.contacts.rules.choices import Reason
from crm.contacts.rules.existing_records import KnownOrganisation, KnownPerson, Register
from crm.contacts.rules.row_messages import Message, Problem
from crm.core import clock, progress
from crm.core.db import project_in_scope, session
from crm.core.normalisation import fold
from crm.stakeholders import models
from crm.stakeholders.models import Affiliation, Email, Kind, Organisation, Person, PersonTag, Phone
from crm.stakeholders.queries.persons import with_details
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.rules.round_trip import Meant, cells_of, meant_by

# One statement for a usual list; SQLite takes at most 32,766 values.
SET_SIZE = 15_000
# What of a look at a list is done, in hundredths, when each part of the work is.
READ, KNOWN, COMPARED, PLANNED = 35, 55, 75, 90
Column = ColumnElement[Any] | InstrumentedAttribute[Any]
# What a row tells of an organisation in a way of its own.
_APART = frozenset({Field.ORGANISATION, Field.HELIX, Field.TAGS})
_GONE: Mapping[Kind, Problem] = {
    Kind.PERSON: Problem.RECORD_GONE,
    Kind.ORGANISATION: Problem.ORGANISATION_GONE,
}


def each(
    statement: Select[*tuple[Any, ...]], column: Column, values: Iterable[Any]
) -> Iterator[Any]:
    """Yield the rows of `statement` whose `column` is one of `values`; nothing asks nothing."""
    # In order: what is found first must not hang on how a set happens to lie in memory.
    wanted = sorted(values)
    for start in range(0, len(wanted), SET_SIZE):
        among: ColumnElement[bool] = column.in_(wanted[start : start + SET_SIZE])
        yield from session().execute(statement.where(among))


def register_for(candidates: Iterable[Candidate], without: Collection[int] = ()) -> Register:
    """Return what the project in scope knows of those in a list, but for persons `without`."""
    asked = [candidate for candidate in candidates if not candidate.is_rejected]
    register = Register(organisations=_organisations(asked))
    # A row with a number says itself whom it means: it is not looked up by name or address.
    unnumbered = [row for row in asked if row.is_person and not row.record]
    wanted = {key for candidate in unnumbered for key in keys(candidate)}
    _find_persons(register, wanted, set(without))
    for candidate in asked:
        if (person_id := candidate.record_id) is not None:
            register.persons.setdefault(person_id, KnownPerson(person_id))
    describe_persons(register.persons)
    # Whoever shares an address under another name may be somebody else who is here as well.
    others = []
    for candidate in asked:
        match = register.match(candidate) if candidate.is_person else None
        if candidate.is_person and (match is None or match.reason is Reason.SHARED_EMAIL):
            others.append(candidate)
    found = find_lookalikes(register, others, without, told=(KNOWN, COMPARED))
    describe_persons(found)
    return register


def _organisations(candidates: Sequence[Candidate]) -> dict[str, KnownOrganisation]:
    names = {fold(candidate.organisation) for candidate in candidates} - {""}
    found: dict[str, KnownOrganisation] = {}
    by_id: dict[int, KnownOrganisation] = {}
    statement = select(Organisation).options(joinedload(Organisation.area))
    oldest_first = statement.order_by(Organisation.id)
    for (organisation,) in each(oldest_first, Organisation.name_key, names):
        second = organisation.second_helix
        cells = cells_of(organisation, clock.today(), without=_APART)
        shown = {field: text for field, text in cells.items() if text}
        known = KnownOrganisation(
            name=organisation.name,
            id=organisation.id,
            helixes=(organisation.helix, second) if second else (organisation.helix,),
            filled=set(shown),
            shown=shown,
        )
        found.setdefault(organisation.name_key, known)
        by_id[organisation.id] = known
    tags = select(models.OrganisationTag.organisation_id, models.OrganisationTag.word_key)
    for organisation_id, word in each(tags, models.OrganisationTag.organisation_id, by_id):
        by_id[organisation_id].tags.add(word)
    return found


def _find_persons(register: Register, wanted: set[Key], without: set[int]) -> None:
    found: list[tuple[Key, int]] = []
    bare_names: list[tuple[Key, int]] = []
    values: dict[str, set[str]] = {"email": set(), "phone": set(), "name": set()}
    for kind, value, *_more in wanted:
        values[kind].add(value)
    emails = select(Email.address_key, Person.name_key, Person.id)
    emails = emails.join(Person, Person.id == Email.person_id)
    for key, name, person_id in each(emails, Email.address_key, values["email"]):
        found += [(("email", key, name), person_id), (("email", key), person_id)]
    phones = select(Phone.number, Person.name_key, Person.id)
    phones = phones.join(Person, Person.id == Phone.person_id)
    for number, name, person_id in each(phones, Phone.number, values["phone"]):
        found.append((("phone", number, name), person_id))
    named = (
        select(Person.name_key, Organisation.name_key, Person.id)
        .outerjoin(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(Organisation, Organisation.id == Affiliation.organisation_id)
    )
    for name, organisation, person_id in each(named, Person.name_key, values["name"]):
        found.append((("name", name, organisation or ""), person_id))
        bare_names.append((("name", name, ""), person_id))
    # Who is known by more than a name goes before who happens to have that name: a row with nothing
    # but a name means somebody without organisation first, else anybody.
    found.sort(key=lambda pair: pair[1])
    bare_names.sort(key=lambda pair: pair[1])
    for key, person_id in (*found, *bare_names):
        if key in wanted and person_id not in without:
            register.keys.setdefault(key, person_id)
            register.persons.setdefault(person_id, KnownPerson(person_id))


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
    # Columns, not records: a list is about thousands, and objects cost more than their rows.
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
    role = (Affiliation.id, Affiliation.role, Affiliation.helix)
    roles = (
        select(Affiliation.person_id, Organisation.name_key, Organisation.name, *role)
        .outerjoin(Affiliation.organisation)
        # The main one last: of two roles in one place it is the one that a row is about.
        .order_by(Affiliation.is_main, Affiliation.id.desc())
    )
    for person_id, key, organisation, *told in each(roles, Affiliation.person_id, persons):
        known = persons[person_id]
        known.has_role = True
        known.organisations.add(key or "")
        known.roles[key or ""] = existing_records.RoleChange(*told)
        known.shown[Field.ORGANISATION] = organisation or ""


def _show(known: KnownPerson, field: Field, text: str) -> None:
    known.shown[field] = "; ".join(filter(None, (known.shown.get(field), text)))


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
    meant = {row.row: fuzzy_matching.called(0, row.name) for row in candidates}
    numbers = {phone.number for candidate in candidates for phone in candidate.phones}
    # The oldest last, so that a number that several have is that of the oldest.
    phones = select(Phone.number, Phone.person_id).order_by(Phone.person_id.desc())
    found_phones = each(phones, Phone.number, numbers)
    owners = {number: owner for number, owner in found_phones if owner not in without}
    # Only whose surname begins as that of a row does: a register may hold a hundred thousand.
    blocks = {called.surname[: fuzzy_matching.BLOCK] for called in meant.values()} - {""}
    beginning = func.substr(Person.sort_key, 1, fuzzy_matching.BLOCK)
    called = (Person.id, Person.sort_key, Person.name_key, Person.first_name, Person.initials)
    others = fuzzy_matching.Lookalikes()
    for person_id, sort_key, name_key, first_name, initials in each(
        select(*called).order_by(Person.id), beginning, blocks
    ):
        if person_id not in without:
            written = (first_name, initials)
            others.add([fuzzy_matching.called_by_keys(person_id, sort_key, name_key, written)])
    added: dict[int, KnownPerson] = {}
    since, until = told
    for candidate in progress.told(candidates, len(candidates), since=since, until=until):
        known = [owners[phone.number] for phone in candidate.phones if phone.number in owners]
        owner = next(iter(known), None)
        found = others.like(meant[candidate.row]) or (owner and (owner, Reason.SAME_PHONE))
        if found:
            register.alike[candidate.row] = existing_records.Match(*found)
            if found[0] not in register.persons:
                added[found[0]] = register.persons[found[0]] = KnownPerson(found[0])
    return added


def looked_up(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """
    Return the rows with whom or what their numbers mean.

    A number of elsewhere rejects its row; so does one of an organisation in a list of people, and
    the other way round.
    """
    if not any(candidate.record for candidate in candidates):
        return candidates
    project_id = project_in_scope() or 0
    found = {row.record: meant_by(project_id, row.record) for row in candidates if row.record}
    meant = {number: record for number, record in found.items() if record is not None}
    # What most rows are about, the list is about: a single row of the other kind is a mistake.
    kinds = Counter(meant[row.record].kind for row in candidates if row.record in meant)
    most = kinds.most_common(1)[0][0] if kinds else Kind.PERSON
    model = Person if most is Kind.PERSON else Organisation
    ids = {record.id for record in meant.values() if record.kind is most}
    there = {Meant(most, key) for (key,) in each(select(model.id), model.id, ids)}
    return [_looked_up(row, meant.get(row.record), most, there) for row in candidates]


def _looked_up(
    candidate: Candidate, meant: Meant | None, most: Kind, there: set[Meant]
) -> Candidate:
    if not candidate.record or candidate.is_rejected:
        return candidate
    if meant is None:
        problem = Problem.UNKNOWN_RECORD
    elif meant.kind is not most:
        problem = Problem.OTHER_LIST
    elif meant not in there:
        problem = _GONE[meant.kind]
    elif meant.kind is Kind.PERSON:
        return replace(candidate, record_id=meant.id)
    else:
        return replace(candidate, organisation_id=meant.id)
    # Whatever else there is to say of the row: nobody knows whom it is about.
    message = Message(candidate.row, problem, Field.RECORD, candidate.record)
    return replace(candidate, messages=(message,))


def describe_returned(register: Register, candidates: Sequence[Candidate]) -> None:
    """Put the cells of those whom the numbers of a list mean in the register."""
    persons = {row.record_id: row.record for row in candidates if row.record_id is not None}
    today = clock.today()
    for person in persons_with_ids(persons, whole=True):
        register.cells[persons[person.id]] = cells_of(person, today)
    of_place = {row.organisation_id: row.record for row in candidates if row.organisation_id}
    for organisation in organisations_with_ids(of_place):
        register.cells[of_place[organisation.id]] = cells_of(organisation, today)


def persons_with_ids(ids: Iterable[int], *, whole: bool = False) -> list[Person]:
    """Return these persons; where it is asked with everything that stands in a file about them."""
    statement = select(Person).options(*(with_details() if whole else ()))
    return [row[0] for row in each(statement, Person.id, ids)]


def organisations_with_ids(ids: Iterable[int]) -> list[Organisation]:
    """Return these organisations with everything that stands in a file about them."""
    whole = (joinedload(Organisation.area), selectinload(Organisation.tags))
    return [row[0] for row in each(select(Organisation).options(*whole), Organisation.id, ids)]


def places(model: type[Email | Phone], ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return person id → the position of the first address or number, and that behind the last."""
    columns = (func.min(model.position), func.max(model.position) + 1)
    statement = select(model.person_id, *columns).group_by(model.person_id)
    return {key: (first, behind) for key, first, behind in each(statement, model.person_id, ids)}
