"""Undo in the hands of whoever is in a hurry, may not, or comes after others did more."""

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crm.core import audit, undo
from crm.core.db import Database, project_scope, remove_many, session, unit_of_work
from crm.core.errors import Forbidden
from crm.core.permissions import Actor, Role, system
from crm.core.undo import AlreadyUndone, Decisions, NothingGoesBack, Reason, Step
from crm.design_sessions.models import Invitation
from crm.design_sessions.services import inviting
from crm.messages.models import OutboxMessage
from crm.projects.models import Membership, Project
from crm.segments.models import Segment
from crm.segments.services import SegmentDetails, remove_segment, save_segment
from crm.stakeholders.models import Person
from crm.stakeholders.services.persons import remove_person
from crm.steps import queries
from crm.steps.queries import undoing_of
from crm.steps.services import take_back, take_back_later
from tests import factories
from tests.contacts.lists import imported
from tests.core.undoing import back
from tests.long_tasks import work
from tests.pages import Enter
from tests.stakeholders.merges import last_step, merged, planned, queued

pytestmark = pytest.mark.both_engines("undo")

LIST = """\
Voornaam;Achternaam;Organisatie;E-mail
Ada;Vos;Café Oost;ada@kring.example
Bo;Berg;Café Oost;bo@kring.example
"""
ALL = Decisions(everything=True)


@pytest.fixture
def step(project: Project) -> Step:
    """An import of two people who are new."""
    return session().get_one(Step, imported(project, LIST).step_id)


def planner(project: Project) -> Actor:
    account = factories.member(project, Role.PLANNER)
    return Actor(account.id, account.name).in_project(project.id, Role.PLANNER)


def people() -> list[Person]:
    session().expire_all()
    return list(session().scalars(select(Person).order_by(Person.id)))


def test_of_two_windows_one_undoes_and_the_other_is_told(
    app: Flask, opened: Session, project: Project, step: Step
) -> None:
    database: Database = app.extensions["kring_database"]
    start, ended = Barrier(2), list[str]()
    project_id, step_id = project.id, step.id
    opened.rollback()

    def press() -> None:
        with app.app_context(), database.opened(), project_scope(project_id):
            found = queries.step(step_id)
            start.wait()
            try:
                take_back(system(project_id), found)
            except AlreadyUndone:
                ended.append("told")
            else:
                ended.append("undone")

    threads = [Thread(target=press) for _window in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended) == ["told", "undone"]
    assert people() == []
    assert audit.broken_entry(project_id) is None


@pytest.mark.engine("sqlite")
def test_a_step_of_another_project_is_not_found_by_its_number(
    opened: Session, project: Project, step: Step, enter: Enter
) -> None:
    other = factories.project()
    leader = factories.sign_in(enter(Role.LEADER), factories.member(other))
    address = f"/projects/{other.slug}/steps/{step.id}"

    answers = [leader.get(address), leader.get(f"{address}/progress")]
    answers.append(leader.post(f"{address}/undo", data={"for_all": "back"}))

    assert [one.status_code for one in answers] == [404, 404, 404]
    assert len(people()) == 2


@pytest.mark.engine("sqlite")
def test_a_reviewer_undoes_nothing(project: Project, step: Step, enter: Enter) -> None:
    address = f"/projects/{project.slug}/steps/{step.id}"

    answer = enter(Role.REVIEWER).post(f"{address}/undo", data={"for_all": "back"})

    assert answer.status_code == 403
    assert len(people()) == 2


def test_who_lost_the_role_since_undoes_nothing_in_the_background(
    project: Project, step: Step
) -> None:
    actor = planner(project)
    take_back_later(actor, step, decisions=Decisions())
    with unit_of_work(system(), "tests.leave"):
        remove_many(Membership, Membership.account_id == actor.account_id)

    work(undoing_of(step), actor.account_id)

    assert len(people()) == 2
    assert step.can_be_undone


def test_undoing_three_times_over_is_undoing_once(project: Project, step: Step) -> None:
    names = [one.surname for one in people()]

    third = back(back(back(step)))

    assert people() == []
    back(third)
    assert [one.surname for one in people()] == names
    assert audit.broken_entry(project.id) is None


def test_who_was_erased_stays_away_and_the_others_go(
    opened: Session, project: Project, step: Step
) -> None:
    ada, _bo = people()
    ada_id = ada.id
    remove_person(system(project.id), ada)
    of_ada = select(audit.AuditEntry.id).where(audit.AuditEntry.row_id == ada_id)
    with unit_of_work(system(project.id), "test"):
        opened.execute(delete(audit.AuditValue).where(audit.AuditValue.entry_id.in_(of_ada)))

    undoing = back(step, ALL)

    assert people() == []
    back(undoing)
    assert [one.surname for one in people()] == ["Berg"]


def test_two_of_an_import_who_were_merged_are_named_and_go_back_after_their_merge(
    project: Project, step: Step
) -> None:
    kept, gone = people()
    merged(system(project.id), project, kept, gone)
    merge = last_step()

    named = {(one.record.table, one.reason) for one in undo.plan(step).conflicts}
    with pytest.raises(NothingGoesBack):
        back(step)

    assert ("person", Reason.REFERRED) in named
    assert len(people()) == 1
    back(merge)
    back(step)
    assert people() == []


def test_who_was_invited_and_mailed_since_is_named_and_gets_no_mail_once_gone(
    project: Project, step: Step
) -> None:
    actor = system(project.id)
    both = people()
    held = planned(actor, project)
    inviting.invite(actor, held, person_ids=[one.id for one in both], helixes={})
    queued(actor, project, (both[0], both[1]))

    conflicts = undo.plan(step).conflicts

    assert {one.referring for one in conflicts} >= {"invitation", "outbox_message"}
    with pytest.raises(NothingGoesBack):
        back(step)
    assert len(people()) == 2
    back(step, ALL)
    assert people() == []
    assert session().scalar(select(func.count()).select_from(Invitation)) == 0
    assert set(session().scalars(select(OutboxMessage.person_id))) <= {None}


@pytest.mark.engine("sqlite")
def test_who_removes_a_segment_of_their_own_is_alone_in_bringing_it_back(
    project: Project,
) -> None:
    actor, colleague = planner(project), planner(project)
    details = SegmentDetails("Alleen voor mij", "tag:sport", is_shared=False)
    segment = save_segment(actor, project, details=details)
    found = session().get_one(Step, remove_segment(actor, segment))

    with pytest.raises(Forbidden):
        take_back(colleague, found)
    take_back(actor, found)
    undoing = session().get_one(Step, found.undone_by_id)
    with pytest.raises(Forbidden):
        take_back(colleague, undoing)

    assert [one.name for one in session().scalars(select(Segment))] == ["Alleen voor mij"]
