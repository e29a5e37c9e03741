"""Messages that follow: one for each event, none where there is no news, and all still true."""

from datetime import timedelta

import pytest

from crm.core import clock
from crm.core.db import unit_of_work
from crm.core.mail import Priority, Purpose, Reason, Withheld
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer
from crm.design_sessions.services.planning import LocalTime
from crm.messages.services import templates
from crm.messages.services.templates import Place
from crm.projects.models import Project
from tests.design_sessions.conftest import Plan
from tests.design_sessions.mailbox import (
    content,
    deliver,
    edit,
    guests,
    messages,
    prepared,
    queued,
    say,
    send_invitations,
)

pytestmark = pytest.mark.usefixtures("words")

LATER = timedelta(minutes=11)


def purposes() -> list[Purpose]:
    return [one.purpose for one in queued()]


def test_each_answer_is_confirmed_once_and_only_the_last_one_leaves(
    plan: Plan, leader: Actor
) -> None:
    (one,) = guests(plan(), leader)

    for given in (Answer.YES, Answer.YES, Answer.NO, Answer.YES):
        say(one, given)

    assert len(messages(Purpose.CONFIRMATION)) == 3
    (last,) = queued()
    said = content(last)
    assert said.calendar is not None
    assert said.calendar.method == "REQUEST"
    assert said.values["answer"] == "Ja, ik kom"
    assert last.priority == Priority.ANSWER


def test_days_are_written_in_the_language_of_the_words(
    plan: Plan, project: Project, leader: Actor
) -> None:
    (one,) = guests(plan(), leader)
    with unit_of_work(leader, "tests.language"):
        one.person.language = "de"
    say(one, Answer.YES)
    (confirmation,) = queued()

    before = content(confirmation).values
    german = ("Danke", "((when))\n\n((answer link))")
    place = Place(Purpose.CONFIRMATION, "de")
    templates.write(leader, project, place=place, words=german, seen=0)
    after = content(confirmation).values

    assert before["when"].startswith("Tuesday 4 May 2027")
    assert after["when"].startswith("Dienstag, 4. Mai 2027")


def test_no_after_a_calendar_item_takes_it_away_and_yes_brings_it_back(
    plan: Plan, leader: Actor
) -> None:
    (one,) = guests(plan(), leader)
    say(one, Answer.YES)
    deliver()
    first = one.calendar_sequence

    say(one, Answer.NO)
    (gone,) = queued()
    method = content(gone).calendar
    deliver()
    second = one.calendar_sequence
    say(one, Answer.YES)
    deliver()

    assert method is not None
    assert method.method == "CANCEL"
    assert (first, second, one.calendar_sequence) == (0, 1, 2)
    assert one.calendar_status == "REQUEST"


def test_who_waits_reads_so_and_gets_one_offer(plan: Plan, leader: Actor) -> None:
    made = plan(capacity=1)
    first, second = guests(made, leader, 2)
    say(first, Answer.YES)
    say(second, Answer.YES)
    deliver()

    say(first, Answer.NO)

    assert purposes() == [Purpose.CONFIRMATION, Purpose.OFFER]
    offer = queued(Purpose.OFFER)[0]
    assert offer.send_not_after == second.offer_until
    assert content(offer).values["offer_until"]
    say(second, Answer.NO)
    assert prepared(offer) == Withheld(Reason.OUTDATED)


def test_a_place_given_at_once_says_why(plan: Plan, leader: Actor) -> None:
    made = plan(capacity=1)
    first, second = guests(made, leader, 2)
    with clock.frozen(made.starts_at - timedelta(hours=5)):
        say(first, Answer.YES)
        say(second, Answer.YES)
        deliver()
        say(first, Answer.NO)
        given = queued()[-1]

        assert second.answer is Answer.YES
        assert "wachtlijst" in content(given).values["words"]


def test_another_time_is_told_once_however_often_it_changes(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = guests(made, leader)
    say(one, Answer.YES)
    deliver()

    told = [edit(leader, made, day=day) for day in ("2027-05-05", "2027-05-06")]

    assert told == [1, 1]
    (change,) = queued()
    assert change.not_before >= clock.now() + timedelta(minutes=9)
    said = content(change).values
    assert "4 mei" in said["old_when"]
    assert "6 mei" in said["when"]
    assert one.reconfirm_sequence == made.sequence == 2
    assert len(messages(Purpose.CHANGE)) == 2


def test_back_to_the_old_time_within_ten_minutes_is_no_news(plan: Plan, leader: Actor) -> None:
    made = plan(place="Wijkcentrum")
    (one,) = guests(made, leader)
    say(one, Answer.YES)
    deliver()

    edit(leader, made, day="2027-05-05", place="Wijkcentrum")
    told = edit(leader, made, place="Wijkcentrum")

    assert told == 0
    assert queued() == []
    assert one.reconfirm_sequence is None


def test_a_change_that_was_sent_is_followed_by_one_from_there(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = guests(made, leader)
    say(one, Answer.YES)
    deliver()

    edit(leader, made, day="2027-05-05")
    deliver(at=clock.now() + LATER)
    edit(leader, made)

    said = content(queued()[0])
    assert "5 mei" in said.values["old_when"]
    assert said.calendar is not None
    assert b"SEQUENCE:2" in said.calendar.data


def test_typing_errors_and_sessions_of_the_past_are_no_news(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = guests(made, leader)
    say(one, Answer.YES)
    deliver()

    title = edit(leader, made, title="Ontwerpsessie", goal="Beter leren kennen")
    with clock.frozen(made.ends_at + timedelta(days=30)):
        past = edit(leader, made, title="Ontwerpsessie", place="Elders")

    assert (title, past) == (0, 0)
    assert queued() == []


def test_a_slight_move_asks_nobody_again_but_is_told(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = guests(made, leader)
    say(one, Answer.YES)
    deliver()

    told = edit(leader, made, starts=LocalTime(made.starts + timedelta(minutes=30)))

    assert told == 1
    assert one.reconfirm_sequence is None


def test_yes_once_more_after_a_change_needs_no_second_mail(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = guests(made, leader)
    say(one, Answer.YES)
    deliver()
    edit(leader, made, day="2027-05-05")
    deliver(at=clock.now() + LATER)

    say(one, Answer.YES)

    assert one.reconfirm_sequence is None
    assert one.answered_sequence == 1
    assert queued() == []


def test_an_invitation_that_waits_tells_the_new_time_and_no_change(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    guests(made, leader)
    send_invitations(made)

    told = edit(leader, made, day="2027-05-05")

    assert told == 0
    (invitation,) = queued()
    assert invitation.sequence == 1
    assert invitation.send_not_after == made.starts_at - timedelta(hours=2)
    assert "5 mei" in content(invitation).values["when"]


def test_who_was_invited_reads_of_a_change_and_who_said_no_does_not(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    silent, declined = guests(made, leader, 2)
    send_invitations(made)
    deliver()
    say(declined, Answer.NO)
    deliver()

    told = edit(leader, made, day="2027-05-05")

    assert told == 1
    assert [one.about_id for one in queued()] == [silent.id]


def test_a_change_soon_before_the_start_is_urgent(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = guests(made, leader)
    with clock.frozen(made.starts_at - timedelta(hours=47)):
        say(one, Answer.YES)
        deliver()
        edit(leader, made, place="Het andere wijkcentrum")

        assert [message.priority for message in queued()] == [Priority.URGENT]
