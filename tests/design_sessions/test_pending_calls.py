"""Who may not be written to when a session changes: seen with the reason, and phoned."""

import pytest
from flask.testing import FlaskClient

from crm.core.mail import Purpose, Reason
from crm.core.permissions import Actor, system
from crm.design_sessions.models import Answer, DesignSession, Invitation
from crm.design_sessions.queries.mailing import hearing
from crm.design_sessions.queries.notification_log import News, untold
from crm.design_sessions.queries.standings import call_list
from crm.design_sessions.services import inviting, planning
from crm.design_sessions.services.answering import TimeChanged
from crm.design_sessions.services.inviting import Said
from crm.design_sessions.services.mailing import send
from crm.messages.models import MessageState, SuppressionReason, SuppressionScope
from crm.messages.services.batches import Sending
from crm.messages.services.suppressions import suppress
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories, pages
from tests.design_sessions import mailbox
from tests.design_sessions.conftest import anew

pytestmark = pytest.mark.usefixtures("words")
MOVED = {"day": "2027-05-05", "capacity": 40}


@pytest.fixture
def unreachable(leader: Actor, planned: DesignSession) -> dict[str, Person]:
    """One who gets mail, and three who get none, each for another reason; the first has it."""
    fails = mailbox.official("Kapot")
    people = {
        "mail": mailbox.official("Mail"),
        "address": factories.person("Adresloos", helix=Helix.GOVERNMENT),
        "fails": fails,
        "ground": mailbox.resident("Bewoner"),
    }
    mailbox.invited(leader, planned, *people.values())
    reason, everything = SuppressionReason.HARD_BOUNCE, SuppressionScope.ALL
    suppress(system(), fails.emails[0].address, scope=everything, reason=reason)
    send(leader, planned, purpose=Purpose.INVITE, how=Sending("key"))
    mailbox.deliver()
    return people


@pytest.fixture
def at(project: Project, planned: DesignSession) -> str:
    return f"/projects/{project.slug}/sessions/{planned.id}"


def reasons(planned: DesignSession) -> dict[int, Reason | None]:
    return {number: one.reason for number, one in untold(planned).items()}


def invitations(planned: DesignSession, people: dict[str, Person]) -> dict[str, Invitation]:
    return {name: mailbox.invitation(planned, person) for name, person in people.items()}


def told(leader: Actor, one: Invitation) -> None:
    sequence = one.design_session.sequence
    inviting.note_call(leader, one, said=Said.TOLD, seen_sequence=sequence)


@pytest.mark.parametrize("purpose", [Purpose.CHANGE, Purpose.CANCELLATION])
def test_who_may_not_be_written_to_is_withheld_with_the_reason_and_called(
    leader: Actor, planned: DesignSession, unreachable: dict[str, Person], purpose: Purpose
) -> None:
    if purpose is Purpose.CHANGE:
        left = mailbox.edit(leader, planned, **MOVED)
    else:
        left = planning.cancel_session(leader, planned)

    held = mailbox.messages(purpose, state=MessageState.WITHHELD)
    found = invitations(planned, unreachable)
    assert left == 1
    assert {one.person_id: one.reason for one in held} == {
        unreachable["address"].id: Reason.NO_ADDRESS,
        unreachable["fails"].id: Reason.ADDRESS_FAILS,
        unreachable["ground"].id: Reason.NOT_ALLOWED,
    }
    assert set(reasons(planned)) == {found[one].id for one in ("address", "fails", "ground")}
    assert {one.invitation_id for one in call_list(leader, planned).calls} == set(reasons(planned))


@pytest.mark.parametrize(
    ("answer", "messages"), [(Answer.NONE, 0), (Answer.MAYBE, 0), (Answer.YES, 1)]
)
@pytest.mark.parametrize("purpose", [Purpose.CHANGE, Purpose.CANCELLATION])
def test_who_unsubscribed_hears_only_of_a_session_they_said_yes_to(
    planned: DesignSession, leader: Actor, purpose: Purpose, answer: Answer, messages: int
) -> None:
    person = mailbox.official("Mail")
    mailbox.invited(leader, planned, person)
    send(leader, planned, purpose=Purpose.INVITE, how=Sending("key"))
    mailbox.deliver()
    if answer is not Answer.NONE:
        mailbox.say(mailbox.invitation(planned, person), answer)
        mailbox.deliver()
    wish = SuppressionReason.UNSUBSCRIBED
    suppress(system(), person.emails[0].address, scope=SuppressionScope.BULK, reason=wish)

    foreseen = hearing(planned, purpose).told
    if purpose is Purpose.CHANGE:
        told = mailbox.edit(leader, planned, **MOVED)
    else:
        told = planning.cancel_session(leader, planned)

    assert (foreseen, told) == (messages, messages)
    assert [one.purpose for one in mailbox.queued()] == [purpose] * messages


