"""`flask --app crm serve`: database, demo, background worker and web server in one command."""

import logging
import signal
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread
from types import FrameType
from typing import Any, Protocol, cast

import click
from flask import Flask, current_app

from crm.accounts import queries
from crm.accounts.models import LinkPurpose
from crm.accounts.services import LinkDetails, make_link
from crm.cli.context import config, database, opened, stop
from crm.core import mail, migrations
from crm.core.permissions import system
from crm.core.workers import Worker
from crm.messages.delivery import deliverers
from crm.web.serving import Server, listening

LOCAL = "127.0.0.1"
PATIENCE = 30.0


@click.command()
@click.option("--host", default=LOCAL, show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Load the demo project assen-i2i.")
def serve(host: str, port: int, demo: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Serve Kring with its background worker until Ctrl-C or TERM."""
    _leave_when_told()
    prepare()
    app = _application()
    if demo:
        from crm.cli.demo import load_demo  # noqa: PLC0415 - heavy, and seldom asked for

        load_demo()
    server = _server(app, host, port)
    address = f"http://{host}:{port}"
    # Links in messages lead to where people reach Kring, which here is known only now.
    mail.use_settings(replace(mail.settings(), base_url=config().base_url or address))
    _announce(address)
    _run(app, server)


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    prepare()


@click.command()
def worker() -> None:
    """Do background work until Ctrl-C or TERM; any number of these may run."""
    at_work = _Work(_application())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: at_work.stop())
    at_work.start()
    at_work.wait()
    at_work.join()


def _application() -> Flask:
    # A thread has no application context of its own, so it gets the application behind the proxy.
    proxy: Any = current_app
    return cast("Flask", proxy._get_current_object())  # noqa: SLF001 - Flask's documented way


def _server(app: Flask, host: str, port: int) -> Server:
    try:
        return listening(app, host, port)
    except OSError as error:
        stop(f"{host}:{port} cannot be used ({error.strerror}). Choose another port with --port.")


def _leave_when_told() -> None:
    def leave(_number: int, _frame: FrameType | None) -> None:
        # Told twice, as by an impatient Ctrl-C, it still ends as it was told the first time.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)


def prepare() -> None:
    """Make the data folder and bring the database to the newest schema."""
    config().data_dir.mkdir(parents=True, exist_ok=True)
    copied = migrations.upgrade(config().database_url)
    if copied is not None:
        click.echo(f"Database copied to {copied} before its migration.")


class Loop(Protocol):
    """What works in the background until it is told to stop."""

    def run(self) -> None:
        """Work."""

    def stop(self) -> None:
        """Ask it to end."""


class _Work:
    """Everything that happens in the background, each loop in a thread of its own."""

    def __init__(self, app: Flask) -> None:
        def around() -> AbstractContextManager[object]:
            return app.app_context()

        seconds = config().worker_seconds
        with opened():  # a setting of mail that cannot be read ends the command in words
            mailing = deliverers(database(), around, seconds)
        # What is short goes on while the first is at work that takes minutes.
        at_jobs = [Worker(database(), around, seconds, only_short=one) for one in (False, True)]
        self._loops: list[Loop] = [*at_jobs, *mailing]
        # A message that waits for its mail server must not keep a process that was told to end.
        self._threads = [Thread(target=loop.run, daemon=True) for loop in self._loops]
        self._told = Event()

    def start(self) -> None:
        """Begin all loops."""
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Wait until told to stop."""
        self._told.wait()

    def stop(self) -> None:
        """Ask all loops to end; what is at hand is finished first."""
        self._told.set()
        for loop in self._loops:
            loop.stop()

    def join(self) -> None:
        """Wait until all loops have ended, half a minute at most."""
        until = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))


def _announce(address: str) -> None:
    click.echo(f"Kring is at {address}  (stop with Ctrl-C)")
    with opened():
        if queries.any_account():
            return
        details = LinkDetails(LinkPurpose.FIRST_ADMINISTRATOR, timedelta(hours=24))
        token = make_link(system(), None, details=details)
    base = config().base_url or address
    click.echo(f"First sign-in, works once: {base}/links/{token}")
    sys.stdout.flush()


def _run(app: Flask, server: Server) -> None:
    logging.getLogger("waitress").setLevel(logging.ERROR)
    at_work = _Work(app)
    at_work.start()

    try:
        server.run()  # waitress takes the exit that a signal raises, and returns
    finally:
        click.echo("Kring stops.")
        server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        server.close()
        at_work.stop()
        at_work.join()
        database().dispose()
