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
from crm.core.i18n import _
from crm.web import personal_pages, security, uploads
from crm.web.rendering import page

_log = structlog.get_logger("kring.web")


def init(app: Flask) -> None:
    """Give every refusal and failure its page."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(SecurityError, _other_name)
    app.register_error_handler(TooManyRequests, _too_often)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, lambda _error: _refused(Conflict()))
    app.register_error_handler(ObjectDeletedError, lambda _error: _refused(NotFound()))
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(IntegrityError, _taken)
    app.register_error_handler(Exception, _failed)


def _show(status: int, message: object) -> tuple[str, int]:
    return page("errors/error.html", status=status, message=message, code=status)


def _refused(error: DomainError) -> ResponseReturnValue:
    return _show(error.status, error.message)


def _form_expired(_error: CSRFError) -> ResponseReturnValue:
    return _show(400, _("This form was open too long or came from another page. Try again."))


def _other_name(_error: SecurityError) -> ResponseReturnValue:
    # No page of ours: under a name that is not ours no address can be made, not even of a style.
    return page("errors/other_name.html", status=400)


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if 300 <= status < 400:  # noqa: PLR2004 - the range of redirects
        return error.get_response()
    if status == 404 and personal_pages.looks_like_link(request.path):  # noqa: PLR2004 - as below
        return personal_pages.no_such_link()
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


def _too_often(error: TooManyRequests) -> ResponseReturnValue:
    seconds = security.seconds_until_again(error)
    return *_show(429, security.when_again(seconds)), {"Retry-After": str(seconds)}


def _database_away(error: OperationalError) -> ResponseReturnValue:
    _log.error("database cannot be reached", error=type(error.orig).__name__)
    return _show(503, _("The database is busy or away. Nothing was saved. Try again in a minute."))


def _taken(error: IntegrityError) -> ResponseReturnValue:
    """Answer who comes later than somebody else; what that does not explain is a fault of ours."""
    refusal = unique_conflicts.refusal_of(error)
    return _refused(refusal) if refusal is not None else _failed(error)


def _failed(error: Exception) -> ResponseReturnValue:
    note_failure(error)
    return _show(500, _("Something went wrong on our side. Nothing was saved."))


def note_failure(error: Exception) -> None:
    """Log that a request failed, and where."""
    # The text of an exception may hold what somebody typed; the log gets its kind and place only.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place else ""
    _log.error("request failed", error=type(error).__name__, where=where)