def test_while_nobody_knows_of_a_session_nobody_has_to_be_phoned(
    leader: Actor, planned: DesignSession
) -> None:
    mailbox.invited(leader, planned, factories.person("Adresloos"), mailbox.official())

    mailbox.edit(leader, planned, **MOVED)

    assert untold(planned) == {}
    assert mailbox.messages() == []


def test_who_was_phoned_is_off_the_list_until_the_next_change(
    leader: Actor, planned: DesignSession, unreachable: dict[str, Person]
) -> None:
    one = invitations(planned, unreachable)["address"]
    mailbox.edit(leader, planned, **MOVED)

    told(leader, one)
    after = one.id in untold(planned)
    planning.cancel_session(leader, planned)
    cancelled = untold(planned)[one.id].news
    told(leader, one)
    planning.reopen_session(leader, planned)

    assert (after, cancelled) == (False, News.CANCELLED)
    assert untold(planned)[one.id].news is News.REOPENED


def test_nobody_is_phoned_where_all_is_again_as_they_know_it(
    leader: Actor, planned: DesignSession, unreachable: dict[str, Person]
) -> None:
    one = invitations(planned, unreachable)["address"]

    mailbox.edit(leader, planned, **MOVED)
    mailbox.edit(leader, planned, capacity=40)
    moved_back = untold(planned)
    planning.cancel_session(leader, planned)
    planning.reopen_session(leader, planned)

    assert moved_back == {}
    assert one.id not in untold(planned)


def test_who_answers_on_the_phone_knows_of_the_change(
    leader: Actor, planned: DesignSession, unreachable: dict[str, Person]
) -> None:
    one = invitations(planned, unreachable)["address"]
    mailbox.edit(leader, planned, **MOVED)

    inviting.note_call(leader, one, said=Said.YES, seen_sequence=planned.sequence)

    assert one.id not in untold(planned)


def test_who_said_yes_and_is_taken_off_the_list_is_phoned(
    leader: Actor, planned: DesignSession, unreachable: dict[str, Person]
) -> None:
    one = invitations(planned, unreachable)["address"]
    inviting.note_call(leader, one, said=Said.YES, seen_sequence=planned.sequence)

    planning.uninvite(leader, one)
    listed = untold(planned)[one.id].news
    told(leader, one)

    assert (one.answer, listed) == (Answer.REVOKED, News.LEFT)
    assert untold(planned) == {}


def test_a_caller_who_told_of_an_older_change_is_stopped(
    leader: Actor, planned: DesignSession, unreachable: dict[str, Person]
) -> None:
    one = invitations(planned, unreachable)["address"]
    mailbox.edit(leader, planned, **MOVED)

    with pytest.raises(TimeChanged):
        inviting.note_call(leader, one, said=Said.TOLD, seen_sequence=planned.sequence - 1)

    assert one.id in untold(planned)


def test_the_pages_say_whom_to_phone_and_why(
    planner: FlaskClient,
    leader: Actor,
    planned: DesignSession,
    unreachable: dict[str, Person],
    at: str,
) -> None:
    one = invitations(planned, unreachable)["address"]

    pages.post(planner, f"{at}/cancel", form_at=f"{at}/cancel")
    session_page = pages.text_of(planner.get(at))
    shown = planner.get(f"{at}/calls")
    sent = {"said": "told", "seen": str(planned.sequence + 1)}
    pages.post(planner, f"{at}/calls/{one.id}", sent, form_at=f"{at}/calls")

    anew()
    assert "3 people do not know of this and cannot be written to." in session_page
    assert "Phone who cannot be written to" in session_page
    for words in ("Tell: it is cancelled", "Not sent (no e-mail address)", "No phone number"):
        assert words in pages.text_of(shown)
    assert 'value="yes"' not in shown.text
    assert 'value="told"' in shown.text
    assert len(untold(planned)) == 2
    assert "Noted: Told." in pages.text_of(planner.get(f"{at}/calls"))
