"""What is asked of whoever plans or copies a session."""

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, cast

from wtforms import ValidationError, fields
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from crm.core.i18n import LazyString, _, _l
from crm.design_sessions.forms.reading import member, number
from crm.design_sessions.models import DesignPhase, DesignSession, SessionKind, WaitingRule
from crm.design_sessions.queries import sessions
from crm.design_sessions.services.planning import AskingDetails, Copied, LocalTime, SessionDetails
from crm.design_sessions.values import local_times
from crm.design_sessions.values.local_times import DEFAULT_ZONE, Occurrence
from crm.stakeholders.models import Helix
from crm.stakeholders.values import phones
from crm.web.forms import Form, Revision, SelectChoice, choices_of

# A browser may send seconds that nobody typed; they are dropped.
CLOCK = ["%H:%M", "%H:%M:%S"]
END_OF_DAY = time(23, 59)
LONGEST_BEFORE = 60
LONGEST_LINE, LONGEST_PHONE, LONGEST_TEXT = 200, 40, 4000
MOST = 10_000
LATER = timedelta(weeks=2)


def _which(words: LazyString) -> fields.RadioField:
    # Not validated against its choices: it is asked only in the night in which the clock goes back.
    return fields.RadioField(words, choices=partial(choices_of, Occurrence), validate_choice=False)


def _seats(words: LazyString) -> fields.IntegerField:
    return fields.IntegerField(words, [Optional(), NumberRange(0, MOST)])


class HoursForm(Form):
    """The hours of a session; which of two equal ones is meant is asked where there are two."""

    starts_date: fields.DateField
    starts_time: fields.TimeField
    ends_time: fields.TimeField
    starts_occurrence: fields.RadioField
    ends_occurrence: fields.RadioField
    time_zone: str
    last_day: date | None

    @property
    def asks_start(self) -> bool:
        """Whether the clock says the hour of the start twice in that night."""
        return self.is_twice(self.starts_date.data, self.starts_time.data)

    @property
    def asks_end(self) -> bool:
        """Whether the clock says the hour of the end twice in that night."""
        return self.is_twice(self.last_day, self.ends_time.data)

    def is_twice(self, day: date | None, clock: time | None) -> bool:
        """Whether the clock says an hour twice; a form half filled in asks nothing."""
        if day is None or clock is None or self.time_zone not in local_times.zones():
            return False
        near = local_times.FIRST_YEAR <= day.year <= local_times.LAST_YEAR
        return near and local_times.is_ambiguous(datetime.combine(day, clock), self.time_zone)

    def hours(self) -> tuple[LocalTime, LocalTime]:
        """Return the start and the end, of which validation has seen the days and the hours."""
        return (
            _local(self.starts_date.data, self.starts_time.data, self.starts_occurrence.data),
            _local(self.last_day, self.ends_time.data, self.ends_occurrence.data),
        )


def _local(day: date | None, clock: time | None, occurrence: object) -> LocalTime:
    local = datetime.combine(cast("date", day), cast("time", clock).replace(second=0))
    return LocalTime(local, member(Occurrence, occurrence))


