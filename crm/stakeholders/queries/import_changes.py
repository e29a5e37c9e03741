"""Whether what an import is about to do still holds: what was changed since it was planned."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import select

from crm.core.audit import AuditChain, AuditEntry
from crm.core.db import among, session, unscoped
from crm.core.undo import Step
from crm.stakeholders.importing.duplicates import keys
from crm.stakeholders.importing.plan import Plan, PlannedRow
from crm.stakeholders.models import (
    Affiliation,
    ContactImport,
    Email,
    Organisation,
    OrganisationTag,
    Person,
    PersonTag,
    Phone,
)

_OPTIONS = unscoped("the trail names its project itself")
_OF_PERSONS = (Email, Phone, Affiliation, PersonTag)


class PlanIsOld(Exception):
    """A colleague changed what the rest of a list is about: it has to be planned anew."""


def check_still_holds(contact_import: ContactImport, plan: Plan, start: int, version: str) -> None:
    """
    Hold the rule, inside a command, that rows come in as they were decided about.

    What nobody but this import changed costs one question; else what was changed is compared with
    the rows that are still to come.

    :param version: of the project, when it was planned
    :raises PlanIsOld: if somebody changed, or came into the register, whom these rows may mean
    """
    seen = int(version.split(".", maxsplit=1)[0])
    changed = _changed_by_others(contact_import, seen)
    if not changed:
        return
    rest = plan.rows[start:]
    if _meets_persons(rest, _persons_of(changed)) or _meets_places(plan, _places_of(changed)):
        raise PlanIsOld


Changed = dict[str, set[int]]


def _changed_by_others(contact_import: ContactImport, seen: int) -> Changed:
    """Return the ids of rows by table that others changed after a number of the trail."""
    project_id = contact_import.project_id
    length = select(AuditChain.length).where(AuditChain.project_id == project_id)
    now = session().scalar(length, execution_options=_OPTIONS) or 0
    changed: Changed = defaultdict(set)
    for first, last in _gaps(_own_ranges(contact_import), seen, now):
        statement = select(AuditEntry.table, AuditEntry.row_id).where(
            AuditEntry.project_id == project_id, AuditEntry.number.between(first, last)
        )
        for table, row_id in session().execute(statement, execution_options=_OPTIONS):
            changed[table].add(row_id)
    return changed


def _own_ranges(contact_import: ContactImport) -> list[list[int]]:
    if contact_import.step_id is None:
        return []
    return session().get_one(Step, contact_import.step_id).ranges


def _gaps(own: list[list[int]], seen: int, now: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches from behind one number to another that are in none of these ranges."""
    first = seen + 1
    for start, end in own:
        if end < first:
            continue
        if start > first:
            yield first, start - 1
        first = end + 1
    if first <= now:
        yield first, now


def _persons_of(changed: Changed) -> set[int]:
    found = set(changed.get(Person.__tablename__, ()))
    for model in _OF_PERSONS:
        ids = changed.get(model.__tablename__)
        if ids:
            asked = select(model.person_id).where(among(model.id, ids))
            found |= set(session().scalars(asked))
    return found


def _places_of(changed: Changed) -> set[int]:
    found = set(changed.get(Organisation.__tablename__, ()))
    tags = changed.get(OrganisationTag.__tablename__)
    if tags:
        asked = select(OrganisationTag.organisation_id).where(among(OrganisationTag.id, tags))
        found |= set(session().scalars(asked))
    return found


def _meets_persons(rest: Collection[PlannedRow], ids: set[int]) -> bool:
    """Whether a row is about one of these persons, or shares a key with what they are now."""
    if not ids:
        return False
    if any(row.person_id in ids for row in rest):
        return True
    wanted = {key[:2] for row in rest if row.candidate.is_person for key in keys(row.candidate)}
    return not wanted.isdisjoint(_keys_of(ids))


def _keys_of(ids: set[int]) -> Iterator[tuple[str, str]]:
    names = select(Person.name_key).where(among(Person.id, ids))
    emails = select(Email.address_key).where(among(Email.person_id, ids))
    phones = select(Phone.number).where(among(Phone.person_id, ids))
    for kind, statement in (("name", names), ("email", emails), ("phone", phones)):
        yield from ((kind, value) for value in session().scalars(statement))


def _meets_places(plan: Plan, ids: set[int]) -> bool:
    """Whether the list gives something to one of these organisations, or would make it anew."""
    if not ids:
        return False
    named = set(session().scalars(select(Organisation.name_key).where(among(Organisation.id, ids))))
    to_come = {
        key for key, one in plan.organisations.items() if one.id is None or one.added or one.sources
    }
    known = {one.id for one in plan.organisations.values() if one.added or one.added_tags}
    edited = {row.organisation_id for row in plan.rows}
    return bool(to_come & named or known & ids or edited & ids)
