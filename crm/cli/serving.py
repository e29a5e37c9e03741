"""`flask --app crm serve`: database, demo, pages and background work in one command."""

import gc
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from types import FrameType
from typing import Any, cast

import click
from flask import Flask, current_app
from sqlalchemy.orm import configure_mappers

from crm.accounts import queries
from crm.accounts.models import LinkPurpose
from crm.accounts.services import LinkDetails, make_link
from crm.cli.context import config, database, opened, stop
from crm.core import job_process, mail, migrations, private_files, served_address
from crm.core.jobs import run_claimed
from crm.core.permissions import system
from crm.core.processes import FOR_GOOD, PATIENCE, Processes, Task
from crm.core.workers import Worker
from crm.messages.jobs.loop import deliverers
from crm.web.serving import Server, bound

LOCAL = "127.0.0.1"


@click.command()
@click.option("--host", default=LOCAL, show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Load the demo project assen-i2i.")
def serve(host: str, port: int, demo: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Serve Kring with its background work until Ctrl-C or TERM."""
    _leave_when_told()
    prepare()
    app = _application()
    if demo:
        from crm.cli.demo import load_demo  # noqa: PLC0415 - heavy, and seldom asked for

        load_demo()
    try:
        sockets = bound(host, port)
    except OSError as error:
        stop(f"{host}:{port} cannot be used ({error.strerror}). Choose another port with --port.")
    address = served_address.address(host, port, socket.gethostname())
    if not config().base_url:
        # Links lead to where people reach Kring, which is known only now.
        mail.use_settings(replace(mail.settings(), base_url=address))
        served_address.keep(config().data_dir, address)
    click.echo(f"Kring is at {address}  (stop with Ctrl-C)")
    with opened():
        if not queries.any_account():
            details = LinkDetails(LinkPurpose.FIRST_ADMINISTRATOR, timedelta(hours=24))
            token = make_link(system(), None, details=details)
            click.echo(f"First sign-in, works once: {mail.link(f'/links/{token}')}")
            sys.stdout.flush()
    sys.exit(_run(app, sockets))


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
    at_work.run()


@click.command(job_process.COMMAND, hidden=True)
@click.argument("job_id", type=int)
@click.argument("owner")
def carry_out(job_id: int, owner: str) -> None:
    """Do one job that a worker holds, in a process of its own."""
    job_process.stand_back()
    run_claimed(database(), job_id, owner)


def _application() -> Flask:
    # A thread has no application context of its own, so it gets the application behind the proxy.
    proxy: Any = current_app
    return cast("Flask", proxy._get_current_object())  # noqa: SLF001 - Flask's documented way


def _leave_when_told() -> None:
    def leave(_number: int, _frame: FrameType | None) -> None:
        # Told twice, as by an impatient Ctrl-C, it still ends as it was told the first time.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)


def prepare() -> None:
    """
    Make the data folder and bring the database to the newest schema.

    What is wrong with either is said now, and not by the first page that needs it.
    """
    private_files.make_folder(config().data_dir)
    private_files.try_writing(config().data_dir)
    migrations.refuse_damaged(config().database_url)
    copied = migrations.upgrade(config().database_url)
    if copied is not None:
        click.echo(f"Database copied to {copied} before its migration.")


class _Work:
    """Everything that happens in the background, each loop in a thread of its own."""

    def __init__(self, app: Flask) -> None:
        def around() -> AbstractContextManager[object]:
            return app.app_context()

        seconds = config().worker_seconds
        with opened():  # a setting of mail that cannot be read ends the command in words
            mailing = deliverers(database(), around, seconds)
        # What is short goes on while the first is at work that takes minutes.
        self._at_jobs = [
            Worker(database(), around, seconds, only_short=only_short, apart=job_process.run)
            for only_short in (False, True)
        ]
        self._loops: list[Task] = [*self._at_jobs, *mailing]
        # A message that waits for its mail server must not keep a process that was told to end.
        self._threads = [Thread(target=loop.run, daemon=True) for loop in self._loops]
        self._is_told = False

    def run(self) -> None:
        """Work until told to stop; what is at hand is finished first, in half a minute at most."""
        for thread in self._threads:
            thread.start()
        while not self._is_told:
            self._threads[0].join(1.0)
            for refusal in self._refusals()[:1]:
                click.echo(f"Error: {refusal}", err=True)
                self.stop()
        until = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        if self._refusals():
            raise SystemExit(FOR_GOOD)

    def _refusals(self) -> list[str]:
        return [worker.refusal for worker in self._at_jobs if worker.refusal]

    def stop(self) -> None:
        """Ask all loops to end."""
        self._is_told = True
        for loop in self._loops:
            loop.stop()


def _run(app: Flask, sockets: Sequence[socket.socket]) -> int:
    """Let several processes serve pages, and one more do what happens in the background."""

    def pages() -> Server:
        return Server(app, sockets, proxies=config().proxies)

    def background() -> _Work:
        _close(sockets)  # Whoever comes must not wait for a process that never answers.
        return _Work(app)

    def end() -> None:
        click.echo("Kring stops.")
        _close(sockets)

    _Work(app)  # What is wrong with its settings is said now, and once.
    # What they share stays shared, and no page waits while all of it is looked through.
    configure_mappers()
    gc.collect()
    gc.freeze()
    # A connection must not be used by two processes.
    database().dispose()
    names = [f"pages {number}" for number in range(1, config().processes + 1)]
    tasks: dict[str, Callable[[], Task]] = dict.fromkeys(names, pages)
    return Processes({**tasks, "background": background}).run(end)


def _close(sockets: Sequence[socket.socket]) -> None:
    for listening in sockets:
        listening.close()
