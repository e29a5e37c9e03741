"""Processes that are killed at any moment: what was answered is kept, and nothing half of it."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from crm.core import audit, clock, jobs, leases
from crm.core.audit import AuditEntry
from crm.core.db import Database, unit_of_work, unscoped
from crm.core.jobs import Job, JobState
from crm.core.permissions import system
from crm.core.search import SearchDocument
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Person
from tests import factories
from tests.faults import doing_a_job

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = unscoped("the test looks at everything")
PATIENCE = 60
ENOUGH = 30
CLIENTS = 4
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')

pytestmark = [pytest.mark.serial, pytest.mark.both_engines("locks")]


def environment(config: Config) -> dict[str, str]:
    """Return the settings of the test for another process."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "KRING_DATA": str(config.data_dir),
        "KRING_DATABASE_URL": config.database_url,
        "KRING_SECRET_KEY": config.secret_key,
        "KRING_RATE_LIMITS": "no",
    }


@contextmanager
def running(config: Config, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Run a Python program until the end of a `with` block; it and its processes are killed."""
    process = subprocess.Popen(
        [sys.executable, *words], env=environment(config), cwd=ROOT, start_new_session=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)


def await_line(process: subprocess.Popen[str], words: str) -> None:
    """Wait until the process says some words."""
    assert process.stdout is not None
    assert any(words in line for line in process.stdout), f"never said: {words}"


def tries_that_count(opened: Session) -> int:
    """Return how often the newest job was tried since it got on for the last time."""
    newest = select(Job.attempts).order_by(Job.id.desc()).limit(1)
    return opened.scalars(newest, execution_options=OPTIONS).one()


def test_the_job_of_a_killed_worker_is_done_once_more(
    app: Flask, config: Config, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_handlers", {doing_a_job.KIND: doing_a_job.handle})
    monkeypatch.setattr(jobs, "_recurring", {})
    database: Database = app.extensions["kring_database"]
    with unit_of_work(system(), "tests.cause"):
        job = jobs.enqueue(doing_a_job.KIND, {"seconds": PATIENCE})
    with running(config, "-m", "tests.faults.doing_a_job") as worker:
        await_line(worker, doing_a_job.BUSY)
    held = jobs.run_due(database, "another")
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    with clock.frozen(clock.now() + leases.LEASE + timedelta(seconds=1)):
        taken_over = jobs.run_due(database, "another")

    opened.rollback()
    opened.expire_all()
    kept = opened.get_one(Job, job.id, execution_options=OPTIONS)
    made = opened.scalar(select(func.count()).where(Project.slug == doing_a_job.SLUG))
    assert (held, taken_over, made) == (False, True, 1)
    assert (kept.state, kept.attempts) == (JobState.DONE, 2)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Storm:
    """Clients that add persons as fast as they can, and remember what was answered."""

    def __init__(self, port: int, project: Project, cookie: str) -> None:
        self.port = port
        self.address = f"/projects/{project.slug}/persons/new"
        self.headers = {"Cookie": f"kring={cookie}"}
        self.answered: list[str] = []
        self._threads = [threading.Thread(target=self._add_all, args=[n]) for n in range(CLIENTS)]

    def rage(self) -> None:
        """Let all clients begin, and return when enough was answered."""
        for thread in self._threads:
            thread.start()
        until = time.monotonic() + PATIENCE
        while len(self.answered) < ENOUGH and time.monotonic() < until:
            time.sleep(0.01)

    def end(self) -> None:
        """Wait until nobody answers them any more."""
        for thread in self._threads:
            thread.join(PATIENCE)

    def _add_all(self, client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", self.address, headers=self.headers)
            found = TOKEN.search(connection.getresponse().read().decode())
            assert found
            for number in count():
                self._add(connection, found[1], f"Storm {client} {number}")
        except (OSError, http.client.HTTPException):
            return  # the server is gone
        finally:
            connection.close()

    def _add(self, connection: http.client.HTTPConnection, token: str, surname: str) -> None:
        typed = {
            "csrf_token": token, "surname": surname, "helix": "end_users",
            "name_use": "own", "form_of_address": "neutral", "language": "nl",
        }  # fmt: skip
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", self.address, urllib.parse.urlencode(typed), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == HTTPStatus.SEE_OTHER:
            self.answered.append(surname)


def test_a_server_killed_in_a_storm_leaves_nothing_half_written(
    app: Flask, config: Config, opened: Session, project: Project
) -> None:
    client = factories.sign_in(app.test_client(), factories.member(project))
    opened.rollback()
    client.get("/")
    cookie = client.get_cookie("kring")
    assert cookie
    port = free_port()
    with running(config, "-m", "flask", "--app", "crm", "serve", "--port", str(port)) as server:
        await_line(server, "Kring is at")
        storm = Storm(port, project, cookie.value)
        storm.rage()
    storm.end()

    opened.rollback()
    kept = set(opened.scalars(select(Person.surname)))
    assert len(storm.answered) >= ENOUGH
    assert set(storm.answered) <= kept
    assert whole(opened, project) == {"affiliations": len(kept), "documents": len(kept)}
    assert audited(opened) == len(kept)
    assert (audit.broken_entry(project.id), verified(config)) == (None, 0)


def whole(opened: Session, project: Project) -> dict[str, int]:
    """Return how many of the rows there are that stand beside each person."""
    documents = select(func.count()).where(
        SearchDocument.project_id == project.id, SearchDocument.kind == "person"
    )
    return {
        "affiliations": opened.scalar(select(func.count()).select_from(Affiliation)) or 0,
        "documents": opened.scalar(documents, execution_options=OPTIONS) or 0,
    }


def audited(opened: Session) -> int:
    """Return how many persons the trail says were made."""
    made = select(func.count()).where(
        AuditEntry.table == "person", AuditEntry.operation == "create"
    )
    return opened.scalar(made, execution_options=OPTIONS) or 0


def verified(config: Config) -> int:
    """Return the status of `flask --app crm audit verify`."""
    command = [sys.executable, "-m", "flask", "--app", "crm", "audit", "verify"]
    return subprocess.run(
        command, env=environment(config), cwd=ROOT, check=False, capture_output=True
    ).returncode
