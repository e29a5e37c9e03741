"""Questions of an import: what the register knows of a list, and where imports stand."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload, undefer

from crm.core import progress
from crm.core.db import session
from crm.core.errors import NotFound
from crm.core.normalisation import fold
from crm.core.pagination import Page, page_of
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.choices import USUAL, Decisions, Reason, decisions_of
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import (
    KnownOrganisation,
    KnownPerson,
    Match,
    Register,
)
from crm.stakeholders.importing.plan import Plan
from crm.stakeholders.importing.planner import make_plan
from crm.stakeholders.importing.repeated_rows import Key, keys
from crm.stakeholders.importing.round_trip import cells_of_organisation
from crm.stakeholders.importing.rows import read_rows
from crm.stakeholders.importing.serialisation import Choices, choices_of, choices_text, table_of
from crm.stakeholders.importing.tables import Table
from crm.stakeholders.models import (
    Affiliation,
    ContactImport,
    Email,
    ImportState,
    Organisation,
    OrganisationOrigin,
    OrganisationTag,
    Person,
    PersonOrigin,
    Phone,
)
from crm.stakeholders.queries import existing_persons, lookalikes, round_trips
from crm.stakeholders.queries.existing_persons import each
from crm.stakeholders.queries.persons import with_details

MOST_SHOWN = 20
# What a row tells of an organisation in a way of its own.
_APART = frozenset({Field.ORGANISATION, Field.HELIX, Field.TAGS})
# What of a look at a list is done, in hundredths, when each part of the work is.
READ, KNOWN, COMPARED, PLANNED = 35, 55, 75, 90


def contact_import(import_id: int, *, with_table: bool = False) -> ContactImport:
    """
    Return one import.

    :param with_table: read its list at the same moment
    :raises NotFound: if the project in scope has none with this id
    """
    statement = select(ContactImport).where(ContactImport.id == import_id)
    if with_table:
        statement = statement.options(undefer(ContactImport.table))
    found = session().scalar(statement)
    if found is None:
        raise NotFound
    return found


def recent_imports() -> list[ContactImport]:
    """Return the last imports that were not cancelled, newest first, without what was read."""
    statement = (
        select(ContactImport)
        .where(ContactImport.state != ImportState.CANCELLED)
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


def organisations_from(contact_import: ContactImport, number: int) -> Page[Organisation]:
    """Return page `number` of the organisations that rows of an import gave anything to."""
    statement = (
        select(Organisation)
        .join(OrganisationOrigin, OrganisationOrigin.organisation_id == Organisation.id)
        .where(OrganisationOrigin.contact_import_id == contact_import.id)
        .group_by(Organisation.id)
        .order_by(func.min(OrganisationOrigin.row), Organisation.id)
    )
    return page_of(statement, number, count_all=True)


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
    existing_persons.describe(register.persons)
    others = [one for one in asked if one.is_person and _is_open(register.match(one))]
    found = lookalikes.find(register, others, without, told=(KNOWN, COMPARED))
    existing_persons.describe(found)
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


def plan_for(table: Table, choices: Choices) -> Plan:
    """Return what importing a table would do to the project in scope now; nothing is written."""
    return _plan(tuple(read_rows(table, choices.columns, choices.words)), choices, USUAL)


def plan_of(contact_import: ContactImport, choices: Choices) -> Plan:
    """Return what importing the list that was kept would do now, with these choices."""
    candidates = _understood(contact_import.table, choices_text(choices))
    decisions = decisions_of(contact_import.decisions)
    # Whom the first part of a long list made is new in the eyes of the rest, as if it were whole.
    return _plan(candidates, choices, decisions, _made_by(contact_import))


def headway_of(contact_import: ContactImport) -> str:
    """Return under which name it is told how far the look at a list is."""
    return f"import-{contact_import.id}"


def stands_as_now(contact_import: ContactImport) -> Callable[[], bool]:
    """
    Return what says whether an import still stands as it does now, and nothing else was chosen.

    It asks on a connection of its own: on SQLite a transaction that is open sees nothing new.
    """
    engine = session().connection().engine
    columns = (
        ContactImport.state,
        ContactImport.begun_at,
        ContactImport.mapping,
        ContactImport.decisions,
    )
    asked = select(*columns).where(ContactImport.id == contact_import.id)

    def now() -> object:
        with engine.connect() as connection:
            return connection.execute(asked).one_or_none()

    before = now()
    return lambda: now() == before


def forget_list() -> None:
    """Let go of the list that was understood last."""
    _understood.cache_clear()


@lru_cache(maxsize=1)
def _understood(table: str, choices: str) -> tuple[Candidate, ...]:
    # The check and the import that follows it mostly are about the same list: it is understood
    # once, in a process that does both. What the register knows of it is asked each time.
    chosen, kept = choices_of(choices), table_of(table)
    rows = read_rows(kept, chosen.columns, chosen.words)
    return tuple(progress.told(rows, len(kept.rows), until=READ))


def _made_by(contact_import: ContactImport) -> Collection[int]:
    if not contact_import.handled:
        return ()
    is_made = PersonOrigin.is_new & (PersonOrigin.contact_import_id == contact_import.id)
    return set(session().scalars(select(PersonOrigin.person_id).where(is_made)))


def _plan(
    candidates: Sequence[Candidate],
    choices: Choices,
    decisions: Decisions,
    without: Collection[int] = (),
) -> Plan:
    candidates = round_trips.looked_up(candidates)
    register = register_for(candidates, without)
    round_trips.describe(register, candidates)
    plan = make_plan(candidates, register, choices.helix_of_new, decisions)
    progress.tell(PLANNED)
    return plan


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
