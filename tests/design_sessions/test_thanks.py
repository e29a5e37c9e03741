"""Thanks to those who came without an invitation, as far as they may be written to."""

import pytest
from flask.testing import FlaskClient

from crm.consent.models import Basis, ContactPurpose
from crm.consent.services import note_objection
from crm.core import clock, mail
from crm.core.db import session, unit_of_work
from crm.core.mail import Content, Outgoing, Purpose, Reason, Withheld
from crm.core.permissions import Actor
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.queries.mailing import mailing
from crm.design_sessions.services import attending
from crm.design_sessions.services.attending import Noted
from crm.design_sessions.services.mailing import send
from crm.messages.models import MessageState, OutboxMessage
from crm.messages.services.batches import Sending
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Objected, Person
from tests import factories, pages
from tests.design_sessions.mailbox import bring, invited, messages, official, resident, to, without

pytestmark = pytest.mark.usefixtures("words")
PRESENT = AttendanceStatus.PRESENT


def came(leader: Actor, planned: DesignSession, *people: Person) -> None:
    noted = {one.id: Noted(None, PRESENT) for one in people}
    attending.take_attendance(leader, planned, noted=noted, walk_ins={})


def thank(leader: Actor, planned: DesignSession, key: str = "thanks") -> None:
    with clock.frozen(planned.ends_at):
        send(leader, planned, purpose=Purpose.THANKS, how=Sending(key))


def said(message: OutboxMessage) -> Content | Withheld:
    """Return what the feature says of a message just before it leaves."""
    outgoing = Outgoing(
        message.id, message.public_name, message.purpose, message.about_id, message.sequence,
        message.params, message.person_id, None, message.language, message.queued_at,
    )  # fmt: skip
    return mail.kind_of(message.purpose).prepare(outgoing)


def test_who_came_without_an_invitation_is_thanked_once_as_consent_allows(
    leader: Actor, planned: DesignSession
) -> None:
    guest, walk_in, unasked, panel = official("Gast"), official("Inloop"), resident(), resident("P")
    factories.basis(panel, ContactPurpose.PANEL, Basis.CONSENT)
    invited(leader, planned, guest)
    came(leader, planned, guest, walk_in, unasked, panel)

    before = mailing(planned, Purpose.THANKS)
    thank(leader, planned)

    assert to(before) == ["Gast", "Inloop", "P"]
    assert without(before) == {"Bewoner": Reason.NOT_ALLOWED}
    assert dict(before.helixes) == {Helix.GOVERNMENT: 2, Helix.END_USERS: 1}
    assert {one.person_id for one in messages()} == {guest.id, walk_in.id, panel.id}
    after = mailing(planned, Purpose.THANKS)
    assert (to(after), without(after)) == ([], {"Bewoner": Reason.NOT_ALLOWED})


def test_the_thanks_name_the_session_and_answers_go_to_its_contact(
    leader: Actor, planned: DesignSession
) -> None:
    walk_in = official("Inloop")
    with unit_of_work(leader, "tests.contact"):
        planned.contact_id = leader.account_id
    came(leader, planned, walk_in)
    thank(leader, planned)

    [message] = messages()
    content = said(message)

    assert message.about_id is None
    assert isinstance(content, Content)
    assert content.values["session"] == planned.title
    assert content.values["organisations"] == "Gemeente Inloop"
    assert content.values["sender"] == leader.name
    assert content.reply_to is not None
    assert content.calendar is None


def test_a_thank_you_to_a_walk_in_never_stands_for_an_invitation_with_its_number(
    leader: Actor, planned: DesignSession
) -> None:
    guest, walk_in = official("Gast"), official("Inloop")
    came(leader, planned, walk_in)
    thank(leader, planned)
    invited(leader, planned, guest)

    came(leader, planned, guest)

    assert to(mailing(planned, Purpose.THANKS)) == ["Gast"]


def test_thanks_stay_behind_once_they_do_not_hold_any_more(
    leader: Actor, planned: DesignSession
) -> None:
    objects, was_not = official("Bezwaar"), official("Vergissing")
    came(leader, planned, objects, was_not)
    thank(leader, planned)

    note_objection(leader, objects, said=Objected("een brief", clock.now()))
    gone = {was_not.id: Noted(PRESENT, None)}
    attending.take_attendance(leader, planned, noted=gone, walk_ins={})

    outcome = {one.person_id: said(one) for one in messages()}
    assert outcome == {
        objects.id: Withheld(Reason.OBJECTED),
        was_not.id: Withheld(Reason.REVOKED),
    }


def test_a_message_that_never_left_does_not_count_as_thanks(
    leader: Actor, planned: DesignSession
) -> None:
    came(leader, planned, official("Inloop"))
    thank(leader, planned)
    bring(MessageState.CANCELLED)

    assert to(mailing(planned, Purpose.THANKS)) == ["Inloop"]
    thank(leader, planned, "again")
    assert len(messages()) == 2


def test_a_planner_sees_how_thanks_read_for_a_walk_in(
    planner: FlaskClient, project: Project, leader: Actor, planned: DesignSession
) -> None:
    walk_in = official("Inloop")
    came(leader, planned, walk_in)
    here = f"/projects/{project.slug}/sessions/{planned.id}"

    page = pages.text_of(planner.get(f"{here}/send-thanks"))
    letter = planner.get(f"{here}/letters/thanks/{walk_in.id}")

    assert "How it reads for Ans Inloop" in page
    assert planned.title in letter.text


def test_it_takes_the_same_statements_for_one_and_for_many(
    leader: Actor, planned: DesignSession, statements: list[str]
) -> None:
    def taken() -> int:
        session().expire_all()
        session().refresh(planned)
        statements.clear()
        assert mailing(planned, Purpose.THANKS).selection.to
        return len(statements)

    came(leader, planned, official("Een"))
    one = taken()
    came(leader, planned, *(official(f"Nr {number}") for number in range(20)))

    assert taken() == one
