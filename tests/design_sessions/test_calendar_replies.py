"""What comes in by mail: answers of calendars count or wait, and what people write is listed."""

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select

from crm.core import mail
from crm.core.db import session
from crm.core.inbound_mail import Why
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, AnsweredBy, DesignSession, Invitation
from crm.design_sessions.rules import calendars
from crm.messages.jobs import housekeeping
from crm.messages.models import InboundKind, InboundMessage
from crm.projects.models import Project
from tests import pages
from tests.design_sessions.mailbox import content, edit, guests, queued, say
from tests.design_sessions.mailbox import messages as written
from tests.design_sessions.writing_back import STRANGER, in_calendar, letter, reply, stands, waiting
from tests.imap import Mailbox

pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture
def coming(box: Mailbox, made: DesignSession, leader: Actor) -> Invitation:
    """Somebody who has the session in their calendar, whose answers come to the mailbox."""
    assert box
    return in_calendar(made, leader)


@pytest.mark.parametrize(("part", "answer"), [("DECLINED", Answer.NO), ("TENTATIVE", Answer.MAYBE)])
def test_an_answer_of_a_calendar_counts(
    box: Mailbox, coming: Invitation, part: str, answer: Answer
) -> None:
    box.messages += [reply(coming, part), reply(coming, part)]

    housekeeping.read_mailbox({})

    assert stands(coming) == (answer, AnsweredBy.ICAL_REPLY)
    assert waiting() == []
    assert box.unseen == []


def test_the_address_of_the_item_is_enough(box: Mailbox, coming: Invitation) -> None:
    say(coming, Answer.NO)
    say(coming, Answer.YES)
    part = content(queued(Purpose.CONFIRMATION)[-1]).calendar
    assert part is not None
    organizer = str(Calendar.from_ical(part.data).walk("VEVENT")[0]["ORGANIZER"])
    to = organizer.removeprefix("mailto:")
    box.messages.append(reply(coming, to=to.upper(), changes={"UID": "other@elders.example"}))

    housekeeping.read_mailbox({})

    assert to == f"bounce+{coming.calendar_id}@kring.example"
    assert stands(coming) == (Answer.NO, AnsweredBy.ICAL_REPLY)


def test_without_a_mailbox_the_organiser_is_the_sender(made: DesignSession, leader: Actor) -> None:
    one = guests(made, leader)[0]

    assert calendars.organizer(one.calendar_id) == (
        mail.settings().sender_name, mail.settings().sender,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (STRANGER, Why.STRANGER),
        ({"DTSTAMP": "20200101T000000Z"}, Why.OVERTAKEN),
        ({"DTSTAMP": "gisteren"}, Why.UNCLEAR),
        ({"RECURRENCE-ID": "20270504T140000Z"}, Why.UNCLEAR),
        ({"ATTENDEE;PARTSTAT=ACCEPTED": "mailto:two@elders.example"}, Why.UNCLEAR),
        ({"ATTENDEE;PARTSTAT=DELEGATED": "mailto:two@elders.example"}, Why.DELEGATED),
    ],
)
def test_what_is_not_certain_waits(
    box: Mailbox, coming: Invitation, changes: dict[str, str], why: Why
) -> None:
    box.messages.append(reply(coming, changes=changes))

    housekeeping.read_mailbox({})

    assert [one.why for one in waiting()] == [why]
    assert stands(coming)[0] is Answer.YES


def test_an_answer_to_the_old_time_waits(
    box: Mailbox, coming: Invitation, made: DesignSession, leader: Actor
) -> None:
    edit(leader, made, day="2027-05-11")
    say(coming, Answer.MAYBE)
    box.messages.append(reply(coming))
    housekeeping.read_mailbox({})
    before = stands(coming)
    box.messages.append(reply(coming, number=2, changes={"SEQUENCE": str(made.sequence)}))

    housekeeping.read_mailbox({})

    assert before == (Answer.MAYBE, AnsweredBy.LINK)
    assert [one.why for one in waiting()] == [Why.OUTDATED]
    assert stands(coming) == (Answer.NO, AnsweredBy.ICAL_REPLY)


def test_a_press_takes_what_waits(
    box: Mailbox, coming: Invitation, planner: FlaskClient, project: Project
) -> None:
    box.messages.append(reply(coming, changes=STRANGER))
    housekeeping.read_mailbox({})
    at = f"/projects/{project.slug}/messages/replies"
    own = f"{at}/{waiting()[0].id}"
    seen, about = pages.text_of(planner.get(at)), pages.text_of(planner.get(own))

    answer = pages.post(planner, f"{own}/take", form_at=own)

    assert "another address answers than those of this person" in seen
    assert coming.person.surname in seen
    assert f"About {coming.design_session.title}" in about
    assert answer.status_code == 303
    assert stands(coming) == (Answer.NO, AnsweredBy.PLANNER)
    assert waiting()[0].closed_at is not None


def test_what_somebody_writes_is_read_closed_and_opened_again(
    box: Mailbox, coming: Invitation, planner: FlaskClient, project: Project
) -> None:
    ours = written()[-1]
    broken = b"Content-Type: multipart/mixed\r\nSubject: =?x?q?=FF?=\r\n\r\n\xff\x00"
    box.messages += [
        broken,
        letter("bounce@kring.example", head=f"In-Reply-To: {ours.message_id}\r\n"),
        letter("bounce@kring.example", head=f"In-Reply-To: {ours.message_id}\r\n"),
        letter(f"bounce+{coming.calendar_id}@kring.example", number=2, text="<b>Dag</b>\x00"),
        letter("bounce@kring.example", number=3),
        letter(f"bounce+{coming.calendar_id}@kring.example", number=4, head="X-Autoreply: yes\r\n"),
    ]
    housekeeping.read_mailbox({})
    box.seen.clear()
    housekeeping.read_mailbox({})
    at = f"/projects/{project.slug}/messages/replies"
    listed = pages.text_of(planner.get(at))
    own = f"{at}/{waiting()[0].id}"
    shown = pages.text_of(planner.get(own))

    pages.post(planner, f"{own}/close", form_at=own)
    after = pages.text_of(planner.get(at))
    closed = pages.text_of(planner.get(f"{at}?show=closed"))
    pages.post(planner, f"{own}/reopen", form_at=own)

    assert [one.person_id for one in waiting()] == [coming.person_id] * 2
    assert "Open replies 2" in listed
    assert "Vraag van Noë" in listed
    assert "Kan het later?" in shown
    assert "Open replies 1" in after
    assert "1 to 1 of 1" in closed
    assert [one.closed_at for one in waiting()] == [None, None]
    kinds = session().scalars(select(InboundMessage.kind).order_by(InboundMessage.id)).all()
    assert kinds[-4:] == [
        InboundKind.REPLY, InboundKind.REPLY, InboundKind.OTHER, InboundKind.AUTO_REPLY,
    ]  # fmt: skip


def test_a_page_without_replies_teaches(planner: FlaskClient, project: Project) -> None:
    seen = pages.text_of(planner.get(f"/projects/{project.slug}/messages/replies"))

    assert "what people write back to its address stands here" in seen
