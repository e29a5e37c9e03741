"""Two who become one and were invited to the same session: their calendars, places and needs."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.core import clock, undo
from crm.core.db import session, unit_of_work
from crm.core.mail import Letter, Purpose, Reason, Recipient, Withheld
from crm.core.permissions import Actor
from crm.core.undo import Decisions, UndoPlan
from crm.design_sessions.models import Answer, DesignSession, Invitation, Need, NeedKind
from crm.design_sessions.rules.links import answer_link
from crm.design_sessions.services import answering
from crm.design_sessions.services.answering import WithdrawScope, note_needs
from crm.messages.models import MessageState, SuppressionReason, SuppressionScope
from crm.messages.services import batches, outbox
from crm.messages.services.batches import NewBatch
from crm.messages.services.suppressions import suppress
from crm.projects.models import Project
from tests.design_sessions.conftest import Plan
from tests.design_sessions.mailbox import (
    content,
    deliver,
    guests,
    messages,
    prepared,
    queued,
    say,
)
from tests.stakeholders.merges import last_step, merged

pytestmark = [pytest.mark.usefixtures("words"), pytest.mark.engine("sqlite")]
LATER = timedelta(minutes=11)


@pytest.fixture
def two(plan: Plan, leader: Actor) -> list[Invitation]:
    return guests(plan(capacity=2), leader, 2)


def merge(leader: Actor, project: Project, two: list[Invitation], **more: object) -> None:
    merged(leader, project, two[0].person, two[1].person, **more)


@pytest.mark.engine("sqlite", "postgresql")
def test_of_two_items_in_calendars_one_is_taken_away_where_it_went(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    kept, gone = two
    for one in (gone, kept):
        say(one, Answer.YES)
        deliver()
    uid, own, address = gone.calendar_id, kept.calendar_id, gone.person.emails[0].address

    merge(leader, project, two)

    (letter,) = queued()
    said = content(letter)
    assert said.calendar is not None
    assert (said.calendar.method, said.recipient.address) == ("CANCEL", address)
    assert f"UID:{uid}@".encode() in said.calendar.data
    assert b"SEQUENCE:1" in said.calendar.data
    assert deliver(at=clock.now() + LATER) == [Purpose.CANCELLATION]
    left = session().scalars(select(Invitation)).one()
    assert (left.calendar_id, left.calendar_sequence, left.calendar_status) == (own, 0, "REQUEST")


def test_who_has_one_item_only_keeps_it_and_reads_nothing(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    gone = two[1]
    say(gone, Answer.YES)
    deliver()
    uid = gone.calendar_id

    merge(leader, project, two)

    assert queued() == []
    left = session().scalars(select(Invitation)).one()
    assert (left.calendar_id, left.has_calendar_item) == (uid, True)


def test_an_item_of_who_said_no_since_is_taken_away_unless_they_come_after_all(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    kept, gone = two
    say(gone, Answer.YES)
    deliver()
    say(kept, Answer.NO)
    deliver()

    merge(leader, project, two)

    (letter,) = queued()
    assert content(letter).calendar is not None
    left = session().scalars(select(Invitation)).one()
    say(left, Answer.YES)
    assert prepared(letter) == Withheld(Reason.OUTDATED)
    say(left, Answer.NO)
    deliver(at=clock.now() + LATER)
    assert left.calendar_status == "CANCEL"


@pytest.mark.parametrize("why", ["left out", "unsubscribed", "withdrew"])
def test_nobody_is_written_to_against_their_will(
    leader: Actor, project: Project, two: list[Invitation], why: str
) -> None:
    kept, gone = two
    for one in (gone, kept):
        say(one, Answer.YES)
    deliver()
    email = gone.person.emails[0]
    if why == "unsubscribed":
        scope, reason = SuppressionScope.ALL, SuppressionReason.UNSUBSCRIBED
        suppress(leader, email.address, scope=scope, reason=reason)
    if why == "withdrew":
        actor = answering.link_actor(kept)
        answering.withdraw(actor, kept, scope=WithdrawScope.PROJECT)
    out = {"emails": [email.id]} if why == "left out" else {}

    merge(leader, project, two, left_out=out)

    assert deliver(at=clock.now() + LATER) == []


def take_back(leader: Actor) -> UndoPlan:
    with unit_of_work(leader, "tests.undo"):
        return undo.carry_out(last_step(), Decisions())


def test_taking_a_merge_back_takes_the_message_back(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    for one in two:
        say(one, Answer.YES)
    deliver()
    before = [one.id for one in messages()]
    merge(leader, project, two)

    plan = take_back(leader)

    assert plan.conflicts == ()
    assert [one.id for one in messages()] == before


def test_a_message_that_left_since_is_named(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    for one in two:
        say(one, Answer.YES)
    deliver()
    merge(leader, project, two)
    deliver(at=clock.now() + LATER)

    plan = take_back(leader)

    assert {one.record.table for one in plan.conflicts} == {"outbox_message"}
    assert len(messages(state=MessageState.ACCEPTED)) == 3


@pytest.mark.engine("sqlite", "postgresql")
def test_a_place_falls_free_also_where_the_one_that_is_left_withdrew(
    plan: Plan, leader: Actor, project: Project
) -> None:
    made: DesignSession = plan(capacity=1)
    first, second, third = guests(made, leader, 3)
    say(first, Answer.YES)
    say(third, Answer.YES)
    with clock.frozen(clock.now() + LATER):
        actor = answering.link_actor(second)
        answering.withdraw(actor, second, scope=WithdrawScope.SESSION)

    merge(leader, project, [first, second])

    session().refresh(third)
    assert third.answer is Answer.OFFERED


def test_who_stays_away_needs_nothing(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    kept, gone = two
    say(gone, Answer.YES)
    note_needs(leader, gone, kind=NeedKind.FOOD, words="vegan", agreed=True)
    say(kept, Answer.NO)

    merge(leader, project, two)

    assert session().scalars(select(Need)).all() == []


def test_of_invitations_in_two_batches_one_is_sent(
    leader: Actor, project: Project, two: list[Invitation]
) -> None:
    for number, one in enumerate(two):
        new = NewBatch(f"b{number}", Purpose.INVITE, "Uitnodiging")
        batch = batches.make(leader, project, new=new)
        with unit_of_work(leader, "tests.queue"):
            to = Recipient(one.person.emails[0].address, "Jan", "nl", person_id=one.person_id)
            outbox.queue(to, Letter(Purpose.INVITE, f"i{one.id}", one.id, batch_id=batch.id))

    merge(leader, project, two)

    states = [one.state for one in messages(Purpose.INVITE)]
    assert states == [MessageState.QUEUED, MessageState.SUPERSEDED]


def test_the_link_of_the_one_that_went_goes_on_with_its_invitation(
    leader: Actor, project: Project, plan: Plan, client: FlaskClient
) -> None:
    kept, gone = guests(plan(), leader, 2)
    person, link, first_name = kept.person, answer_link(gone), kept.person.first_name
    with unit_of_work(leader, "tests.apart"):
        session().delete(kept)

    merged(leader, project, person, gone.person)
    session().rollback()
    page = client.get(link)

    assert page.status_code == 200
    assert first_name in page.text


def test_the_link_of_an_invitation_that_was_one_too_many_says_that_it_ended(
    leader: Actor, project: Project, two: list[Invitation], client: FlaskClient
) -> None:
    say(two[0], Answer.YES)
    link = answer_link(two[1])

    merge(leader, project, two)
    session().rollback()

    assert client.get(link).status_code == 404
