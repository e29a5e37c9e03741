"""Only commands change rows; they authorise, commit as one, and join when nested."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from crm.core.commands import command
from crm.core.db import WriteOutsideCommand, session, unit_of_work, unscoped
from crm.core.db.sessions import WriteWhileReading
from crm.core.errors import Conflict, Forbidden
from crm.core.permissions import Actor, Role, system
from crm.neighbourhoods.models import Area, AreaKnown
from crm.projects.models import Membership, Project
from crm.projects.policy import ProjectPermission
from crm.stakeholders.models import Helix, Person
from tests import factories

pytestmark = pytest.mark.both_engines("locks")


@command(ProjectPermission.EDIT)
def rename(_actor: Actor, project: Project, *, name: str) -> None:
    """Give the project a name."""
    project.name = name


@command(ProjectPermission.EDIT)
def rename_and_fail(actor: Actor, project: Project, *, name: str) -> None:
    """Give the project a name and then fail."""
    rename(actor, project, name=name)
    raise RuntimeError


@command(ProjectPermission.EDIT)
def join_twice(_actor: Actor, project: Project, *, account_id: int) -> None:
    """Give an account two roles in the project, as two commands at once would."""
    for _time in range(2):
        session().add(Membership(project_id=project.id, account_id=account_id, role=Role.REVIEWER))


@command(ProjectPermission.EDIT)
def take_in(_actor: Actor, project: Project, *, account_id: int) -> None:
    """Give an account a role in the project."""
    session().add(Membership(project_id=project.id, account_id=account_id, role=Role.REVIEWER))


@command(ProjectPermission.EDIT)
def call_a_place_twice(_actor: Actor, _project: Project) -> None:
    """Add an area twice, as two commands at once would."""
    for _time in range(2):
        session().add(Area(name="Lariks", name_key="lariks", code="BU01060001", year=2025))


def reviewer(project: Project) -> Actor:
    return Actor(account_id=None, name="", role=Role.REVIEWER, project_id=project.id)


def kept_name(project: Project) -> str:
    session().rollback()
    return session().scalars(select(Project.name).where(Project.id == project.id)).one()


def test_a_command_needs_its_permission(project: Project) -> None:
    with pytest.raises(Forbidden):
        rename(reviewer(project), project, name="Anders")

    assert kept_name(project) == "Proefproject"


def test_a_nested_command_is_undone_with_the_outer_one(project: Project) -> None:
    with pytest.raises(RuntimeError):
        rename_and_fail(factories.leader_of(project), project, name="Anders")

    assert kept_name(project) == "Proefproject"


def test_what_somebody_else_made_at_the_same_moment_is_refused_in_words(project: Project) -> None:
    leader, newcomer = factories.leader_of(project), factories.account()

    with pytest.raises(Conflict) as refusal:
        join_twice(leader, project, account_id=newcomer.id)
    with pytest.raises(AreaKnown) as known:
        call_a_place_twice(leader, project)

    assert (refusal.value.status, known.value.field) == (409, "name")


def test_a_fault_of_ours_is_not_taken_for_a_change_meanwhile(project: Project) -> None:
    with pytest.raises(IntegrityError):
        take_in(factories.leader_of(project), project, account_id=2**30)


def test_a_change_outside_a_command_is_refused(project: Project) -> None:
    project.name = "Stil veranderd"

    with pytest.raises(WriteOutsideCommand):
        session().flush()
    session().rollback()


def test_the_database_itself_refuses_a_write_while_reading(opened: Session) -> None:
    options = unscoped("the test tries to write")
    factories.project()

    statement = text("UPDATE project SET name = 'x'")

    with pytest.raises(DBAPIError):
        opened.execute(statement, execution_options=options)


def test_a_request_that_reads_cannot_run_a_command(project: Project) -> None:
    session().info["reading"] = True

    with pytest.raises(WriteWhileReading), unit_of_work(system(), "tests"):
        pass


def test_rules_see_what_is_true_under_the_lock(opened: Session, project: Project) -> None:
    somebody = factories.person("Oud", helix=Helix.RESEARCH)
    assert opened.get_one(Person, somebody.id).surname == "Oud"
    statement = text("UPDATE person SET surname = 'Nieuw'")
    other = Session(opened.get_bind())
    other.connection(execution_options={"kring_writing": True})
    other.execute(statement, execution_options=unscoped("another process"))
    other.commit()
    other.close()

    with unit_of_work(system(project.id), "tests"):
        seen = somebody.surname

    assert seen == "Nieuw"
