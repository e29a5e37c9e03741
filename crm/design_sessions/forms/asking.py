"""What is asked about answers to an invitation: until when, who waits, who is reminded."""

from datetime import date, datetime, time

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    TelField,
    TimeField,
)
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from crm.core.i18n import _, _l
from crm.design_sessions import local_times, queries
from crm.design_sessions.forms.reading import number
from crm.design_sessions.local_times import Occurrence
from crm.design_sessions.models import DesignSession, WaitingRule
from crm.design_sessions.services import AskingDetails, LocalTime
from crm.stakeholders import phones
from crm.web.forms import SelectChoice, choices_of

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
            *(SelectChoice(str(one.id), one.name) for one in queries.colleagues()),
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
