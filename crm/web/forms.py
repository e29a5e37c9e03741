"""Forms: what is asked of a person, and how a refusal comes back beside its field."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, TypeVar

import wtforms
from babel import Locale
from babel.support import NullTranslations, Translations
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.fields.core import UnboundField
from wtforms.i18n import messages_path
from wtforms.validators import StopValidation

from crm.core.cleaning import clean_line, clean_lines
from crm.core.errors import DomainError, Forbidden, NotFound, StaleRecord
from crm.core.i18n import _, _l
from crm.web.form_tokens import FormTokens
from crm.web.rendering import label, write_date

__all__ = ["SelectChoice"]  # the library's own, which features take from here

R = TypeVar("R")
OK = 200
REVISION = re.compile(r"[0-9]{1,9}")
# What the library says of a value that it cannot read, in words that say what to do.
PLAINER = {
    "Not a valid float value.": _l("This is not a number. Write it in digits."),
    "Not a valid integer value.": _l("This is not a whole number. Write it in digits."),
    "Not a valid date value.": _l("There is no such day. Choose one in the calendar."),
}


class _Words:
    def gettext(self, string: str) -> str:
        plainer = PLAINER.get(string)
        return str(plainer) if plainer else str(_of_library(get_locale()).ugettext(string))

    def ngettext(self, one: str, more: str, number: int) -> str:
        return str(_of_library(get_locale()).ungettext(one, more, number))


# Every form asks for words, and reading them took longer than making its fields.
@cache
def _of_library(locale: Locale | None) -> NullTranslations:
    return Translations.load(messages_path(), [str(locale)], domain="wtforms")


class _Told(wtforms.Form):
    """Tells in the reader's language what is wrong, and of what cannot be read only that."""

    class Meta:
        """The library's own words, and plainer ones in their stead."""

        def get_translations(self, _form: wtforms.Form) -> _Words:
            """Return the words of whoever reads the page."""
            return _Words()

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate; whether what was typed but could not be read is large enough is not said."""
        is_right = super().validate(extra_validators)
        for field in self:
            if field.process_errors and any(field.raw_data or ()):
                field.errors = list(field.process_errors)
        return is_right


class AskedForm(_Told):
    """The base of what is asked in an address: it changes nothing and needs no token."""

    def asked(self) -> dict[str, str]:
        """Return what is filled in as parts of an address, for links that keep the choice."""
        return {name: str(field.data) for name, field in self._fields.items() if field.data}


class Form(_Told, FlaskForm):
    """The base of forms; `attempt` runs the command and shows what it refuses."""

    class Meta(_Told.Meta, FlaskForm.Meta):
        """Texts come from our own catalogues, and what is typed comes in clean."""

        csrf_class = FormTokens

        def bind_field(
            self, form: FlaskForm, unbound_field: "UnboundField[Any]", options: dict[str, Any]
        ) -> Field:
            """Take out of each text what hides, turns or breaks it; a password stays as it is."""
            kind, given = unbound_field.field_class, unbound_field.kwargs.get("filters", ())
            if issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                clean = clean_lines if issubclass(kind, TextAreaField) else clean_line
                options = {**options, "filters": [where_typed(clean), *given]}
            bound: Field = super().bind_field(form, unbound_field, options)
            return bound

    refusals: list[str]
    differences: list[tuple[str, object, object]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.refusals = []
        self.differences = []
        self._status = OK
        super().__init__(*args, **kwargs)

    @property
    def status(self) -> int:
        """The status of the page that shows this form: 200, 400 or 409."""
        return self._status

    @property
    def is_refused(self) -> bool:
        """Whether the last attempt was refused; for commands that return nothing."""
        return self._status != OK

    def details(self) -> Any:
        """Return what was asked as one frozen value; forms with a command override this."""
        raise NotImplementedError

    def texts(self, *names: str) -> dict[str, Any]:
        """Return what was typed in the fields with these names, by name."""
        return {name: self[name].data or "" for name in names}

    def attempt(self, run: Callable[[Any], R]) -> R | None:
        """
        Validate, and run the command with the details; return nothing if it was refused.

        A refusal stands beside its field or above the form, and nothing that was typed is lost.
        """
        if not self.validate_on_submit():
            self._status = 400
            return None
        try:
            return run(self.details())
        except (NotFound, Forbidden):
            raise
        except DomainError as refusal:
            self.refuse(refusal)
            return None

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal beside its field, or above the form."""
        self._status = refusal.status
        if isinstance(refusal, StaleRecord):
            self._show_both(refusal.record)
        field: Field | None = self._fields.get(refusal.field or "")
        if field is None:
            self.refusals.append(str(refusal))
        else:
            field.errors = [*field.errors, str(refusal)]

    def _show_both(self, record: object) -> None:
        theirs = type(self).of(record)
        for name, field in self._fields.items():
            other = theirs._fields.get(name)
            if other is None or isinstance(field, HiddenField) or name == "csrf_token":
                continue
            if shown(field) != shown(other):
                self.differences.append((str(field.label.text), shown(other), shown(field)))
        revision = self._fields.get("revision")
        if revision is not None:
            revision.data = getattr(record, "revision", revision.data)

    @classmethod
    def of(cls, record: Any) -> "Form":
        """Return this form filled from a record of its kind; forms with other names override it."""
        return cls(formdata=None, obj=record)


class PersonalForm(Form):
    """A form on a page of a personal link, whose token stands in the path."""

    class Meta(Form.Meta):
        """Needs no second token, and so no cookie."""

        csrf = False


class AnswerField(RadioField):
    """A question of which nothing is chosen beforehand; who forgets it is told to choose."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse no choice, and what was not offered, in words of ours."""
        try:
            super().pre_validate(form)
        except ValueError as refusal:
            raise StopValidation(_("Choose one of these answers.")) from refusal


class Revision:
    """A form that edits a record and notices when somebody else saved meanwhile."""

    revision: ClassVar[HiddenField] = HiddenField(default="")

    @property
    def seen_revision(self) -> int:
        """The revision that the editor saw; 0, which none has, if the page sent no number."""
        typed = str(self.revision.data or "")
        return int(typed) if REVISION.fullmatch(typed) else 0


def where_typed(clean: Callable[[str], str]) -> Callable[[object], object]:
    """Return `clean` as a filter of a field, which may also hold nothing or a number of ours."""
    return lambda value: clean(value) if isinstance(value, str) else value


def shown(field: Field) -> str:
    """Return what stands in a field as a reader sees it."""
    value = field.data
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, date):
        return write_date(value)
    # A choice is a pair, or a SelectChoice, which also unpacks with the value and its words first.
    choices = getattr(field, "choices", None) or []
    words = {str(choice): str(text) for choice, text, *_more in choices}
    values = value if isinstance(value, list | tuple) else [value]
    chosen = (str(choice) for choice in values if choice not in {None, ""})
    return ", ".join(words.get(choice, choice) for choice in chosen)


def choices_of(kind: Iterable[StrEnum]) -> list[SelectChoice]:
    """Return the members of an enum as choices, in the reader's words."""
    return [SelectChoice(member.value, str(label(member))) for member in kind]