class SessionForm(HoursForm, Revision):
    """A session: what, where, when, for how many and whom, and how answers are taken."""

    # First, as differences and mistakes are told in the order of the fields.
    answer_until_date = fields.DateField(_l("Answers until (day)"), [Optional()])
    answer_until_time = fields.TimeField(_l("Answers until (time)"), [Optional()], format=CLOCK)
    answer_until_occurrence = _which(_l("Which of the two hours are answers taken until?"))
    has_waiting_list = fields.BooleanField(
        _l("Whoever says yes when it is full can wait for a place"), default=True
    )
    waiting_rule = fields.RadioField(
        _l("Who is offered a place that falls free?"), default=WaitingRule.FIRST_COME.value
    )
    allows_colleague = fields.BooleanField(_l("Invited people may propose to bring a colleague"))
    reminder_days = fields.IntegerField(
        _l("Days before the session"), [Optional(), NumberRange(1, LONGEST_BEFORE)]
    )
    contact = fields.SelectField(_l("Colleague who reads the answers"), validate_choice=False)
    contact_phone = fields.TelField(_l("Phone number for questions"), [Length(max=LONGEST_PHONE)])
    title = fields.StringField(_l("Title"), [DataRequired(), Length(max=LONGEST_LINE)])
    kind = fields.SelectField(
        _l("Kind"), [DataRequired()], default=SessionKind.DESIGN_SESSION.value
    )
    phase = fields.SelectField(_l("Phase"))
    goal = fields.TextAreaField(_l("Goal"), [Length(max=LONGEST_TEXT)])
    place = fields.StringField(_l("Place"), [Length(max=LONGEST_LINE)])
    link = fields.URLField(_l("Link"), [Length(max=2000)])
    starts_date = fields.DateField(_l("Day"), [InputRequired()])
    starts_time = fields.TimeField(_l("Starts at"), [InputRequired()], format=CLOCK)
    starts_occurrence = _which(_l("Which of the two hours does it start in?"))
    ends_time = fields.TimeField(_l("Ends at"), [InputRequired()], format=CLOCK)
    ends_date = fields.DateField(_l("Last day"), [Optional()])
    ends_occurrence = _which(_l("Which of the two hours does it end in?"))
    # The command refuses what is no zone, in words that say what to do.
    zone = fields.SelectField(_l("Time zone"), default=DEFAULT_ZONE, validate_choice=False)
    capacity = fields.IntegerField(_l("Places"), [Optional(), NumberRange(1, MOST)])
    target_government = _seats(_l("Government"))
    target_research = _seats(_l("Research"))
    target_business = _seats(_l("Business"))
    target_end_users = _seats(_l("End users"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = choices_of(SessionKind)
        self.waiting_rule.choices = choices_of(WaitingRule)
        self.phase.choices = [SelectChoice("", _l("No phase")), *choices_of(DesignPhase)]
        # The day of the end is typed only where it is another one.
        self.last_day = self.ends_date.data or self.starts_date.data
        self.time_zone = self.zone.data or ""
        self.zone.choices = [SelectChoice(name, name) for name in local_times.zones()]
        self.contact.choices = [
            SelectChoice("", _("The sender of the mail")),
            *(SelectChoice(str(account.id), account.name) for account in sessions.colleagues()),
        ]

    def validate_answer_until_time(self, _field: fields.TimeField) -> None:
        """Refuse a time without its day; not asked where there is no time."""
        if self.answer_until_date.data is None:
            raise ValidationError(_("Choose the day as well."))

    def validate_contact_phone(self, field: fields.TelField) -> None:
        """Refuse what nobody can call."""
        if field.data and not phones.read(field.data).number:
            raise ValidationError(_("This is not a phone number."))

    @property
    def targets(self) -> dict[Helix, fields.Field]:
        """The fields of the targets, in the order of the helixes."""
        return {helix: self[f"target_{helix.value}"] for helix in Helix}

    @property
    def asks_until(self) -> bool:
        """Whether the clock says the hour until which one can answer twice in that night."""
        return self.is_twice(*self._until)

    @property
    def _until(self) -> tuple[date | None, time]:
        # A day alone counts to its end.
        return self.answer_until_date.data, self.answer_until_time.data or END_OF_DAY

    def details(self) -> SessionDetails:
        """Return what was asked."""
        starts, ends = self.hours()
        until = self.answer_until_occurrence.data
        wanted = {helix: field.data for helix, field in self.targets.items()}
        return SessionDetails(
            title=_line(self.title),
            kind=SessionKind(self.kind.data),
            phase=DesignPhase(self.phase.data) if self.phase.data else None,
            goal=(self.goal.data or "").strip(),
            place=_line(self.place),
            link=_line(self.link),
            zone=self.time_zone,
            starts=starts,
            ends=ends,
            capacity=self.capacity.data,
            # No target differs from a target of nobody, which is 0.
            targets={helix: seats for helix, seats in wanted.items() if seats is not None},
            asking=AskingDetails(
                answer_until=_local(*self._until, until) if self.answer_until_date.data else None,
                has_waiting_list=bool(self.has_waiting_list.data),
                waiting_rule=WaitingRule(self.waiting_rule.data),
                allows_colleague=bool(self.allows_colleague.data),
                reminder_days=self.reminder_days.data,
                contact_id=number(self.contact.data),
                contact_phone=(self.contact_phone.data or "").strip(),
            ),
        )

    @classmethod
    def of(cls, record: object) -> "SessionForm":
        """Return this form filled from a session."""
        assert isinstance(record, DesignSession)  # noqa: S101 - the base takes any record
        starts, ends, zone = record.starts, record.ends, record.zone
        until, local = record.answer_until, record.answer_until_local
        written = datetime.fromisoformat(local) if local else None
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
            answer_until_date=written.date() if written else None,
            answer_until_time=written.time() if written else None,
            answer_until_occurrence=local_times.occurrence_of(until, zone) if until else None,
            waiting_rule=record.waiting_rule.value,
            contact=str(record.contact_id or ""),
            **{f"target_{helix.value}": seats for helix, seats in record.wanted.items()},
        )


def _line(field: fields.StringField) -> str:
    return " ".join((field.data or "").split())


class CopyForm(HoursForm):
    """A day, the hours, and who of the session that is copied stands on the list."""

    starts_date = fields.DateField(_l("Day"), [InputRequired()])
    starts_time = fields.TimeField(_l("Starts at"), [InputRequired()], format=CLOCK)
    starts_occurrence = _which(_l("Which of the two hours does it start in?"))
    ends_time = fields.TimeField(_l("Ends at"), [InputRequired()], format=CLOCK)
    ends_occurrence = _which(_l("Which of the two hours does it end in?"))
    who = fields.RadioField(
        _l("Who is put on the list?"),
        choices=partial(choices_of, Copied),
        default=Copied.SAME.value,
    )

    def __init__(self, design_session: DesignSession) -> None:
        starts, ends = design_session.starts, design_session.ends
        first = starts.date()
        super().__init__(
            starts_date=first + LATER, starts_time=starts.time(), ends_time=ends.time()
        )
        self.time_zone, day = design_session.zone, self.starts_date.data
        # The next session lasts as many days as this one.
        self.last_day = day + (ends.date() - first) if day else None

    def details(self) -> dict[str, Any]:
        """Return when the next session is (`starts`, `ends`) and `who` is invited to it."""
        starts, ends = self.hours()
        return {"starts": starts, "ends": ends, "who": Copied(self.who.data)}
