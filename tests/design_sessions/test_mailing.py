"""Mail to the people of a session: who gets it, who does not, and why."""

import pytest

from crm.consent.services import note_objection
from crm.core import clock
from crm.core.db import session, unit_of_work
from crm.core.mail import Priority, Purpose, Reason
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
    Attendance,
    AttendanceStatus,
    DesignSession,
)
from crm.design_sessions.queries.mailing import mailing
from crm.design_sessions.services.mailing import (
    SourceMissing,
    note_given,
    send,
)
from crm.messages.models import SuppressionReason, SuppressionScope
from crm.messages.services.batches import Sending
from crm.messages.services.suppressions import suppress
from crm.messages.services.templates import LanguageLacking
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Objected
from tests import factories
from tests.design_sessions.mailbox import (
    deliver,
    invitation,
    invited,
    messages,
    official,
    resident,
    say,
    to,
    without,
)

NOW = Sending("key")


def test_officials_get_an_invitation_and_residents_only_what_they_gave_their_address_for(
    leader: Actor, planned: DesignSession
) -> None:
    invited(leader, planned, official(), resident(), factories.person("Adresloos"))

    who = mailing(planned, Purpose.INVITE)

    assert to(who) == ["Ambtenaar"]
    assert without(who)["Bewoner"] is Reason.NOT_ALLOWED
    assert [one.person.surname for one in who.to_tick] == ["Bewoner"]


def test_who_gave_an_address_for_this_session_gets_the_one_message(
    leader: Actor, planned: DesignSession
) -> None:
    person = resident()
    invited(leader, planned, person)

    note_given(leader, planned, person_ids=[person.id], reason="buurtmarkt 3 maart")

    assert to(mailing(planned, Purpose.INVITE)) == ["Bewoner"]
    noted = invitation(planned, person)
    assert (noted.gave_address, noted.address_source) == (True, "buurtmarkt 3 maart")


def test_where_an_address_was_given_has_to_be_said(leader: Actor, planned: DesignSession) -> None:
    with pytest.raises(SourceMissing):
        note_given(leader, planned, person_ids=[], reason=" ")


def test_objections_and_suppressed_addresses_are_named_as_the_reason(
    leader: Actor, planned: DesignSession
) -> None:
    objecting, unsubscribed = official("Bezwaar"), official("Afgemeld")
    note_objection(leader, objecting, said=Objected("telefoon", clock.now()))
    invited(leader, planned, objecting, unsubscribed)
    with unit_of_work(leader, "tests.suppress"):
        suppress(
            leader,
            "afgemeld@kring.example",
            scope=SuppressionScope.BULK,
            reason=SuppressionReason.UNSUBSCRIBED,
        )

    who = mailing(planned, Purpose.INVITE)

    assert to(who) == []
    assert without(who) == {"Bezwaar": Reason.OBJECTED, "Afgemeld": Reason.UNSUBSCRIBED}


def test_a_language_without_words_stops_everything(leader: Actor, planned: DesignSession) -> None:
    first, second = official("Een"), official("Twee")
    with unit_of_work(leader, "tests.language"):
        second.language = "uk"
    invited(leader, planned, first, second)

    assert mailing(planned, Purpose.INVITE).selection.lacking() == ["uk"]
    with pytest.raises(LanguageLacking):
        send(leader, planned, purpose=Purpose.INVITE, how=NOW)
    assert messages() == []
    assert invitation(planned, first).times_invited == 0


def test_reminders_go_to_who_was_written_to_and_did_not_decide(
    leader: Actor, planned: DesignSession
) -> None:
    silent, unsure, coming, new = (official(name) for name in ("Stil", "Twijfel", "Komt", "Nieuw"))
    invited(leader, planned, silent, unsure, coming)
    send(leader, planned, purpose=Purpose.INVITE, how=NOW)
    deliver()
    invited(leader, planned, new)
    say(invitation(planned, unsure), Answer.MAYBE)
    say(invitation(planned, coming), Answer.YES)

    assert sorted(to(mailing(planned, Purpose.REMINDER))) == ["Stil", "Twijfel"]
    batch = send(leader, planned, purpose=Purpose.REMINDER, how=Sending("rem"))

    reminder = messages()[-1]
    assert (reminder.purpose, reminder.priority) == (Purpose.REMINDER, Priority.REMINDER)
    assert reminder.dedup_key.endswith(f":batch{batch.id}")


def test_a_resident_who_was_not_asked_is_never_reminded(
    leader: Actor, planned: DesignSession
) -> None:
    person = resident()
    invited(leader, planned, person)
    note_given(leader, planned, person_ids=[person.id], reason="markt")
    send(leader, planned, purpose=Purpose.INVITE, how=NOW)

    assert to(mailing(planned, Purpose.REMINDER)) == []
    assert without(mailing(planned, Purpose.REMINDER)) == {"Bewoner": Reason.NOT_ALLOWED}


def test_a_resident_who_answered_by_link_may_be_thanked(
    leader: Actor, planned: DesignSession
) -> None:
    person = resident()
    invited(leader, planned, person)
    note_given(leader, planned, person_ids=[person.id], reason="markt")
    send(leader, planned, purpose=Purpose.INVITE, how=NOW)
    with unit_of_work(leader, "tests.came"):
        mine = invitation(planned, person)
        mine.answer, mine.answered_by = Answer.YES, AnsweredBy.LINK
        mine.answered_at = clock.now()
        session().add(
            Attendance(
                design_session_id=planned.id,
                person_id=person.id,
                helix=Helix.END_USERS,
                status=AttendanceStatus.PRESENT,
            )
        )

    with clock.frozen(planned.ends_at):
        send(leader, planned, purpose=Purpose.THANKS, how=Sending("thanks"))

    assert messages()[-1].purpose is Purpose.THANKS
    assert to(mailing(planned, Purpose.THANKS)) == []


def test_it_takes_the_same_statements_for_one_and_for_many(
    leader: Actor, project: Project, planned: DesignSession, statements: list[str]
) -> None:
    def taken() -> int:
        session().expire_all()
        session().refresh(planned)
        statements.clear()
        assert mailing(planned, Purpose.INVITE).selection.to
        return len(statements)

    invited(leader, planned, official("Een"))
    few = taken()
    invited(leader, planned, *[official(f"Meer {number}") for number in range(30)])

    assert taken() == few
