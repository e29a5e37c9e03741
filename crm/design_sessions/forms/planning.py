"""What is asked when a session is planned or changed."""

from datetime import date, datetime, time
from typing import Any

from wtforms import (
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.core.i18n import LazyString, _l
from crm.design_sessions import local_times
from crm.design_sessions.forms.asking import CLOCK, AskingFields, asked_of
from crm.design_sessions.local_times import DEFAULT_ZONE, Occurrence
from crm.design_sessions.models import DesignPhase, DesignSession, SessionKind
from crm.design_sessions.services import LocalTime, SessionDetails
from crm.stakeholders.models import Helix
from crm.web.forms import Form, Revision, SelectChoice, choices_of

LONGEST_LINE, LONGEST_TEXT = 200, 4000
MOST = 10_000


def _seats(words: LazyString) -> IntegerField:
    return IntegerField(words, [Optional(), NumberRange(0, MOST)])


class SessionForm(Form, Revision, AskingFields):
    """A session: what, where, when, for how many and whom, and how answers are taken."""

    title = StringField(_l("Title"), [DataRequired(), Length(max=LONGEST_LINE)])
    kind = SelectField(_l("Kind"), [DataRequired()], default=SessionKind.DESIGN_SESSION.value)
    phase = SelectField(_l("Phase"))
    goal = TextAreaField(_l("Goal"), [Length(max=LONGEST_TEXT)])
    place = StringField(_l("Place"), [Length(max=LONGEST_LINE)])
    link = URLField(_l("Link"), [Length(max=2000)])
    starts_date = DateField(_l("Day"), [InputRequired()])
    starts_time = TimeField(_l("Starts at"), [InputRequired()], format=CLOCK)
    starts_occurrence = RadioField(
        _l("Which of the two hours does it start in?"), validate_choice=False
    )
    ends_time = TimeField(_l("Ends at"), [InputRequired()], format=CLOCK)
    ends_date = DateField(_l("Last day"), [Optional()])
    ends_occurrence = RadioField(
        _l("Which of the two hours does it end in?"), validate_choice=False
    )
    zone = SelectField(_l("Time zone"), default=DEFAULT_ZONE, validate_choice=False)
    capacity = IntegerField(_l("Places"), [Optional(), NumberRange(1, MOST)])
    target_government = _seats(_l("Government"))
    target_research = _seats(_l("Research"))
    target_business = _seats(_l("Business"))
    target_end_users = _seats(_l("End users"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices_of(SessionKind)
        self.phase.choices = [
            SelectChoice("", _l("No phase")),
            *choices_of(DesignPhase),
        ]
        hours = choices_of(Occurrence)
        self.starts_occurrence.choices = self.ends_occurrence.choices = hours
        self.zone.choices = [SelectChoice(name, name) for name in local_times.zones()]
        self.offer_asking()

    @property
    def targets(self) -> dict[Helix, Field]:
        """The fields of the targets, in the order of the helixes."""
        return {helix: self[f"target_{helix.value}"] for helix in Helix}

    @property
    def asks_start(self) -> bool:
        """Whether the clock says the hour of the start twice in that night."""
        return self._is_twice(self.starts_date.data, self.starts_time.data)

    @property
    def asks_end(self) -> bool:
        """Whether the clock says the hour of the end twice in that night."""
        return self._is_twice(self.ends_date.data or self.starts_date.data, self.ends_time.data)

    @property
    def asks_until(self) -> bool:
        """Whether the clock says the hour until which one can answer twice in that night."""
        return self._is_twice(*self.until)

    def details(self) -> SessionDetails:
        """Return what was asked."""
        first = self.starts_date.data
        return SessionDetails(
            title=_line(self.title),
            kind=SessionKind(self.kind.data),
            phase=DesignPhase(self.phase.data) if self.phase.data else None,
            goal=(self.goal.data or "").strip(),
            place=_line(self.place),
            link=_line(self.link),
            zone=self.zone.data or "",
            starts=_time(first, self.starts_time.data, self.starts_occurrence.data),
            ends=_time(
                self.ends_date.data or first, self.ends_time.data, self.ends_occurrence.data
            ),
            capacity=self.capacity.data,
            targets={
                helix: field.data for helix, field in self.targets.items() if field.data is not None
            },
            asking=self.asking(),
        )

    @classmethod
    def of(cls, record: object) -> "SessionForm":
        """Return this form filled from a session."""
        assert isinstance(record, DesignSession)  # noqa: S101 - the base takes any record
        starts, ends, zone = record.starts, record.ends, record.zone
        return cls(
            formdata=None,
            obj=record,
            kind=record.kind.value,
            phase=record.phase.value if record.phase else "",
            starts_date=starts.date(),
            starts_time=starts.time(),
            starts_occurrence=local_times.occurrence_of(record.starts_at, zone),
            ends_date=ends.date() if ends.date() != starts.date() else None,
            ends_time=ends.time(),
            ends_occurrence=local_times.occurrence_of(record.ends_at, zone),
            **{f"target_{helix.value}": seats for helix, seats in record.wanted.items()},
            **asked_of(record),
        )

    def _is_twice(self, day: date | None, clock: time | None) -> bool:
        zone = self.zone.data or ""
        if day is None or clock is None or zone not in local_times.zones():
            return False
        near = local_times.FIRST_YEAR <= day.year <= local_times.LAST_YEAR
        return near and local_times.is_ambiguous(datetime.combine(day, clock), zone)


def _line(field: StringField) -> str:
    return " ".join((field.data or "").split())


def _time(day: date | None, clock: time | None, occurrence: str | None) -> LocalTime:
    assert day is not None  # noqa: S101 - both fields are required, so validation has seen them
    assert clock is not None  # noqa: S101 - as above
    local = datetime.combine(day, clock.replace(second=0))
    return LocalTime(local, next((one for one in Occurrence if one.value == occurrence), None))
