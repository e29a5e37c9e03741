"""Refusals: facts that stop a change, in the words of the user."""

from typing import TypeAlias

from crm.core.i18n import LazyString, _l

Text: TypeAlias = str | LazyString


class DomainError(Exception):
    """A refusal; subclasses say which kind, the web maps the kind to a status."""

    status = 400
    message: Text = _l("This could not be done.")
    field: str | None = None

    def __init__(self, message: Text | None = None, *, field: str | None = None) -> None:
        if message is not None:
            self.message = message
        if field is not None:
            self.field = field
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    """What was asked for is not here, or not for this person's eyes."""

    status = 404
    message = _l("This does not exist, or you cannot see it.")


class Forbidden(DomainError):
    """The person is known, and may not do this."""

    status = 403
    message = _l("You may not do this in this project.")


class Conflict(DomainError):
    """The state of things does not allow this now."""

    status = 409
    message = _l("Somebody else changed this meanwhile.")


class StaleRecord(Conflict):
    """A record was changed by somebody else since the form was opened."""

    message = _l("Somebody else saved this meanwhile. Both texts are shown below.")

    def __init__(self, record: object) -> None:
        self.record = record
        super().__init__()


class Invalid(DomainError):
    """What was given cannot be used; `field` says which part."""

    status = 400
    message = _l("This is not filled in correctly.")
