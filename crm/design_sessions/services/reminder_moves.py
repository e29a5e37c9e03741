"""Moving: reminders that were planned follow their session to its new time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crm.core import clock
from crm.core.mail import Purpose
from crm.design_sessions import local_times
from crm.design_sessions.local_times import Occurrence
from crm.design_sessions.models import DesignSession, SessionBatch
from crm.design_sessions.queries.mailing import links_to_batches
from crm.design_sessions.session_facts import Facts
from crm.messages.services import outbox

MINUTE = timedelta(minutes=1)


def minutes_before(starts_at: datetime, zone: str, moment: datetime) -> int:
    """Return how many minutes before the start a moment is, on the clock on the wall."""
    there = ZoneInfo(zone)
    starts, then = (one.astimezone(there).replace(tzinfo=None) for one in (starts_at, moment))
    return (starts - then) // MINUTE


def move_reminders(
    design_session: DesignSession, before: Facts, *, earliest: datetime, until: datetime
) -> None:
    """
    Let reminders by hand that have not left tell of the session as it is now, inside a command.

    Those that were planned leave as long before the new start as they would have before the old
    one, on the clock on the wall; where that has been, at `earliest`.

    :param until: from when they make no sense any more
    """
    for link in links_to_batches(design_session, Purpose.REMINDER):
        ahead = _ahead(link, before)
        outbox.move_batch(
            link.batch,
            to=None if ahead is None else max(_at(design_session, ahead), earliest),
            sequence=design_session.sequence,
            send_not_after=until,
        )


def _ahead(link: SessionBatch, before: Facts) -> int | None:
    """Return how many minutes before the start reminders were planned, if they were."""
    if link.minutes_before is None and link.batch.not_before > clock.now():
        # Planned before this was kept.
        link.minutes_before = minutes_before(before.starts_at, before.zone, link.batch.not_before)
    return link.minutes_before


def _at(design_session: DesignSession, minutes: int) -> datetime:
    local = design_session.starts - minutes * MINUTE
    if not local_times.exists(local, design_session.zone):
        local += timedelta(hours=1)
    return local_times.moment(local, design_session.zone, Occurrence.FIRST)
