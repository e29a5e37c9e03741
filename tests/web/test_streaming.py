"""Pages and files that are sent while they are written."""

import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import cast

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from crm.core.db import session
from crm.core.db.scope import enter_project, project_in_scope
from crm.web.streaming import BrokenOff, asked_while_sent, streamed

pytestmark = pytest.mark.engine("sqlite")
PAGE = "<head></head>{{ write() }}"


@contextmanager
def opened(app: Flask, accepts: str, write: object) -> Iterator[Response]:
    """Give the answer of a request while it is open."""
    with app.test_request_context(headers={"Accept-Encoding": accepts}):
        app.preprocess_request()
        yield streamed(app.jinja_env.from_string(PAGE), write=write)
        app.do_teardown_request()


def test_the_head_is_sent_before_the_rest_is_written(app: Flask) -> None:
    written: list[str] = []

    def write() -> str:
        written.append("body")
        return "<p>Bewoner"

    with opened(app, "gzip, br", write) as answer:
        parts = answer.iter_encoded()
        unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

        head = unpacking.decompress(next(parts))
        by_then = list(written)
        rest = b"".join(unpacking.decompress(part) for part in parts)

    assert (head, by_then) == (b"<head></head>", [])
    assert rest.decode() == "&lt;p&gt;Bewoner"
    assert unpacking.eof


def test_nothing_is_asked_once_the_head_is_sent(app: Flask) -> None:
    with opened(app, "gzip", session) as answer, pytest.raises(BrokenOff):
        list(answer.iter_encoded())


def test_another_request_may_come_while_one_is_written(client: FlaskClient, app: Flask) -> None:
    with opened(app, "", lambda: request.path) as answer:
        parts = answer.iter_encoded()
        head = next(parts)

    assert client.get("/healthz").status_code == 200
    assert (head, b"".join(parts)) == (b"<head></head>", b"/")


def test_who_cannot_unpack_gets_it_as_it_is(app: Flask) -> None:
    with opened(app, "gzip;q=0", lambda: "Bewoner") as answer:
        assert answer.data == b"<head></head>Bewoner"
        assert "Content-Encoding" not in answer.headers


def test_a_failure_breaks_the_page_off_and_its_text_stays_out_of_the_log(app: Flask) -> None:
    def fail() -> str:
        raise ValueError("Greet Bewoner")

    with opened(app, "gzip", fail) as answer:
        parts = answer.iter_encoded()
        assert next(parts)

        with pytest.raises(BrokenOff) as failure, capture_logs() as said:
            list(parts)

    assert [line["error"] for line in said] == ["ValueError"]
    assert "Bewoner" not in f"{said} {failure.value}"


PROJECT = 7


@contextmanager
def sent(app: Flask, parts: Iterator[bytes]) -> Iterator[Iterator[bytes]]:
    """Give what is sent of a file once its request is over."""
    with app.test_request_context():
        app.preprocess_request()
        enter_project(PROJECT)
        asked = asked_while_sent(parts)
        app.do_teardown_request()
    yield asked


def test_a_file_asks_in_a_session_of_its_own_that_ends_with_it(app: Flask) -> None:
    used: list[Session] = []

    def parts() -> Iterator[bytes]:
        for _number in range(2):
            used.append(session())
            session().execute(select(1))
            yield str(project_in_scope()).encode()

    with sent(app, parts()) as asked:
        assert used == []
        found = [next(asked)]
        assert used[0].in_transaction()
        found += asked

    assert found == [b"7", b"7"]
    assert used[0] is used[1]
    assert not used[0].in_transaction()


def test_who_goes_away_before_the_end_leaves_nothing_open(app: Flask) -> None:
    used: list[Session] = []

    def parts() -> Iterator[bytes]:
        used.append(session())
        session().execute(select(1))
        yield b"a"
        yield b"b"

    with sent(app, parts()) as asked:
        assert next(asked) == b"a"
        cast("Generator[bytes]", asked).close()

    assert not used[0].in_transaction()


def test_a_file_that_fails_is_broken_off(app: Flask) -> None:
    def parts() -> Iterator[bytes]:
        yield b"a"
        raise ValueError("Greet Bewoner")

    with sent(app, parts()) as asked:
        assert next(asked) == b"a"
        with pytest.raises(BrokenOff) as failure, capture_logs() as said:
            next(asked)

    assert [line["error"] for line in said] == ["ValueError"]
    assert "Bewoner" not in f"{said} {failure.value}"
