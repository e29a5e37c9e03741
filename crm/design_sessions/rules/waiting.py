"""Who is offered a free place and until when, and when reminders are due."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.design_sessions.models import DesignSession, WaitingRule
from crm.stakeholders.models import Helix

# Start still this far away → how long an offered place is kept. Nearer by, it is given at once: a
# mail may not be read in time.
LONG_BEFORE, KEPT_LONG = timedelta(hours=72), timedelta(hours=48)
SHORTLY_BEFORE, KEPT_SHORTLY = timedelta(hours=24), timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits: since when, for which helix, and the number they drew."""

    invitation_id: int
    helix: Helix
    since: datetime
    lot: int


def next_waiter(
    rule: WaitingRule,
    waiting: Collection[Waiter],
    wanted: Mapping[Helix, int],
    held: Mapping[Helix, int],
) -> Waiter | None:
    """
    Return who is offered the next place, or nobody.

    :param wanted: the target of each helix that has one
    :param held: how many places each helix holds, offered ones among them
    """
    if rule is WaitingRule.LOT:
        return min(waiting, key=lambda waiter: (waiter.lot, waiter.invitation_id), default=None)
    if rule is WaitingRule.BALANCE:
        short = [who for who in waiting if held.get(who.helix, 0) < wanted.get(who.helix, 0)]
        # Where no helix that waits is short, an empty place helps nobody: who waits longest has it.
        waiting = short or waiting
    return min(waiting, key=lambda waiter: (waiter.since, waiter.invitation_id), default=None)


def in_order(
    rule: WaitingRule,
    waiting: Collection[Waiter],
    wanted: Mapping[Helix, int],
    held: Mapping[Helix, int],
    *,
    at_most: int | None = None,
) -> list[Waiter]:
    """Return who waits in the order in which places would be offered, were they to fall free."""
    left, taken, order = list(waiting), Counter(held), list[Waiter]()
    while len(order) != at_most and (chosen := next_waiter(rule, left, wanted, taken)) is not None:
        left.remove(chosen)
        # Their helix is less short now, which may turn the order of those who are left.
        taken[chosen.helix] += 1
        order.append(chosen)
    return order


def offer_ends(now: datetime, starts_at: datetime) -> datetime | None:
    """Return until when a place that is offered now is kept; none: it is given at once."""
    left = starts_at - now
    if left >= LONG_BEFORE:
        return now + KEPT_LONG
    return now + KEPT_SHORTLY if left >= SHORTLY_BEFORE else None


AT = time(9)
# No mail to many between eight in the evening and eight in the morning.
MORNING, EVENING = time(8), time(20)
# A worker that was away that morning catches up within a day; later, it is too late.
LATE = timedelta(days=1)


def is_due(design_session: DesignSession, now: datetime) -> bool:
    """Whether people are reminded now: that morning, or as soon as possible on the day after."""
    if design_session.reminder_days is None or not design_session.takes_answers():
        return False
    # By the clock on the wall there: a day before is the same hour, also where the clock changed.
    there = now.astimezone(ZoneInfo(design_session.zone)).replace(tzinfo=None)
    day = design_session.day - timedelta(days=design_session.reminder_days)
    due = datetime.combine(day, AT)
    return due <= there < due + LATE and MORNING <= there.time() < EVENING
