"""Items in calendars while two become one, are taken apart, and are one after all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.core import clock, undo
from crm.core.db import session, unit_of_work
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.core.undo import Decisions
from crm.design_sessions.models import Answer, Invitation
from crm.projects.models import Project
from tests.design_sessions.conftest import Plan
from tests.design_sessions.mailbox import content, deliver, guests, queued, say
from tests.stakeholders.merges import last_step, merged

pytestmark = [pytest.mark.usefixtures("words"), pytest.mark.engine("sqlite")]
LATER = timedelta(minutes=11)


@pytest.fixture
def two(plan: Plan, leader: Actor) -> list[Invitation]:
    return guests(plan(capacity=2), leader, 2)


def take_back(leader: Actor, *, everything: bool = False) -> None:
    with unit_of_work(leader, "tests.undo"):
        undo.carry_out(last_step(), Decisions(everything=everything))


def taken_away(leader: Actor, project: Project, two: list[Invitation]) -> None:
    """Let both come, each with an item in a calendar, and merge them: the second item goes."""
    for one in reversed(two):
        say(one, Answer.YES)
        deliver()
    merged(leader, project, two[0].person, two[1].person)
    deliver(at=clock.now() + LATER)


@pytest.mark.engine("sqlite", "postgresql")
def test_an_item_that_was_taken_away_comes_back_where_a_merge_is_undone(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    uid, address = two[1].calendar_id, two[1].person.emails[0].address
    taken_away(leader, project, two)

    take_back(leader)

    (letter,) = queued()
    said = content(letter)
    assert said.calendar is not None
    assert (said.calendar.method, said.recipient.address) == ("REQUEST", address)
    assert f"UID:{uid}@".encode() in said.calendar.data
    assert b"SEQUENCE:2" in said.calendar.data
    assert deliver() == [Purpose.CONFIRMATION]
    left = session().scalars(select(Invitation).where(Invitation.calendar_id == uid)).one()
    assert (left.calendar_sequence, left.calendar_status) == (2, "REQUEST")


@pytest.mark.engine("sqlite", "postgresql")
def test_an_item_that_came_back_is_taken_away_again_where_they_are_one_after_all(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    uid, own = two[1].calendar_id, two[0].calendar_id
    address = two[1].person.emails[0].address
    taken_away(leader, project, two)
    take_back(leader)
    deliver(at=clock.now() + LATER)

    take_back(leader, everything=True)

    (letter,) = queued()
    said = content(letter)
    assert said.calendar is not None
    assert (said.calendar.method, said.recipient.address) == ("CANCEL", address)
    assert f"UID:{uid}@".encode() in said.calendar.data
    assert b"SEQUENCE:3" in said.calendar.data
    assert deliver(at=clock.now() + 2 * LATER) == [Purpose.CANCELLATION]
    left = session().scalars(select(Invitation)).one()
    assert (left.calendar_id, left.calendar_sequence, left.calendar_status) == (own, 0, "REQUEST")


def test_an_item_that_did_not_come_back_yet_is_taken_away_once(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    taken_away(leader, project, two)
    take_back(leader)

    take_back(leader)

    assert queued() == []


def test_an_item_that_came_back_stays_with_who_stays_apart(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    taken_away(leader, project, two)
    take_back(leader)
    deliver(at=clock.now() + LATER)

    take_back(leader)

    assert queued() == []
    assert len(session().scalars(select(Invitation)).all()) == len(two)


def test_no_item_comes_back_that_was_not_taken_away_yet(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    for one in two:
        say(one, Answer.YES)
    deliver()
    merged(leader, project, two[0].person, two[1].person)

    take_back(leader)

    assert queued() == []
