"""What is asked when a next session is made from one that there is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from wtforms import DateField, RadioField, TimeField
from wtforms.validators import InputRequired

from crm.core.i18n import _l
from crm.design_sessions import local_times
from crm.design_sessions.forms.asking import CLOCK
from crm.design_sessions.forms.reading import member
from crm.design_sessions.local_times import Occurrence
from crm.design_sessions.models import DesignSession
from crm.design_sessions.services import Copied, LocalTime
from crm.web.forms import Form, choices_of

LATER = timedelta(weeks=2)


@dataclass(frozen=True, slots=True)
class Next:
    """When the next session is, and who of this one is invited to it."""

    starts: LocalTime
    ends: LocalTime
    who: Copied


class CopyForm(Form):
    """A day, the hours, and who of the session that is copied stands on the list."""

    starts_date = DateField(_l("Day"), [InputRequired()])
    starts_time = TimeField(_l("Starts at"), [InputRequired()], format=CLOCK)
    starts_occurrence = RadioField(
        _l("Which of the two hours does it start in?"), validate_choice=False
    )
    ends_time = TimeField(_l("Ends at"), [InputRequired()], format=CLOCK)
    ends_occurrence = RadioField(
        _l("Which of the two hours does it end in?"), validate_choice=False
    )
    who = RadioField(_l("Who is put on the list?"), default=Copied.SAME.value)

    def __init__(self, design_session: DesignSession, *args: Any, **kwargs: Any) -> None:
        starts, ends = design_session.starts, design_session.ends
        first = {
            "starts_date": starts.date() + LATER,
            "starts_time": starts.time(),
            "ends_time": ends.time(),
        }
        super().__init__(*args, **{**first, **kwargs})
        self.starts_occurrence.choices = self.ends_occurrence.choices = choices_of(Occurrence)
        self.who.choices = choices_of(Copied)
        self._zone, self._days = design_session.zone, ends.date() - starts.date()

    @property
    def asks_start(self) -> bool:
        """Whether the clock says the hour of the start twice in that night."""
        return self._is_twice(self.starts_date.data, self.starts_time)

    @property
    def asks_end(self) -> bool:
        """Whether the clock says the hour of the end twice in that night."""
        day = self.starts_date.data
        return self._is_twice(day + self._days if day else None, self.ends_time)

    def details(self) -> Next:
        """Return what was asked; it ends as many days later as the first one."""
        day = self.starts_date.data
        assert day is not None  # noqa: S101 - required, so validation has seen it
        return Next(
            _time(day, self.starts_time, self.starts_occurrence),
            _time(day + self._days, self.ends_time, self.ends_occurrence),
            Copied(self.who.data),
        )

    def _is_twice(self, day: date | None, clock: TimeField) -> bool:
        if day is None or clock.data is None:
            return False
        near = local_times.FIRST_YEAR <= day.year <= local_times.LAST_YEAR
        return near and local_times.is_ambiguous(datetime.combine(day, clock.data), self._zone)


def _time(day: date, clock: TimeField, occurrence: RadioField) -> LocalTime:
    assert clock.data is not None  # noqa: S101 - required, so validation has seen it
    local = datetime.combine(day, clock.data.replace(second=0))
    return LocalTime(local, member(Occurrence, occurrence.data))
