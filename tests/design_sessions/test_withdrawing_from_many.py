"""Who wants to be left alone is invited to many sessions: as many statements, and no deadlock."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from crm.consent.services import note_objection
from crm.core import clock
from crm.core.db import Database, project_scope, session
from crm.core.permissions import Actor, system
from crm.design_sessions.models import Answer, Invitation
from crm.design_sessions.services import answering, inviting
from crm.design_sessions.services.answering import NotInvited, WithdrawScope
from crm.projects.models import Project
from crm.stakeholders.models import Objected, Person
from crm.stakeholders.services.showing import hide
from tests import factories
from tests.design_sessions.conftest import Plan, anew
from tests.design_sessions.mailbox import say

pytestmark = pytest.mark.both_engines("locks")

TIMES, AT_ONCE = 2, 3


def by_link(_actor: Actor, one: Invitation) -> None:
    answering.withdraw(answering.link_actor(one), one, scope=WithdrawScope.PROJECT)


def noted(actor: Actor, one: Invitation) -> None:
    note_objection(actor, one.person, said=Objected("telefoon", clock.now()))


def hidden(actor: Actor, one: Invitation) -> None:
    hide(actor, one.person, said=Objected("telefoon", clock.now()))


def invited(plan: Plan, leader: Actor, number: int) -> list[Invitation]:
    """Invite one to `number` sessions with one place, which they take; another waits for each."""
    firm = factories.organisation("Bedrijf")

    def guest(name: str) -> Person:
        return factories.person(name, at=firm, email=f"{name}.{number}@x.example")

    person = guest("Proef")
    for one in range(number):
        held, waiting = plan(f"Bijeenkomst {one}", capacity=1), guest(f"Wacht{one}")
        inviting.invite(leader, held, person_ids=[person.id, waiting.id])
        theirs = select(Invitation).where(Invitation.design_session_id == held.id)
        for invitation in session().scalars(theirs.order_by(Invitation.person_id)):
            say(invitation, Answer.YES)
    found = select(Invitation).where(Invitation.person_id == person.id)
    return list(session().scalars(found.order_by(Invitation.id)))


@pytest.mark.parametrize("object_to", [by_link, noted, hidden])
def test_who_objects_costs_as_many_statements_for_many_sessions_as_for_two(
    plan: Plan,
    leader: Actor,
    statements: list[str],
    object_to: Callable[[Actor, Invitation], None],
) -> None:
    spent = []
    for number in (2, 5):
        first = invited(plan, leader, number)[0].id
        anew()
        one = session().get_one(Invitation, first)
        statements.clear()
        object_to(leader, one)
        spent.append(len(statements))

    assert spent[0] == spent[1]
    offered = session().scalars(select(Invitation).where(Invitation.answer == Answer.OFFERED))
    assert len(offered.all()) == (0 if object_to is hidden else 2 + 5)


@pytest.mark.parametrize("object_to", [by_link, noted])
def test_who_objects_while_they_answer_elsewhere_is_heard(
    app: Flask,
    project: Project,
    plan: Plan,
    leader: Actor,
    object_to: Callable[[Actor, Invitation], None],
) -> None:
    database: Database = app.extensions["kring_database"]
    done, project_id = list[str](), project.id
    for number in range(TIMES):
        ids = [one.id for one in invited(plan, leader, AT_ONCE + number)]
        session().rollback()
        start = Barrier(len(ids))

        def work(invitation_id: int, start: Barrier, *, objects: bool) -> None:
            with app.app_context(), database.opened(), project_scope(project_id):
                one = session().get_one(Invitation, invitation_id)
                start.wait()
                if objects:
                    object_to(system(project_id), one)
                else:
                    answer(one)
                done.append("objected" if objects else "answered")

        threads = [
            Thread(target=work, args=(one, start), kwargs={"objects": one == ids[0]}) for one in ids
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert done.count("objected") == TIMES
    assert len(done) == 2 * AT_ONCE + 1


def answer(one: Invitation) -> None:
    """Say no, or hear that they stand on the list no more."""
    try:
        say(one, Answer.NO)
    except NotInvited:
        session().rollback()
