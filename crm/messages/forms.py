"""What is asked about messages: words, when to send, and what somebody wants for themselves."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, Length, Optional

from crm.consent.models import ContactPurpose
from crm.core import clock, tokens
from crm.core.db import project_in_scope
from crm.core.fields import Where
from crm.core.i18n import _, _l
from crm.messages.queries.addressing import ASKED_FOR
from crm.messages.rules.progress import Status
from crm.messages.services.batches import Sending, moment
from crm.messages.services.suppressions import Wish
from crm.messages.services.writing import FreeMessage
from crm.projects import queries as projects
from crm.projects.services import LONGEST_ADDRESS
from crm.stakeholders.models import Person
from crm.stakeholders.values.languages import named
from crm.web.fields import FieldsForm
from crm.web.forms import (
    AnswerField,
    AskedForm,
    Form,
    PersonalForm,
    Revision,
    SelectChoice,
    choices_of,
)
from crm.web.i18n import LANGUAGES

LONGEST_SUBJECT, LONGEST_BODY, LONGEST_REASON = 200, 20_000, 500
# Beyond this no version or example has a number, and some databases take no longer one.
MOST_DIGITS = 9
PURPOSES = (ContactPurpose.PROJECT_WORK, ContactPurpose.NEWS)
YES, NO = "yes", "no"


class WordsForm(Form, Revision):
    """The subject and the body of a message, with placeholders."""

    subject = StringField(_l("Subject"), [DataRequired(), Length(max=LONGEST_SUBJECT)])
    body = TextAreaField(_l("Text"), [DataRequired(), Length(max=LONGEST_BODY)])

    @property
    def seen(self) -> int:
        """The version that the editor had before them; 0 for our own words."""
        return _number(self.revision.data)

    def details(self) -> tuple[str, str]:
        """Return subject and body."""
        return self.subject.data or "", self.body.data or ""


class NumberForm(Form):
    """One number behind a button: of a version, or of an example."""

    number = HiddenField()

    def details(self) -> int:
        """Return the number; 0 where there is none."""
        return _number(self.number.data)


def _number(text: object) -> int:
    written = str(text or "")
    # isdigit alone would let through signs such as ², which int() refuses.
    usable = written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS
    return int(written) if usable else 0


class When(StrEnum):
    """When a batch goes."""

    NOW = "now"
    LATER = "later"


class SendForm(Form):
    """
    When to send, and that people with one address may each get it.

    As long as the project has no address for answers, that is asked as well.
    """

    # Random, and the same however often the form is sent.
    key = HiddenField(validators=[Length(max=60)])
    when = RadioField(
        _l("When"),
        default=When.NOW.value,
        choices=[
            SelectChoice(When.NOW.value, _l("Now")),
            SelectChoice(When.LATER.value, _l("Later, at the day and time below")),
        ],
    )
    at_date = DateField(_l("Day"), [Optional()])
    at_time = TimeField(_l("Time"), [Optional()], format=["%H:%M", "%H:%M:%S"])
    reply_address = EmailField(_l("Address for answers"), [Length(max=LONGEST_ADDRESS)])
    despite_doubles = BooleanField(_l("Continue anyway: each of them gets a message"))
    zone = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key.data = self.key.data or tokens.new()
        project_id = project_in_scope()
        # Where answers go is asked before the first batch of a project, and then no more.
        if project_id is None or projects.project(project_id).reply_address:
            del self.reply_address

    def at(self, zone: str) -> "SendForm":
        """Return the form for a place: times are those of its clock."""
        self.zone = zone
        return self

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Ask for a day and a time where it is sent later."""
        valid: bool = super().validate(extra_validators)
        is_whole = self.at_date.data and self.at_time.data
        # What cannot be read as a day has its own refusal already; one of the two is enough.
        if self.when.data != When.LATER.value or is_whole or self.at_date.errors:
            return valid
        self.at_date.errors = [_("Fill in a day and a time, or send now.")]
        return False

    def details(self) -> Any:
        """Return how it is sent, as `Sending`; forms that ask for more return more."""
        not_before = None
        if self.when.data == When.LATER.value:
            day, time = self.at_date.data, self.at_time.data
            assert day is not None  # noqa: S101 - validation has seen both
            assert time is not None  # noqa: S101 - as above
            local = datetime.combine(day, time.replace(second=0))
            not_before = moment(local, self.zone or clock.zone())
        return Sending(
            self.key.data or "",
            not_before,
            despite_doubles=bool(self.despite_doubles.data),
            reply_address=self.data.get("reply_address") or "",
        )


