"""Questions of an import: what the register knows of a list, and where imports stand."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, defer, selectinload

from crm.core.db import session
from crm.core.errors import NotFound
from crm.core.folding import fold
from crm.core.pagination import Page, page_of
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.duplicates import Key, keys
from crm.stakeholders.importing.kept import Choices, choices_of, choices_text, table_of
from crm.stakeholders.importing.known import KnownOrganisation, KnownPerson, Register
from crm.stakeholders.importing.plan import Plan, make_plan
from crm.stakeholders.importing.rows import read_rows
from crm.stakeholders.importing.tables import Table
from crm.stakeholders.models import (
    Affiliation,
    ContactImport,
    Email,
    ImportState,
    Organisation,
    OrganisationTag,
    Person,
    PersonOrigin,
    PersonTag,
    Phone,
)

# One statement for a usual list; SQLite takes at most 32,766 values.
SET_SIZE = 15_000
MOST_SHOWN = 20
_UNFINISHED = (ImportState.UPLOADED, ImportState.MAPPED)


def contact_import(import_id: int) -> ContactImport:
    """
    Return one import.

    :raises NotFound: if the project in scope has none with this id
    """
    found = session().scalar(select(ContactImport).where(ContactImport.id == import_id))
    if found is None:
        raise NotFound
    return found


def recent_imports() -> list[ContactImport]:
    """Return the last imports that were not cancelled, newest first, without what was read."""
    statement = (
        select(ContactImport)
        .where(ContactImport.state != ImportState.CANCELLED)
        .options(defer(ContactImport.table), defer(ContactImport.messages))
        .order_by(ContactImport.id.desc())
        .limit(MOST_SHOWN)
    )
    return list(session().scalars(statement))


def people_from(contact_import: ContactImport, number: int) -> Page[Person]:
    """Return page `number` of those who were made or changed by an import, in order of the rows."""
    statement = (
        select(Person)
        .join(PersonOrigin, PersonOrigin.person_id == Person.id)
        .where(PersonOrigin.contact_import_id == contact_import.id)
        .options(selectinload(Person.affiliations).joinedload(Affiliation.organisation))
        .group_by(Person.id)
        .order_by(func.min(PersonOrigin.row), Person.id)
    )
    return page_of(statement, number, count_all=True)


def register_for(candidates: Iterable[Candidate]) -> Register:
    """Return what the project in scope knows of those in a list, in few statements."""
    asked = [one for one in candidates if not one.is_rejected]
    register = Register(organisations=_organisations(asked))
    _find_persons(register, {key for one in asked if one.is_person for key in keys(one)})
    _describe(register)
    return register


def _organisations(candidates: Sequence[Candidate]) -> dict[str, KnownOrganisation]:
    names = {fold(one.organisation) for one in candidates} - {""}
    found: dict[str, KnownOrganisation] = {}
    by_id: dict[int, KnownOrganisation] = {}
    statement = select(Organisation).order_by(Organisation.id)
    for organisation in _each(statement, Organisation.name_key, names):
        known = _known_organisation(organisation[0])
        found.setdefault(organisation[0].name_key, known)
        by_id[organisation[0].id] = known
    tags = select(OrganisationTag.organisation_id, OrganisationTag.word_key)
    for organisation_id, word in _each(tags, OrganisationTag.organisation_id, by_id):
        by_id[organisation_id].tags.add(word)
    return found


def _known_organisation(organisation: Organisation) -> KnownOrganisation:
    second = organisation.second_helix
    values = {
        Field.STREET: organisation.street,
        Field.POSTCODE: organisation.postcode,
        Field.TOWN: organisation.town,
        Field.WEBSITE: organisation.website,
        Field.AREA: organisation.area_id,
        Field.NOTE: organisation.note,
    }
    return KnownOrganisation(
        name=organisation.name,
        id=organisation.id,
        helixes=(organisation.helix, second) if second else (organisation.helix,),
        filled={field for field, value in values.items() if value},
    )


def _find_persons(register: Register, wanted: set[Key]) -> None:
    """Put the keys in the register that persons of the project have; the oldest person first."""
    found: list[tuple[Key, int]] = []
    of = _by_kind(wanted)
    emails = select(Email.address_key, Email.person_id)
    for key, person_id in _each(emails, Email.address_key, of["email"]):
        found.append((("email", key), person_id))
    phones = select(Phone.number, Person.name_key, Person.id).join(
        Person, Person.id == Phone.person_id
    )
    for number, name, person_id in _each(phones, Phone.number, of["phone"]):
        found.append((("phone", number, name), person_id))
    names, bare_names = _named(of["name"])
    # Who is known by more than a name goes before who happens to have that name.
    for key, person_id in [*sorted(found + names, key=_age), *sorted(bare_names, key=_age)]:
        if key in wanted:
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
    rows = list(_each(statement, Person.name_key, names))
    found: list[tuple[Key, int]] = []
    bare: list[tuple[Key, int]] = []
    for name, organisation, person_id in rows:
        found.append((("name", name, organisation or ""), person_id))
        bare.append((("name", name, ""), person_id))
    return found, bare


def _age(found: tuple[Key, int]) -> int:
    return found[1]


def _describe(register: Register) -> None:
    """Fill in what the persons in the register have."""
    persons = register.persons
    for (person,) in _each(select(Person), Person.id, persons):
        known = persons[person.id]
        known.name = person.name_parts
        known.has_area, known.has_note = person.area_id is not None, bool(person.note)
    for person_id, number in _each(select(Phone.person_id, Phone.number), Phone.person_id, persons):
        persons[person_id].phones.add(number)
    tags = select(PersonTag.person_id, PersonTag.word_key)
    for person_id, word in _each(tags, PersonTag.person_id, persons):
        persons[person_id].tags.add(word)
    roles = select(Affiliation.person_id, Organisation.name_key).outerjoin(Affiliation.organisation)
    for person_id, organisation in _each(roles, Affiliation.person_id, persons):
        persons[person_id].has_role = True
        persons[person_id].organisations.add(organisation or "")


def _each(
    statement: Select[*tuple[Any, ...]], column: InstrumentedAttribute[Any], values: Iterable[Any]
) -> Iterator[Any]:
    """Yield the rows of `statement` whose `column` is one of `values`; nothing asks nothing."""
    wanted = sorted(values)
    for start in range(0, len(wanted), SET_SIZE):
        among: ColumnElement[bool] = column.in_(wanted[start : start + SET_SIZE])
        yield from session().execute(statement.where(among))


def plan_for(table: Table, choices: Choices) -> Plan:
    """Return what importing a table would do to the project in scope now; nothing is written."""
    return _plan(tuple(read_rows(table, choices.columns, choices.words)), choices)


def plan_of(contact_import: ContactImport, choices: Choices) -> Plan:
    """Return what importing the list that was kept would do now, with these choices."""
    return _plan(_understood(contact_import.table, choices_text(choices)), choices)


def forget_list() -> None:
    """Let go of the list that was understood last."""
    _understood.cache_clear()


@lru_cache(maxsize=1)
def _understood(table: str, choices: str) -> tuple[Candidate, ...]:
    # The check and the import that follows it mostly are about the same list: it is understood
    # once, in a process that does both. What the register knows of it is asked each time.
    chosen = choices_of(choices)
    return tuple(read_rows(table_of(table), chosen.columns, chosen.words))


def _plan(candidates: Sequence[Candidate], choices: Choices) -> Plan:
    return make_plan(candidates, register_for(candidates), choices.helix)


def persons_with_ids(ids: Iterable[int]) -> list[Person]:
    """Return these persons."""
    return [row[0] for row in _each(select(Person), Person.id, ids)]


def organisations_with_ids(ids: Iterable[int]) -> list[Organisation]:
    """Return these organisations."""
    return [row[0] for row in _each(select(Organisation), Organisation.id, ids)]


def next_positions(model: type[Email | Phone], ids: Iterable[int]) -> dict[int, int]:
    """Return person id → the position behind the last address or number of each person."""
    statement = select(model.person_id, func.max(model.position) + 1).group_by(model.person_id)
    return dict(_each(statement, model.person_id, ids))
