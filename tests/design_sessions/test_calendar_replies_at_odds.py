"""Mail that comes in and fits nothing: refused, unproven, hostile, or of who is merged."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.core import undo
from crm.core.db import project_scope, session, unit_of_work
from crm.core.inbound_mail import Given, Why
from crm.core.permissions import NOBODY, Actor
from crm.core.undo import Decisions
from crm.design_sessions.models import Answer, AnsweredBy, DesignSession, Invitation
from crm.design_sessions.rules import calendars
from crm.design_sessions.services import planning
from crm.messages.jobs import housekeeping, reading
from crm.messages.models import PersonLink
from crm.messages.rules.links import details_link
from crm.messages.services import details as own_details
from crm.projects.models import Project
from crm.stakeholders.models import Person
from crm.stakeholders.services.persons import remove_person
from tests import factories, pages
from tests.design_sessions import own_page
from tests.design_sessions.conftest import Plan, details
from tests.design_sessions.mailbox import deliver, guests, say
from tests.design_sessions.writing_back import STRANGER, in_calendar, letter, reply, stands, waiting
from tests.imap import Mailbox
from tests.stakeholders.merges import last_step, merged

pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture
def coming(box: Mailbox, made: DesignSession, leader: Actor) -> Invitation:
    """Somebody who has the session in their calendar, whose answers come to the mailbox."""
    assert box
    return in_calendar(made, leader)


NESTED = "".join(
    f"Content-Type: multipart/mixed; boundary=x{at}\r\n\r\n--x{at}\r\n" for at in range(3_000)
)
MANY = "\r\n" + "--x\r\nContent-Type: text/html\r\n\r\na\r\n" * 5_000


def test_what_is_refused_waits_and_stays_open(
    box: Mailbox, plan: Plan, leader: Actor, planner: FlaskClient, project: Project
) -> None:
    full, gone = plan(capacity=1), plan()
    own_page.change(full, has_waiting_list=False)
    first, second = guests(full, leader, 2)
    (third,) = guests(gone, leader)
    for one in (first, second, third):
        say(one, Answer.YES if one is not second else Answer.NO)
        deliver()
    planning.cancel_session(leader, gone)
    box.messages += [
        reply(second, "ACCEPTED"),
        reply(third, number=2, changes={"SEQUENCE": str(gone.sequence)}),
    ]
    housekeeping.read_mailbox({})
    own = f"/projects/{project.slug}/messages/replies/{waiting()[0].id}"

    answer = pages.post(planner, f"{own}/take", form_at=own)

    assert [one.why for one in waiting()] == [Why.FULL, Why.CANCELLED]
    assert [stands(one)[0] for one in (first, second, third)] == [Answer.YES, Answer.NO, Answer.YES]
    assert answer.status_code == 409
    assert waiting()[0].closed_at is None


def test_an_answer_without_a_secret_waits_where_it_can_only_belong(
    box: Mailbox, coming: Invitation, made: DesignSession
) -> None:
    start = {"UID": f"{'0' * 32}@x", "DTSTART": f"{made.starts_at:%Y%m%dT%H%M%SZ}"}
    later = {**start, "DTSTART": f"{made.ends_at:%Y%m%dT%H%M%SZ}"}
    box.messages += [
        reply(coming, changes=start),
        reply(coming, number=2, changes={**start, **STRANGER}),
        reply(coming, number=3, changes=later),
    ]

    housekeeping.read_mailbox({})

    assert [(one.why, one.person_id, one.proposed) for one in waiting()] == [
        (Why.UNPROVEN, coming.person_id, Given.NO)
    ]
    assert stands(coming)[0] is Answer.YES


def of_another_project() -> Invitation:
    """Return the invitation of somebody in another project."""
    other = factories.project("Elders")
    with project_scope(other.id):
        leader = factories.leader_of(other)
        planned = planning.add_session(leader, other, details=details("Elders"))
        return guests(planned, leader)[0]


def test_hostile_mail_is_harmless(
    box: Mailbox, coming: Invitation, planner: FlaskClient, project: Project
) -> None:
    foreign, to = of_another_project(), f"bounce+{coming.calendar_id}@kring.example"
    page = "<p>Dag<script>alert(1)</script><img src=x onerror=alert(2)></p>&lt;b&gt;"
    box.messages += [
        letter(to, head="Content-Type: text/html\r\n", text=page),
        letter(to, number=2, text="lang " * 1_000_000),
        letter("bounce@kring.example", number=3, head=NESTED, text="Dag"),
        letter(to, number=4, head=f"Content-Type: multipart/mixed; boundary=x\r\n{MANY}"),
        letter(to, number=5, head="Subject: " + "=?utf-8?q?a?= " * 200_000 + "\r\n"),
        reply(coming, number=6, changes={"UID": f"{'f' * 32}@kring.example"}),
        reply(coming, number=7).replace(b"METHOD:REPLY", b"METHOD:REQUEST"),
        reply(coming, number=8, changes={"UID": calendars.uid(foreign.calendar_id)}, to=to),
        reply(coming, number=9, changes={"SEQUENCE": "9" * 5_000}),
        reply(coming).replace(b"<1@", b"<1\x00\xff@").replace(b"DTSTAMP:", b"DTSTAMP:x"),
    ]

    for _ in range(2):
        box.seen.clear()
        housekeeping.read_mailbox({})

    with project_scope(foreign.project_id):
        assert [(one.person_id, one.why) for one in waiting()] == [(foreign.person_id, Why.UNCLEAR)]
        assert stands(foreign)[0] is Answer.NONE
    assert stands(coming) == (Answer.YES, AnsweredBy.LINK)
    assert box.unseen == []
    listed = waiting()
    assert [one.why for one in listed if one.why] == [Why.UNCLEAR, Why.UNCLEAR]
    assert listed[0].text == "Dag<b>"
    assert max(len(one.text) for one in listed) == reading.LONGEST
    shown = planner.get(f"/projects/{project.slug}/messages/replies/{listed[0].id}").text
    assert "&lt;b&gt;" in shown


def test_what_somebody_wrote_moves_at_a_merge_is_told_and_goes_with_them(
    box: Mailbox, coming: Invitation, leader: Actor, project: Project, client: FlaskClient
) -> None:
    kept = factories.person("Blijft", email="blijft@kring.example")
    gone, about = coming.person_id, coming.id
    box.messages += [
        letter(f"bounce+{coming.calendar_id}@kring.example"), reply(coming, changes=STRANGER),
    ]  # fmt: skip
    housekeeping.read_mailbox({})

    merged(leader, project, kept, coming.person)

    assert [(one.person_id, one.about_id) for one in waiting()] == [
        (kept.id, None), (kept.id, about),
    ]  # fmt: skip
    own_details.send_link(NOBODY, kept)
    link = session().scalars(select(PersonLink)).one()
    told = pages.text_of(client.get("/d/" + details_link(link).rpartition("/d/")[2]))
    assert "Wat je ons terugschreef" in told
    assert "Kan het later?" in told

    with unit_of_work(leader, "tests.undo"):
        undo.carry_out(last_step(), Decisions())
    assert {one.person_id for one in waiting()} == {gone}
    remove_person(leader, session().get_one(Person, gone))
    assert waiting() == []
