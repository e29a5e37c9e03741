"""What is asked about an own field, and the form with the own fields of a record."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from wtforms import (
    BooleanField,
    Field,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length

from crm.core.i18n import _, _l
from crm.own_fields.models import OwnField
from crm.own_fields.queries import Value
from crm.own_fields.services import FieldDetails
from crm.own_fields.values import LONGEST, NO, YES, FieldKind, shown
from crm.stakeholders.models import Kind
from crm.web.forms import Form, Revision, SelectChoice, choices_of


class OwnFieldForm(Form, Revision):
    """What a field is called, what for, who sees it, and what can be chosen in it."""

    label = StringField(_l("Name of the field"), [DataRequired(), Length(max=60)])
    purpose = StringField(_l("What do you need it for?"), [DataRequired(), Length(max=300)])
    help_text = StringField(_l("Help beside the field"), [Length(max=300)])
    is_private = BooleanField(_l("Only leaders and planners see it"))
    options = TextAreaField(_l("What can be chosen"), [Length(max=4000)])
    is_considered = BooleanField(_l("I have considered it: we need this and may keep it"))

    def details(self) -> FieldDetails:
        """Return what was asked."""
        return FieldDetails(
            **self.texts("label", "purpose", "help_text"),
            is_private=self.is_private.data,
            options=(self.options.data or "").splitlines(),
            is_considered=self.is_considered.data,
        )

    @classmethod
    def of(cls, record: OwnField) -> "OwnFieldForm":
        """Return the form filled from a field."""
        form = cls(formdata=None, obj=record)
        form.options.data = "\n".join(record.words.values())
        return form


class NewOwnFieldForm(OwnFieldForm):
    """The same, with what never changes afterwards."""

    subject = RadioField(_l("Of whom?"), [DataRequired()], default=Kind.PERSON.value)
    kind = SelectField(_l("What stands in it?"), [DataRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject.choices = choices_of(Kind)
        self.kind.choices = choices_of(FieldKind)


def values_form(
    fields: Sequence[OwnField], values: Mapping[int, Sequence[Value]] | None = None
) -> Form:
    """
    Return the form with these fields.

    :param values: field id → what is in it, for a form that was not sent
    """
    controls = {field.input_name: _control(field) for field in fields}
    kind = type("ValuesForm", (_ValuesForm,), controls)
    if values is None:
        return cast("Form", kind())
    data = {field.input_name: _filled(field, values.get(field.id, ())) for field in fields}
    return cast("Form", kind(formdata=None, data=data))


class _ValuesForm(Form):
    def details(self) -> dict[int, Sequence[str]]:
        """Return field id → what was filled in."""
        found: dict[int, Sequence[str]] = {}
        for name, field in self._fields.items():
            if name.startswith("own-"):
                data = field.data or []
                found[int(name.removeprefix("own-"))] = data if isinstance(data, list) else [data]
        return found


def _control(field: OwnField) -> Field:
    about: dict[str, Any] = {"label": field.label, "description": field.help_text}
    chosen = [SelectChoice(str(key), word) for key, word in field.words.items()]
    nothing = SelectChoice("", "")
    if field.kind is FieldKind.SEVERAL_OF:
        return SelectMultipleField(choices=chosen, **about)
    if field.kind is FieldKind.ONE_OF:
        return SelectField(choices=[nothing, *chosen], **about)
    if field.kind is FieldKind.YES_NO:
        said = SelectChoice(YES, str(_("yes"))), SelectChoice(NO, str(_("no")))
        return SelectField(choices=[nothing, *said], **about)
    return StringField(validators=[Length(max=LONGEST)], **about)


def _filled(field: OwnField, values: Sequence[Value]) -> object:
    if field.is_chosen:
        keys = [value.key for value in values]
        return keys if field.kind is FieldKind.SEVERAL_OF else "".join(keys)
    if field.kind is FieldKind.YES_NO:
        return "".join(value.value for value in values)
    return "".join(str(shown(field.kind, value.value)) for value in values)
