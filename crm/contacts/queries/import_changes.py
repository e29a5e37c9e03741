"""Whether what an import is about to do still holds: what was changed since it was planned."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from crm.contacts.models import ContactImport
from crm.contacts.rules.candidates import keys
from crm.contacts.rules.plan import Plan
from crm.core.audit import AuditChain, AuditEntry
from crm.core.db import Base, among, session, unscoped
from crm.core.long_work import PlanIsOld
from crm.core.undo import Step
from crm.stakeholders import models
from crm.stakeholders.models import Affiliation, Email, Organisation, Person, Phone

_OPTIONS = unscoped("the trail names its project itself")
_OF_PERSONS = (Email, Phone, Affiliation, models.PersonTag)


class Watch:
    """
    What others change while a plan is carried out: each change is looked at once.

    The next part need not ask again what the last one found harmless for all rows that were still
    to come: with colleagues at work, and thousands of rows, that took longer than writing them.
    """

    def __init__(self, plan: Plan, version: str) -> None:
        """Watch from when it was planned, at this version of the project."""
        self._plan = plan
        # The version begins with the length of the audit trail.
        self._seen = int(version.split(".", maxsplit=1)[0])
        self._last_of_person: dict[int | None, int] = {}
        self._last_with: dict[tuple[str, ...], int] = {}
        for at, row in enumerate(plan.rows):
            self._last_of_person[row.person_id] = at
            if row.candidate.is_person:
                # An address counts with and without the name: the first two parts say which.
                self._last_with.update((key[:2], at) for key in keys(row.candidate))

    def check(self, contact_import: ContactImport, start: int) -> None:
        """
        Hold the rule, inside a command, that rows come in as they were decided about.

        What nobody but this import changed costs one question; else what was changed is compared
        with the rows from `start`, which are still to come.

        :raises PlanIsOld: if somebody changed, or came into the register, whom these rows may mean
        """
        project_id = contact_import.project_id
        length = select(AuditChain.length).where(AuditChain.project_id == project_id)
        now = session().scalar(length, execution_options=_OPTIONS) or 0
        changed = _changed_by_others(contact_import, self._seen, now)
        persons = _owners(changed, Person, *((model, model.person_id) for model in _OF_PERSONS))
        tags = (models.OrganisationTag, models.OrganisationTag.organisation_id)
        # A row may be about one of them, or share a key with what they are now.
        about = (self._last_of_person.get(person_id, -1) for person_id in persons)
        alike = (self._last_with.get(key, -1) for key in _keys_of(persons))
        # Only rows still to come count: what is done already was decided as things were then.
        is_met = any(at >= start for at in (*about, *alike))
        if is_met or _meets_places(self._plan, _owners(changed, Organisation, tags)):
            raise PlanIsOld
        self._seen = now


Changed = dict[str, set[int]]
Part = tuple[type[Base], InstrumentedAttribute[int]]


def _changed_by_others(contact_import: ContactImport, seen: int, now: int) -> Changed:
    """Return the ids of rows by table that others changed between two numbers of the trail."""
    project_id = contact_import.project_id
    changed: Changed = defaultdict(set)
    # What the import itself wrote lies in the stretches of its step.
    step_id = contact_import.step_id
    own = session().get_one(Step, step_id).ranges if step_id is not None else []
    for first, last in _gaps(own, seen, now):
        statement = select(AuditEntry.table, AuditEntry.row_id).where(
            AuditEntry.project_id == project_id, AuditEntry.number.between(first, last)
        )
        for table, row_id in session().execute(statement, execution_options=_OPTIONS):
            changed[table].add(row_id)
    return changed


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


def _owners(changed: Changed, owner: type[Base], *parts: Part) -> set[int]:
    """Return the records that were changed, and those of which a part in another table was."""
    found = set(changed.get(owner.__tablename__, ()))
    for model, owner_id in parts:
        ids = changed.get(model.__tablename__)
        if ids:
            found |= set(session().scalars(select(owner_id).where(among(model.id, ids))))
    return found


def _keys_of(ids: set[int]) -> Iterator[tuple[str, str]]:
    if not ids:
        return
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
        key
        for key, place in plan.organisations.items()
        if place.id is None or place.added or place.sources
    }
    known = {place.id for place in plan.organisations.values() if place.added or place.added_tags}
    edited = {row.organisation_id for row in plan.rows}
    return bool(to_come & named or known & ids or edited & ids)
