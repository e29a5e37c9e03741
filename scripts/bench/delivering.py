"""
Delivery: messages a second against bare `smtplib`, and four workers against one.

The messages are rendered already, and a bare client sends the very same bytes to the same people.
"""

import os
import smtplib
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import databases
import mail_data
import sink
from figures import Figures
from flask import Flask
from sqlalchemy import bindparam, update

from crm.core.db import Database, session, unit_of_work
from crm.core.mail import Purpose
from crm.core.permissions import system
from crm.messages.jobs import claiming
from crm.messages.jobs.checking import check
from crm.messages.jobs.claiming import Claimed
from crm.messages.jobs.relay import Sealed
from crm.messages.models import OutboxMessage
from crm.messages.rules.server import lanes

QUICK, SLOW = 2_000, 400
WAIT = 0.05  # seconds that the slow server takes for a message
LEAST_QUICK, LEAST_SLOW, LEAST_FOUR = 0.25, 0.85, 2.5
FOUR = 4
PATIENCE = 600.0
POSTMAN = Path(__file__).with_name("postman.py")


@contextmanager
def filled(url: str, server: str, people: int) -> Iterator[list[Sealed]]:
    """Give a database whose outbox is full of rendered invitations."""
    with databases.application(url, KRING_MAIL_SERVER=server) as app, app.app_context():
        with mail_data.invited(app, people) as (_project, planned):
            mail_data.queue(planned, Purpose.INVITE)
        yield rendered(app)


def rendered(app: Flask) -> list[Sealed]:
    """Freeze the bytes of every message as a worker would, and return them."""
    database: Database = app.extensions["kring_database"]
    sealed: list[Sealed] = []
    lane = lanes()[0]
    while claimed := claiming.claim(database, "bench", lane, 200):
        sealed += _frozen(database, claimed)
    claiming.release(database, "bench")
    return sealed


def _frozen(database: Database, claimed: Sequence[Claimed]) -> list[Sealed]:
    checked = [(one, check(database, one)) for one in claimed]
    ready = [(one, sealed) for one, sealed in checked if isinstance(sealed, Sealed)]
    if len(ready) != len(checked):
        raise SystemExit("a message was withheld")
    values = [{"row": one.id, "bytes": zlib.compress(sealed.mime)} for one, sealed in ready]
    table: Any = OutboxMessage.__table__
    freeze = update(table).where(table.c.id == bindparam("row")).values(mime=bindparam("bytes"))
    with database.opened(), unit_of_work(system(), "bench.freeze"):
        session().connection().execute(freeze, values)
    return [sealed for _one, sealed in ready]


def bare(port: int, messages: Sequence[Sealed]) -> None:
    """Send messages over one connection with the standard library alone."""
    with smtplib.SMTP("127.0.0.1", port) as client:
        for one in messages:
            client.sendmail("kring@localhost", [one.address], one.mime)


@contextmanager
def postmen(url: str, server: str, number: int) -> Iterator[None]:
    """Run so many workers, each a process of its own with one connection."""
    settings = {
        "KRING_DATABASE_URL": url,
        "KRING_MAIL_SERVER": server,
        "KRING_SECRET_KEY": "bench" * 8,
    }
    with ExitStack() as stack:
        for _one in range(number):
            worker = subprocess.Popen(
                [sys.executable, str(POSTMAN)], env={**os.environ, **settings, "KRING_LOCALE": "nl"}
            )
            stack.callback(worker.wait)
            stack.callback(worker.terminate)
        yield


def rate(taken: sink.Running, wanted: int) -> float:
    """Wait until a server has so many messages; return how many it took a second."""
    until = time.monotonic() + PATIENCE
    while taken.count() < wanted:
        if time.monotonic() > until:
            raise SystemExit(f"only {taken.count()} of {wanted} messages came")
        time.sleep(0.2)
    moments = [one.at for one in taken.deliveries()]
    return (len(moments) - 1) / (moments[-1] - moments[0])


def measured(url: str, delay: float, people: int) -> tuple[float, float]:
    """Return messages a second: of bare `smtplib`, and of one worker."""
    with sink.running(delay) as ours, sink.running(delay) as plain:
        server = f"smtp://127.0.0.1:{ours.port}"
        with filled(url, server, people) as messages:
            bare(plain.port, messages)
        with postmen(url, server, 1):
            return rate(plain, people), rate(ours, people)


def together(url: str, delay: float, people: int, workers: int) -> float:
    """Return messages a second of several workers at once."""
    with sink.running(delay) as ours:
        server = f"smtp://127.0.0.1:{ours.port}"
        with filled(url, server, people), postmen(url, server, workers):
            return rate(ours, people)


def main() -> None:
    """Measure on SQLite and on PostgreSQL; several workers on PostgreSQL."""
    figures = Figures()
    for name, fresh in databases.each():
        ours = 0.0
        for server, delay, people, least in (
            ("a server that answers at once", 0.0, QUICK, LEAST_QUICK),
            ("a server that takes 50 ms", WAIT, SLOW, LEAST_SLOW),
        ):
            plain, ours = measured(fresh(), delay, people)
            detail = f"{ours:.0f} messages a second, smtplib alone {plain:.0f}"
            figures.at_least(f"{name}: {server}", ours / plain, least, "times", detail)
        if name == "PostgreSQL":
            four = together(fresh(), WAIT, FOUR * SLOW, FOUR)
            detail = f"{four:.0f} messages a second, one worker {ours:.0f}"
            figures.at_least(f"{name}: four workers", four / ours, LEAST_FOUR, "times", detail)
    figures.leave()


if __name__ == "__main__":
    main()
