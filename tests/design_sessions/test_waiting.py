"""The waiting list: one offer for one place, to who is next by the rule, and never too many."""

from datetime import UTC, datetime, timedelta

import pytest

from crm.core import clock
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, DesignSession, Invitation, WaitingRule
from crm.design_sessions.queries import answers, people
from crm.design_sessions.rules.waiting import Waiter, next_waiter, offer_ends
from crm.design_sessions.services import inviting, planning
from crm.design_sessions.services.answering import AnswersClosed
from crm.stakeholders.models import Helix
from tests import factories
from tests.design_sessions.conftest import Plan, details
from tests.design_sessions.test_answering import change, invited, say

pytestmark = pytest.mark.both_engines("locks")

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)


def full(plan: Plan, leader: Actor, waiting: int = 2) -> tuple[DesignSession, list[Invitation]]:
    made = plan(capacity=1)
    everybody = invited(made, leader, waiting + 1)
    for minutes, one in enumerate(everybody):
        with clock.frozen(made.starts_at - timedelta(days=30, minutes=-minutes)):
            say(one, Answer.YES)
    return made, everybody


def standing(invitations: list[Invitation]) -> list[Answer]:
    return [one.answer for one in invitations]


def test_a_place_that_falls_free_is_offered_to_one_who_waits_longest(
    plan: Plan, leader: Actor
) -> None:
    made, everybody = full(plan, leader)

    with clock.frozen(made.starts_at - timedelta(days=10)):
        say(everybody[0], Answer.NO)
        seats = answers.seats(made)

    assert standing(everybody) == [Answer.NO, Answer.OFFERED, Answer.WAITING]
    assert everybody[1].offer_until == made.starts_at - timedelta(days=8)
    assert seats.held == 1


def test_an_offer_that_is_not_taken_lapses_and_goes_to_the_next(plan: Plan, leader: Actor) -> None:
    made, everybody = full(plan, leader)
    with clock.frozen(made.starts_at - timedelta(days=10)):
        say(everybody[0], Answer.NO)

    with clock.frozen(made.starts_at - timedelta(days=8)):
        again = say(everybody[1], Answer.YES)

    assert again is Answer.WAITING
    assert standing(everybody) == [Answer.NO, Answer.WAITING, Answer.OFFERED]


def test_an_offer_stands_when_answers_close(plan: Plan, leader: Actor) -> None:
    made, everybody = full(plan, leader)
    with clock.frozen(made.starts_at - timedelta(days=10)):
        say(everybody[0], Answer.NO)
        planning.close_answers(leader, made)

        taken = say(everybody[1], Answer.YES)
        with pytest.raises(AnswersClosed):
            say(everybody[2], Answer.NO)

    assert taken is Answer.YES


def test_shortly_before_the_start_the_place_is_given_at_once(plan: Plan, leader: Actor) -> None:
    made, everybody = full(plan, leader)

    with clock.frozen(made.starts_at - timedelta(hours=23)):
        say(everybody[0], Answer.NO)

    assert standing(everybody) == [Answer.NO, Answer.YES, Answer.WAITING]


def test_leaving_the_list_is_one_answer(plan: Plan, leader: Actor) -> None:
    _made, everybody = full(plan, leader)

    left = say(everybody[1], Answer.NO)
    say(everybody[0], Answer.NO)

    assert left is Answer.NO
    assert everybody[2].answer is Answer.OFFERED


def test_fewer_places_than_people_drops_nobody_and_offers_none(plan: Plan, leader: Actor) -> None:
    made = plan(capacity=3)
    everybody = invited(made, leader, 4)
    for one in everybody:
        say(one, Answer.YES)

    planning.edit_session(leader, made, details=details(capacity=1), revision=made.revision)
    over = answers.seats(made).over
    say(everybody[0], Answer.NO)

    assert over == 2
    assert standing(everybody) == [Answer.NO, Answer.YES, Answer.YES, Answer.WAITING]


def test_more_places_are_offered_at_once(plan: Plan, leader: Actor) -> None:
    made, everybody = full(plan, leader)

    planning.edit_session(leader, made, details=details(capacity=3), revision=made.revision)

    assert standing(everybody) == [Answer.YES, Answer.OFFERED, Answer.OFFERED]


def test_a_cancelled_session_offers_nothing_and_who_waited_keeps_the_place_in_line(
    plan: Plan, leader: Actor
) -> None:
    made, everybody = full(plan, leader)
    say(everybody[0], Answer.NO)

    planning.cancel_session(leader, made)
    waiting = standing(everybody)
    planning.reopen_session(leader, made)

    assert waiting == [Answer.NO, Answer.WAITING, Answer.WAITING]
    assert standing(everybody) == [Answer.NO, Answer.OFFERED, Answer.WAITING]


def test_the_helix_that_is_short_goes_first_where_the_balance_is_kept(
    plan: Plan, leader: Actor
) -> None:
    made = plan(capacity=1, targets={Helix.END_USERS: 1})
    change(made, waiting_rule=WaitingRule.BALANCE)
    holder, longest = invited(made, leader, 2)
    resident = factories.person("Bewoner")
    inviting.invite(leader, made, person_ids=[resident.id])
    later = people.invitations_of(made)[-1]
    for one in (holder, longest, later):
        say(one, Answer.YES)

    say(holder, Answer.NO)

    assert (longest.answer, later.answer) == (Answer.WAITING, Answer.OFFERED)


def waiter(number: int, minutes: int, *, lot: int = 0, helix: Helix = Helix.BUSINESS) -> Waiter:
    return Waiter(number, helix, NOON + timedelta(minutes=minutes), lot)


def test_who_is_next_by_each_rule() -> None:
    waiting = [
        waiter(1, 5, lot=9),
        waiter(2, 1, lot=7),
        waiter(3, 9, lot=1, helix=Helix.RESEARCH),
    ]

    chosen = [
        next_waiter(rule, waiting, {Helix.RESEARCH: 2}, {Helix.RESEARCH: 1})
        for rule in (WaitingRule.FIRST_COME, WaitingRule.BALANCE, WaitingRule.LOT)
    ]
    reached = next_waiter(WaitingRule.BALANCE, waiting, {Helix.RESEARCH: 2}, {Helix.RESEARCH: 2})

    assert [one.invitation_id for one in chosen if one] == [2, 3, 3]
    assert reached is waiting[1]
    assert next_waiter(WaitingRule.LOT, [], {}, {}) is None


@pytest.mark.parametrize(
    ("before", "kept"), [(72, 48), (71.9, 6), (24, 6), (23.9, None), (0.5, None)]
)
def test_how_long_an_offer_is_kept(before: float, kept: int | None) -> None:
    ends = offer_ends(NOON, NOON + timedelta(hours=before))

    assert ends == (None if kept is None else NOON + timedelta(hours=kept))