class ForForm(AskedForm):
    """For what people are written to; it stands in the address and changes nothing."""

    purpose = SelectField(
        _l("What it is for"),
        default=ContactPurpose.PROJECT_WORK.value,
        choices=lambda: choices_of(PURPOSES),
    )

    def chosen(self) -> ContactPurpose:
        """Return the purpose; what makes no sense counts as project work."""
        known = (purpose for purpose in PURPOSES if purpose.value == self.purpose.data)
        return next(known, ContactPurpose.PROJECT_WORK)


class FreeForm(SendForm):
    """A subject and a text for each language, and when it is sent."""

    contact = ContactPurpose.PROJECT_WORK
    languages: tuple[str, ...] = ()

    @classmethod
    def for_languages(cls, languages: Iterable[str]) -> "type[FreeForm]":
        """Return the form with fields for these languages."""
        codes = tuple(languages)
        fields: dict[str, Any] = {"languages": codes}
        for code in codes:
            fields[f"subject_{code}"] = StringField(_l("Subject"), [Length(max=LONGEST_SUBJECT)])
            fields[f"body_{code}"] = TextAreaField(_l("Text"), [Length(max=LONGEST_BODY)])
        # A class of its own: the library gathers fields from the class, and once for each.
        return type("FreeFormInLanguages", (cls,), fields)

    def of(self, contact: ContactPurpose) -> "FreeForm":  # type: ignore[override]  # of a purpose, not of a record
        """Return the form for a purpose of contact."""
        self.contact = contact
        return self

    def own(self, language: str) -> tuple[str, str]:
        """Return subject and text in a language, as far as they are written."""
        if language not in self.languages:
            return "", ""
        return self[f"subject_{language}"].data or "", self[f"body_{language}"].data or ""

    def details(self) -> tuple[FreeMessage, Sending]:
        """Return what is written, and how it is sent."""
        words = {language: self.own(language) for language in self.languages}
        return FreeMessage(self.contact, words), super().details()


class StatusFilterForm(AskedForm):
    """Which messages of a batch are listed; it stands in the address and changes nothing."""

    status = SelectField(
        _l("State"), default="", choices=lambda: [SelectChoice("", _l("All")), *choices_of(Status)]
    )

    def chosen(self) -> Status | None:
        """Return the state that was asked for; what makes no sense counts as not asked."""
        return next((status for status in Status if status.value == self.status.data), None)

    def typed(self) -> dict[str, str]:
        """Return what was chosen, as it stands in an address."""
        chosen = self.chosen()
        return {"status": chosen.value} if chosen else {}


class LiftForm(Form):
    """Why mail may go to an address again."""

    reason = StringField(_l("Reason"), [DataRequired(), Length(max=LONGEST_REASON)])

    def details(self) -> str:
        """Return the reason, which stays in the audit trail."""
        return self.reason.data or ""


class WishForm(PersonalForm):
    """One choice, and a button that acts."""

    wish = RadioField(_l("What do you not want any more?"), default=Wish.BULK.value)

    def offer(self, wishes: Iterable[Wish]) -> "WishForm":
        """Return the form with these wishes to choose from."""
        self.wish.choices = choices_of(wishes)
        return self

    def details(self) -> Wish:
        """Return what was chosen."""
        return Wish(self.wish.data)


# Neither is chosen beforehand: a yes that somebody did not give is no consent.
_YES_OR_NO = [SelectChoice(YES, _l("Yes, please")), SelectChoice(NO, _l("No, thank you"))]


class ConsentForm(PersonalForm):
    """Yes or no for each purpose, and a button that acts."""

    panel = AnswerField(_l("May we invite you to further sessions?"), choices=_YES_OR_NO)
    news = AnswerField(_l("May we send you news of the project?"), choices=_YES_OR_NO)

    def details(self) -> dict[ContactPurpose, bool]:
        """Return what was answered."""
        return {purpose: self[purpose.value].data == YES for purpose in ASKED_FOR}


class OwnDetailsForm(FieldsForm, PersonalForm):
    """Name, addresses, numbers and language, as somebody can correct them about themselves."""

    model, where, lines = Person, Where.OWN_PAGE, 1
    laid_out = frozenset(
        ("initials", "first_name", "prefix", "surname", "emails", "phones", "language")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Others than ours only where a planner chose them, who has to write the words in them.
        language: Any = self["language"]
        spoken = named([*LANGUAGES, language.data])
        language.choices = [SelectChoice(code, name) for code, name in spoken.items()]

    def details(self) -> dict[str, Any]:
        """Return what was asked."""
        return self.given()
