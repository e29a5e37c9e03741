"""The server that users run: slow clients hold nobody up."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask, request
from flask.typing import ResponseReturnValue

from crm.web.serving import THREADS, Server, bound

PATIENCE = 30
HALF_A_HEADER = b"GET / HTTP/1.1\r\nHost: kring.example\r\nAccept"
HALF_A_FORM = b"POST / HTTP/1.1\r\nHost: kring.example\r\nContent-Length: 100\r\n\r\nname="
LARGE = 4_000_000  # more than the system keeps for one connection


def _answer() -> ResponseReturnValue:
    return f"{request.remote_addr} {request.scheme} {request.host} {len(request.get_data())}"


@pytest.fixture
def application() -> Flask:
    """An application that says who asks."""
    made = Flask(__name__)
    made.add_url_rule("/", view_func=_answer, methods=["GET", "POST"])
    made.add_url_rule("/large", view_func=lambda: b"x" * LARGE, endpoint="large")
    return made


@pytest.fixture
def port(application: Flask) -> Iterator[int]:
    """Where it is served."""
    sockets = bound("127.0.0.1", 0)
    server = Server(application, sockets)
    serving = threading.Thread(target=server.run)
    serving.start()
    yield sockets[0].getsockname()[1]
    server.stop()
    serving.join()


def ask(port: int, **headers: str) -> str:
    """Return what is answered to one who asks at once."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/", headers=headers)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("beginning", "many"),
    [
        pytest.param(HALF_A_HEADER, 150, id="headers"),
        pytest.param(HALF_A_FORM, 150, id="forms"),
        pytest.param(b"GET /large HTTP/1.1\r\nHost: k\r\n\r\n", 2 * THREADS, id="readers"),
    ],
)
def test_slow_clients_hold_nobody_up(port: int, beginning: bytes, many: int) -> None:
    with ExitStack() as opened:
        for _number in range(many):
            slow = opened.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
            slow.sendall(beginning)

        assert ask(port).startswith("127.0.0.1")


def test_nobody_says_for_themselves_from_where_they_ask(port: int) -> None:
    claimed = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}

    assert ask(port, Host="kring.example", **claimed) == "127.0.0.1 http kring.example 0"
