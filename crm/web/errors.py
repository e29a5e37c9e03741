"""Refusals and failures as pages: what is the matter and what to do."""

import structlog
from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests

from crm.core import unique_conflicts
from crm.core.errors import Conflict, DomainError, NotFound
from crm.core.i18n import _, _l
from crm.web import personal_pages, security, uploads
from crm.web.logs import note_failure
from crm.web.rendering import page

_log = structlog.get_logger("kring.web")


def init(app: Flask) -> None:
    """Give every refusal and failure its page."""
    expired = _l("This form was open too long or came from another page. Try again.")
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, lambda _error: _show(400, expired))
    # No page of ours: under a name that is not ours no address can be made, not even of a style.
    app.register_error_handler(
        SecurityError, lambda _error: page("errors/other_name.html", status=400)
    )
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, lambda _error: _refused(Conflict()))
    app.register_error_handler(ObjectDeletedError, lambda _error: _refused(NotFound()))
    app.register_error_handler(Exception, _failed)


def _show(status: int, message: object) -> tuple[str, int]:
    return page("errors/error.html", status=status, message=message, code=status)


def _refused(error: DomainError) -> ResponseReturnValue:
    return _show(error.status, error.message)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if 300 <= status < 400:  # noqa: PLR2004 - the range of redirects
        return error.get_response()
    if status == 404 and personal_pages.looks_like_link(request.path):  # noqa: PLR2004 - as below
        return personal_pages.no_such_link()
    if isinstance(error, TooManyRequests):
        seconds = security.seconds_until_again(error)
        return *_show(429, security.when_again(seconds)), {"Retry-After": str(seconds)}
    again = uploads.form_again() if status == 413 else None  # noqa: PLR2004 - as below
    if again is not None:
        return again
    messages = {
        400: _("The server did not understand this request."),
        403: _("You may not do this."),
        404: _("This page does not exist, or you cannot see it."),
        405: _("This address cannot be used like that."),
        413: _("This is too large. Send a smaller file or text."),
    }
    return _show(status, messages.get(status, _("Something went wrong. Try again.")))


def _failed(error: Exception) -> ResponseReturnValue:
    if isinstance(error, OperationalError):
        _log.error("database cannot be reached", error=type(error.orig).__name__)
        away = _("The database is busy or away. Nothing was saved. Try again in a minute.")
        return _show(503, away)
    # Who comes later than somebody else is told so; what that does not explain is a fault of ours.
    refusal = unique_conflicts.refusal_of(error) if isinstance(error, IntegrityError) else None
    if refusal is not None:
        return _refused(refusal)
    note_failure(error)
    return _show(500, _("Something went wrong on our side. Nothing was saved."))
