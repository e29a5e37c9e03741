"""What is asked when somebody writes to people of the register, and of whom is asked consent."""

from collections.abc import Iterable
from typing import Any

from flask import request
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from crm.core.i18n import _, _l
from crm.messages.forms.sending import SendForm
from crm.messages.queries.addressing import ASKED_FOR
from crm.messages.services.sending import Sending
from crm.messages.services.writing import FreeMessage
from crm.stakeholders.models import ContactPurpose
from crm.web.forms import AnswerField, AskedForm, PersonalForm, SelectChoice, choices_of

PURPOSES = (ContactPurpose.PROJECT_WORK, ContactPurpose.NEWS)
YES, NO = "yes", "no"


class ForForm(AskedForm):
    """For what people are written to; it stands in the address and changes nothing."""

    purpose = SelectField(_l("What it is for"), default=ContactPurpose.PROJECT_WORK.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.purpose.choices = choices_of(PURPOSES)

    def chosen(self) -> ContactPurpose:
        """Return the purpose; what makes no sense counts as project work."""
        known = (one for one in PURPOSES if one.value == self.purpose.data)
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
            fields[f"subject_{code}"] = StringField(_l("Subject"), [Length(max=200)])
            fields[f"body_{code}"] = TextAreaField(_l("Text"), [Length(max=20_000)])
        return type("FreeFormInLanguages", (cls,), fields)

    def of(self, contact: ContactPurpose) -> "FreeForm":  # type: ignore[override]  # of a purpose, not of a record
        """Return the form for a purpose of contact."""
        self.contact = contact
        return self

    @property
    def is_tried(self) -> bool:
        """Whether somebody asked how it reads, and not yet to send it."""
        return bool(request.form.get("preview"))

    @property
    def reader(self) -> int | None:
        """The person whose message somebody asked to see, if it was not just any."""
        return request.form.get("preview", type=int)

    def own(self, language: str) -> tuple[str, str]:
        """Return subject and text in a language, as far as they are written."""
        if language not in self.languages:
            return "", ""
        return self[f"subject_{language}"].data or "", self[f"body_{language}"].data or ""

    def details(self) -> tuple[FreeMessage, Sending]:
        """Return what is written, and how it is sent."""
        words = {one: self.own(one) for one in self.languages}
        return FreeMessage(self.contact, words), self.sending()


class ConsentForm(PersonalForm):
    """Yes or no for each purpose, and a button that acts."""

    panel = AnswerField(_l("May we invite you to further sessions?"))
    news = AnswerField(_l("May we send you news of the project?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.panel, self.news):
            field.choices = [
                SelectChoice(YES, _("Yes, please")),
                SelectChoice(NO, _("No, thank you")),
            ]

    def details(self) -> dict[ContactPurpose, bool]:
        """Return what was answered."""
        return {one: self[one.value].data == YES for one in ASKED_FOR}
