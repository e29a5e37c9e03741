"""Forms: what is asked of a person, and how a refusal comes back beside its field."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from crm.core.errors import DomainError, Forbidden, NotFound, StaleRecord

__all__ = ["Form", "Revision", "SelectChoice", "shown"]

R = TypeVar("R")
OK = 200


class Form(FlaskForm):
    """The base of forms; `attempt` runs the command and shows what it refuses."""

    class Meta(FlaskForm.Meta):
        """Texts come from our own catalogues."""

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
            self._status = refusal.status
            self._show(refusal)
            return None

    def _show(self, refusal: DomainError) -> None:
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
            if (field.data or None) != (other.data or None):
                self.differences.append((str(field.label.text), shown(other), shown(field)))
        revision = self._fields.get("revision")
        if revision is not None:
            revision.data = getattr(record, "revision", revision.data)

    @classmethod
    def of(cls, record: object) -> "Form":
        """Return this form filled from a record; forms with other names override this."""
        return cls(formdata=None, obj=record)


class Revision:
    """A form that edits a record and notices when somebody else saved meanwhile."""

    revision: ClassVar[HiddenField] = HiddenField(default="")


def shown(field: Field) -> str:
    """Return what stands in a field as a reader sees it."""
    value = field.data
    choices = getattr(field, "choices", None) or []
    words = {str(getattr(c, "value", None) or c[0]): str(c[1]) for c in choices if c}
    values = value if isinstance(value, list | tuple) else [value]
    return ", ".join(words.get(str(one), str(one)) for one in values if one not in {None, ""})
