"""Un-merging where things went on meanwhile: erased, removed, or answered by an old link."""

from sqlalchemy import delete, select

from crm.core import undo
from crm.core.audit import AuditEntry, AuditValue
from crm.core.db import session, unit_of_work, unscoped
from crm.core.db.scope import DOOR
from crm.core.permissions import system
from crm.core.undo import Decisions, Reason
from crm.projects.models import Project
from crm.stakeholders.models import Email, Person
from crm.stakeholders.services import persons
from tests import factories
from tests.stakeholders.merges import last_step, merged

TRAIL = {**unscoped("the test stands for erasure"), DOOR: True}


def two_merged(project: Project) -> tuple[int, int]:
    one, other = (factories.person(name, email=f"{name}@x.example") for name in ("Een", "Twee"))
    ids = one.id, other.id
    merged(system(project.id), project, one, other)
    return ids


def taken_back(step_id: int, *, everything: bool = False) -> list[tuple[str, Reason]]:
    with unit_of_work(system(), "tests.undo"):
        step = session().get_one(undo.Step, step_id)
        plan = undo.carry_out(step, Decisions(everything=everything))
    return [(one.record.table, one.reason) for one in plan.conflicts]


def test_who_was_erased_does_not_come_back(project: Project) -> None:
    kept, gone = two_merged(project)
    step_id = last_step().id
    with unit_of_work(system(project.id), "tests.erase"):
        theirs = select(AuditEntry.id).where(
            AuditEntry.table == "person", AuditEntry.row_id == gone
        )
        erased = delete(AuditValue).where(AuditValue.entry_id.in_(theirs))
        session().execute(erased, execution_options={**TRAIL, "synchronize_session": False})

    named = taken_back(step_id, everything=True)

    assert ("person", Reason.ERASED) in named
    assert ("email", Reason.LACKING) in named
    assert list(session().scalars(select(Person.id))) == [kept]
    assert set(session().scalars(select(Email.person_id))) == {kept}


def test_where_the_one_that_stayed_was_removed_the_other_comes_back(project: Project) -> None:
    kept, gone = two_merged(project)
    step_id = last_step().id
    persons.remove_person(system(project.id), session().get_one(Person, kept))

    named = taken_back(step_id)

    assert ("person", Reason.GONE) in named
    assert ("email", Reason.GONE) in named
    assert list(session().scalars(select(Person.id))) == [gone]
