"""Reminders: at which moment a session asks for one, on the clock on the wall where it is held."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.design_sessions.models import DesignSession

AT = time(9)
# No mail to many between eight in the evening and eight in the morning.
MORNING, EVENING = time(8), time(20)
# A worker that was away that morning catches up within a day; later, it is too late.
LATE = timedelta(days=1)


def is_due(design_session: DesignSession, now: datetime) -> bool:
    """Whether people are reminded now: that morning, or as soon as possible on the day after."""
    if design_session.reminder_days is None or not design_session.takes_answers():
        return False
    there = now.astimezone(ZoneInfo(design_session.zone)).replace(tzinfo=None)
    day = design_session.day - timedelta(days=design_session.reminder_days)
    due = datetime.combine(day, AT)
    return due <= there < due + LATE and MORNING <= there.time() < EVENING
