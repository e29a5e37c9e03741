"""Pages and files that are sent while they are written, so that nobody waits for the end."""

import zlib
from collections.abc import Generator, Iterable, Iterator
from contextvars import copy_context
from typing import Any

from flask import Response, current_app, request
from jinja2 import Template

from crm.core.db import sessions
from crm.core.db.scope import enter_project, project_in_scope
from crm.web import gate
from crm.web.form_tokens import form_token
from crm.web.logs import note_failure

HEAD_ENDS = "</head>"
PART = 8_192  # letters that are written before they are sent
GZIP = 16 + zlib.MAX_WBITS  # zlib's way to say it


class BrokenOff(RuntimeError):
    """A page or file failed when its beginning had been sent; the log holds what happened."""


def streamed(template: str | Template, /, **values: Any) -> Response:
    """
    Return a page of which the head is sent first, and the rest as it is written.

    For a page that takes long to write and whose head names much to fetch. Status and cookies go
    with the head, so all that may be refused must have been asked for already; there is no session
    of the database any more while it is written.
    """
    form_token()  # Sets a cookie.
    current_app.update_template_context(values)
    pieces = current_app.jinja_env.get_or_select_template(template).generate(values)

    def parts() -> Generator[bytes, None, None]:
        # Whoever asks the database while the page is written would do so in a closed session.
        sessions.leave()
        waiting: list[str] = []
        for piece in pieces:
            waiting.append(piece)
            # The head goes by itself; what follows, once it is worth sending.
            if HEAD_ENDS in piece or sum(map(len, waiting)) > PART:
                yield "".join(waiting).encode()
                waiting = []
        yield "".join(waiting).encode()

    content = _in_this_request(parts())
    # Packed here, since Flask-Compress would keep what comes first until there is more.
    if not request.accept_encodings["gzip"]:
        return Response(content, mimetype="text/html")
    return Response(_packed(content), mimetype="text/html", headers={"Content-Encoding": "gzip"})


def asked_while_sent(parts: Iterable[bytes]) -> Iterator[bytes]:
    """
    Return the parts of a long file, each of which may ask the database while it is sent.

    They do so in a session of their own, held to the project of this request. It is closed behind
    the last part, or when the reader goes away before that.
    """
    database, project_id = gate.database(), project_in_scope()

    def asking() -> Generator[bytes, None, None]:
        # The session of the request has ended by the time that a server asks for the parts.
        with database.opened() as own:
            own.info["reading"] = True
            if project_id is not None:
                enter_project(project_id)
            yield from parts

    return _in_this_request(asking())


def _in_this_request(parts: Generator[bytes, None, None]) -> Iterator[bytes]:
    """
    Let each part be written as if this request were still open, and log it where one fails.

    Flask's own way opens the request anew and leaves it open between two parts; whoever asks
    something else meanwhile then closes them in the wrong order.
    """
    request_as_it_is = copy_context()

    def resume() -> Iterator[bytes]:
        try:
            while (part := request_as_it_is.run(next, parts, None)) is not None:
                yield part
        except Exception as error:  # noqa: BLE001 - nobody can answer it with a page any more
            request_as_it_is.run(note_failure, error)
            raise BrokenOff from None
        finally:
            request_as_it_is.run(parts.close)

    return resume()


def _packed(parts: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj(wbits=GZIP)
    for part in parts:
        yield packing.compress(part) + packing.flush(zlib.Z_SYNC_FLUSH)
    yield packing.flush()
