"""Uploaded files: their own limit of size, and nothing kept before it is read."""

from dataclasses import dataclass

from flask import Flask, current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

ROOM_FOR_FORM = 64 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    name: str
    content: bytes


def init(app: Flask, *, limit: int) -> None:
    """Keep the largest size of a file, in bytes."""
    app.extensions["kring_upload_limit"] = limit


def limit() -> int:
    """Return the largest size of a file, in bytes."""
    value: int = current_app.extensions["kring_upload_limit"]
    return value


def allow_large_body() -> None:
    """Let this request be as large as a file may be; call it before the form is read."""
    # What is no file keeps the limit of other forms: the reader of multipart bodies also counts the
    # piece of a file that it has at hand, which is 64 KB and more.
    request.max_content_length = limit() + ROOM_FOR_FORM


def read(storage: FileStorage) -> Upload:
    """
    Return the uploaded file.

    :raises RequestEntityTooLarge: if it is larger than the limit
    """
    content = storage.stream.read(limit() + 1)
    if len(content) > limit():
        raise RequestEntityTooLarge
    return Upload(name=storage.filename or "", content=content)
