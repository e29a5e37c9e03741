"""What is asked of whoever plans or copies a session."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from crm.core.i18n import LazyString, _, _l
from crm.design_sessions import local_times
from crm.design_sessions.forms.reading import member, number
from crm.design_sessions.local_times import DEFAULT_ZONE, Occurrence
from crm.design_sessions.models import DesignPhase, DesignSession, SessionKind, WaitingRule
from crm.design_sessions.queries import sessions
from crm.design_sessions.services.planning import AskingDetails, Copied, LocalTime, SessionDetails
from crm.stakeholders import phones
from crm.stakeholders.models import Helix
from crm.web.forms import Form, Revision, SelectChoice, choices_of

CLOCK = ["%H:%M", "%H:%M:%S"]
END_OF_DAY = time(23, 59)
LONGEST_BEFORE = 60
LONGEST_PHONE = 40


class AskingFields:
    """The part of the form of a session that is about answers."""

    answer_until_date = DateField(_l("Answers until (day)"), [Optional()])
    answer_until_time = TimeField(_l("Answers until (time)"), [Optional()], format=CLOCK)
    answer_until_occurrence = RadioField(
        _l("Which of the two hours are answers taken until?"), validate_choice=False
    )
    has_waiting_list = BooleanField(
        _l("Whoever says yes when it is full can wait for a place"), default=True
    )
    waiting_rule = RadioField(
        _l("Who is offered a place that falls free?"), default=WaitingRule.FIRST_COME.value
    )
    allows_colleague = BooleanField(_l("Invited people may propose to bring a colleague"))
    reminder_days = IntegerField(
        _l("Days before the session"), [Optional(), NumberRange(1, LONGEST_BEFORE)]
    )
    contact = SelectField(_l("Colleague who reads the answers"), validate_choice=False)
    contact_phone = TelField(_l("Phone number for questions"), [Length(max=LONGEST_PHONE)])

    def offer_asking(self) -> None:
        """Fill the choices: the rules, the two hours, and the colleagues of the project."""
        self.answer_until_occurrence.choices = choices_of(Occurrence)
        self.waiting_rule.choices = choices_of(WaitingRule)
        self.contact.choices = [
            SelectChoice("", _("The sender of the mail")),
            *(SelectChoice(str(one.id), one.name) for one in sessions.colleagues()),
        ]

    def validate_answer_until_time(self, _field: TimeField) -> None:
        """Refuse a time without its day; not asked where there is no time."""
        if self.answer_until_date.data is None:
            raise ValidationError(_("Choose the day as well."))

    def validate_contact_phone(self, field: TelField) -> None:
        """Refuse what nobody can call."""
        if field.data and not phones.read(field.data).number:
            raise ValidationError(_("This is not a phone number."))

    @property
    def until(self) -> tuple[date | None, time]:
        """The day and the hour until which answers are taken; a day alone counts to its end."""
        return self.answer_until_date.data, self.answer_until_time.data or END_OF_DAY

    def asking(self) -> AskingDetails:
        """Return what was asked about answers."""
        return AskingDetails(
            answer_until=self._until(),
            has_waiting_list=bool(self.has_waiting_list.data),
            waiting_rule=WaitingRule(self.waiting_rule.data),
            allows_colleague=bool(self.allows_colleague.data),
            reminder_days=self.reminder_days.data,
            contact_id=number(self.contact.data),
            contact_phone=(self.contact_phone.data or "").strip(),
        )

    def _until(self) -> LocalTime | None:
        day, clock = self.until
        if day is None:
            return None
        which = self.answer_until_occurrence.data
        occurrence = next((one for one in Occurrence if one.value == which), None)
        return LocalTime(datetime.combine(day, clock.replace(second=0)), occurrence)


def asked_of(record: DesignSession) -> dict[str, object]:
    """Return what stands in these fields for a session."""
    until, local = record.answer_until, record.answer_until_local
    written = datetime.fromisoformat(local) if local else None
    return {
        "answer_until_date": written.date() if written else None,
        "answer_until_time": written.time() if written else None,
        "answer_until_occurrence": local_times.occurrence_of(until, record.zone) if until else None,
        "waiting_rule": record.waiting_rule.value,
        "contact": str(record.contact_id or ""),
    }


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
        self.phase.choices = [SelectChoice("", _l("No phase")), *choices_of(DesignPhase)]
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
            _hour_of(day, self.starts_time, self.starts_occurrence),
            _hour_of(day + self._days, self.ends_time, self.ends_occurrence),
            Copied(self.who.data),
        )

    def _is_twice(self, day: date | None, clock: TimeField) -> bool:
        if day is None or clock.data is None:
            return False
        near = local_times.FIRST_YEAR <= day.year <= local_times.LAST_YEAR
        return near and local_times.is_ambiguous(datetime.combine(day, clock.data), self._zone)


def _hour_of(day: date, clock: TimeField, occurrence: RadioField) -> LocalTime:
    assert clock.data is not None  # noqa: S101 - required, so validation has seen it
    local = datetime.combine(day, clock.data.replace(second=0))
    return LocalTime(local, member(Occurrence, occurrence.data))
