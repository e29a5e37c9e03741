"""Uploaded files: their own limit of size, and nothing kept before it is read."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from crm.core.errors import DomainError

ROOM_FOR_FORM = 64 * 1024
_taking: set[str] = set()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    name: str
    content: bytes


def init(app: Flask, *, limit: int) -> None:
    """Keep the largest size of a file, in bytes, and let what takes one be sent so much."""
    app.extensions["kring_upload_limit"] = limit
    app.jinja_env.globals["largest_file"] = largest
    app.url_value_preprocessor(_allow_large_body)


def take_at(endpoint: str) -> None:
    """Let a form with a file be sent to this endpoint; the page of its address shows the form."""
    _taking.add(endpoint)


def largest() -> int:
    """Return the largest size of a file, in bytes."""
    value: int = current_app.extensions["kring_upload_limit"]
    return value


def _allow_large_body(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint not in _taking:
        return
    # Before the token is looked for, which reads the form and would refuse what is large. What is
    # no file keeps the limit of other forms: the reader of multipart bodies also counts the piece
    # of a file that it has at hand, which is 64 KB and more.
    request.max_content_length = largest() + ROOM_FOR_FORM


def form_again() -> ResponseReturnValue | None:
    """
    Return the page of the form whose body was too large to be read; nothing if there is none.

    The page is read as anybody reads it, and nothing is done: so it needs no token, which was in
    the body that nobody read.
    """
    address = current_app.create_url_adapter(request)
    if address is None or request.endpoint not in _taking:
        return None
    g.body_is_too_large = True
    endpoint, given = address.match(method="GET")
    show: Any = current_app.view_functions[endpoint]
    try:
        answer: ResponseReturnValue = show(**given)
    except DomainError:
        return None  # they may not see it either
    return answer


def is_refused() -> bool:
    """Whether this page is shown since the body that was sent to it was too large to be read."""
    return "body_is_too_large" in g


def read(storage: FileStorage) -> Upload:
    """
    Return the uploaded file.

    :raises RequestEntityTooLarge: if it is larger than the limit
    """
    content = storage.stream.read(largest() + 1)
    if len(content) > largest():
        raise RequestEntityTooLarge
    return Upload(name=storage.filename or "", content=content)
