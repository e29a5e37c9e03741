"""What asks for the values of fields: a control for each kind, and forms that are made of them."""

from typing import Any, ClassVar

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, Optional

from crm.core import clock, fields
from crm.core.cleaning import clean_line
from crm.core.db import Base
from crm.core.fields import Field, Where
from crm.web.forms import Form, Revision, SelectChoice, where_typed

# Room for more without JavaScript: after saving there are as many empty lines again.
EMPTY_LINES = 2


def control(field: Field, lines: int = EMPTY_LINES) -> Any:
    """Return what asks for a value of a field in a form; of several, at least so many lines."""
    kind, label = field.kind, field.label
    needed = [DataRequired()] if field.is_required else []
    longest = [*needed, Length(max=kind.longest)]
    if kind.control == "choice":
        usual = getattr(field.store, "default", None)
        return SelectField(label, needed, default=usual and kind.typed(usual))
    if kind.control == "rows":
        # A list makes its fields without asking the form, which would have them cleaned.
        one = StringField(kind.label, longest, filters=(where_typed(clean_line),))
        return FieldList(one, label, min_entries=lines)
    if kind.control == "tick":
        return BooleanField(label)
    if kind.control == "day":
        return DateField(label, [*needed, Optional()])
    return (TextAreaField if kind.control == "lines" else StringField)(label, longest)


def offer(choice: Any, kind: fields.Kind) -> None:
    """Fill the choices of a control; a code that has no name is its own, so that it can stay."""
    words = dict(kind.words())
    if kind.cell is not None and choice.data:
        words.setdefault(choice.data, choice.data)
    none = [SelectChoice("", str(kind.label))] if kind.label is not None else []
    choice.choices = [*none, *(SelectChoice(key, str(word)) for key, word in words.items())]


class FieldsForm(Form, Revision):
    """
    A form about a record, with a control for each of its fields that a form asks.

    :cvar laid_out: the fields that have a place of their own in its page and its details
    :cvar where: of which fields it is made
    :cvar lines: how many of several there is room for beside those that there are
    """

    model: ClassVar[type[Base]]
    where: ClassVar[Where] = Where.FORM
    lines: ClassVar[int] = EMPTY_LINES
    laid_out: ClassVar[frozenset[str]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        declared = fields.of(self.model, self.where)
        # For this form alone: those of its class stay as they are.
        self._unbound_fields = [
            *self._unbound_fields,
            *((one.name, control(one, self.lines)) for one in declared),
        ]
        super().__init__(*args, **kwargs)
        for one in declared:
            if one.kind.control == "choice":
                offer(self[one.name], one.kind)

    @classmethod
    def of(cls, record: Any) -> "FieldsForm":
        """Return the form filled from a record."""
        typed: dict[str, Any] = {"revision": record.revision}
        for one in fields.of(cls.model, cls.where):
            held = one.kind.typed(one.store.values([record], clock.today())[record.id])
            typed[one.name] = [*held, *[""] * cls.lines] if isinstance(held, list) else held
        return cls(formdata=None, data=typed)

    @property
    def further(self) -> list[Any]:
        """The controls that have no place of their own."""
        declared = fields.of(self.model, self.where)
        return [self[one.name] for one in declared if one.name not in self.laid_out]

    def given(self) -> dict[str, Any]:
        """Return what was filled in by field; what has no place of its own stands under `more`."""
        found = {
            one.name: one.kind.of(self[one.name].data) for one in fields.of(self.model, self.where)
        }
        more = {name: found.pop(name) for name in found.keys() - self.laid_out}
        return {**found, "more": more}
