"""
Colleagues at work while a list of 20,000 rows comes in, is compared and undone, on SQLite.

A server of its own, with its processes; first nobody but the colleagues, then the list beside them,
in the same run. `--rows` and `--seconds` for a shorter one.
"""

import argparse
import csv
import http.client
import io
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import databases
import importing
from browsing import Browser, Desk, Seen, at_work
from figures import ROOT, Figures
from flask import Flask
from sqlalchemy import func, select, update

from crm.contacts.models import ContactImport, ImportState
from crm.core import clock
from crm.core.db import Database, project_scope, session, unit_of_work, unscoped
from crm.core.jobs import Job, JobState
from crm.core.permissions import system
from crm.core.undo import Step
from crm.stakeholders.models import LikenessKey
from tests import factories

ROWS, LOADS, SAVES = 20_000, 300, 100
KNOWN = 200
MOST_TIMES = 3.0
MOST_95, MOST_99, LONGEST = 100.0, 250.0, 1_000.0
PATIENCE = 1_800.0
WARM = 5.0
"""Seconds in which the first pages of each process are made: those are slow."""
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_OPTIONS = unscoped("the bench looks at all projects")


def desk(app: Flask, name: str) -> Desk:
    """Make a project with some people in it, and somebody who leads it."""
    project = factories.project(slug=name)
    with project_scope(project.id), factories.together():
        people = [
            factories.person(
                f"Naam{at % 50} {at}", first_name="Kring", email=f"{name}{at}@x.example"
            )
            for at in range(KNOWN)
        ]
    ids = [one.id for one in people]
    client = factories.sign_in(app.test_client(), factories.member(project))
    session().rollback()
    client.get("/")
    cookie = client.get_cookie("kring")
    if cookie is None:
        raise SystemExit("nobody could sign in")
    return Desk(project.slug, project.id, ids, cookie.value)


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(environment: dict[str, str], port: int) -> Iterator[None]:
    """Serve Kring until the end of a `with` block."""
    command = [sys.executable, "-m", "flask", "--app", "crm", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        if server.stdout is None or not any("Kring is at" in line for line in server.stdout):
            raise SystemExit("the server did not start")
        try:
            yield
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)


def a_list(rows: int) -> bytes:
    """Return a list of people as CSV."""
    chance, text = random.Random(1), io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(importing.HEADINGS)
    writer.writerows(importing.cells_of(number, chance) for number in range(rows))
    return text.getvalue().encode()


def multipart(content: bytes, token: str) -> tuple[bytes, str]:
    """Return a form with a file, and its kind."""
    mark = "kring-bench"
    parts = (
        f'--{mark}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="lijst.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    return parts.encode() + content + f"\r\n--{mark}--\r\n".encode(), (
        f"multipart/form-data; boundary={mark}"
    )


class Work:
    """The list on its way in, and out again, by the pages; and what the database says of it."""

    def __init__(self, database: Database, browser: Browser, desk: Desk) -> None:
        self._database, self._browser, self._desk = database, browser, desk

    def bring_in(self, rows: int) -> int:
        """Upload a list, look at it and import it; return the number of its step."""
        token = TOKEN.search(self._browser.ask("GET", "persons/import")[1])
        body, kind = multipart(a_list(rows), token[1] if token else "")
        leads = self._browser.ask("POST", "persons/import", body, **{"Content-Type": kind})[2]
        path = urllib.parse.urlsplit(leads).path
        self._post(f"{path}/columns", path)
        self._until(lambda found: not found.is_being_looked_at)
        self._post(f"{path}/run", path)
        done = self._until(lambda found: found.state is ImportState.DONE)
        if done.new != rows or done.step_id is None:
            raise SystemExit(f"{done.new} of {rows} rows came in")
        return done.step_id

    def compare(self) -> None:
        """Let the pairs be looked for now, and wait until nobody is left to compare."""
        with self._database.opened(), unit_of_work(system(), "bench.now"):
            job = update(Job).where(
                Job.kind == "stakeholders.find_pairs", Job.state == JobState.QUEUED
            )
            session().execute(job.values(due_at=clock.now()), execution_options=_OPTIONS)
        waiting = select(func.count()).select_from(LikenessKey).where(LikenessKey.waits)
        self._wait(lambda: session().scalar(waiting, execution_options=_OPTIONS) == 0)

    def take_back(self, step_id: int) -> None:
        """Undo the import, and wait until that is done."""
        self._post(f"steps/{step_id}/undo", f"steps/{step_id}")
        self._wait(lambda: session().get_one(Step, step_id).undone_at is not None)

    def _post(self, path: str, form: str) -> None:
        status, _leads = self._browser.post(path, form)
        if status != http.client.SEE_OTHER:
            raise SystemExit(f"{path} answered {status}")

    def _until(self, is_so: object) -> ContactImport:
        newest = select(ContactImport).order_by(ContactImport.id.desc()).limit(1)
        found: list[ContactImport] = []

        def look() -> bool:
            found[:] = [session().scalars(newest).one()]
            return bool(is_so(found[0]))  # type: ignore[operator]  # one of those above

        self._wait(look)
        return found[0]

    def _wait(self, is_so: object) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with self._database.opened(), project_scope(self._desk.project_id):
                if is_so():  # type: ignore[operator]  # as above
                    return
            time.sleep(0.5)
        raise SystemExit("it takes for ever")


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value that so large a part of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def background_holds(path: Path) -> dict[str, list[float]]:
    """Return the holds in milliseconds of processes that do background work, by what they did."""
    lines = [line.split(" ", 2) for line in path.read_text().splitlines()]
    workers = {process for _at, process, told in lines if ": jobs." in told}
    found: dict[str, list[float]] = defaultdict(list)
    for _at, process, told in lines:
        if process in workers:
            held = re.search(r"for ([0-9.]+) s: (.+)", told)
            if held:
                found[held[2]].append(1_000 * float(held[1]))
    return found


def tell(figures: Figures, quiet: Seen, busy: Seen, holds: dict[str, list[float]]) -> None:
    """Tell all figures."""
    for what, least in (("load", LOADS), ("save", SAVES)):
        before, during = (quantile(one.times[what], 0.95) for one in (quiet, busy))
        told = (
            f"{during * 1000:.0f} ms, quiet {before * 1000:.0f} ms, {len(busy.times[what])} times"
        )
        figures.at_most(f"95th percentile of a {what}", during / before, MOST_TIMES, "times", told)
        figures.told(f"longest {what}", 1_000 * max(busy.times[what]), "ms")
        figures.at_least(f"how many a {what}", len(busy.times[what]), least, "times")
    detail = ", ".join(sorted(set(busy.failures)))
    figures.at_most("failures", len(busy.failures) + len(quiet.failures), 0, "times", detail)
    each = [one for times in holds.values() for one in times]
    action, longest = max(((name, max(times)) for name, times in holds.items()), key=lambda x: x[1])
    figures.at_most("holds, 95th percentile", quantile(each, 0.95), MOST_95, "ms", f"{len(each)}")
    figures.at_most("holds, 99th percentile", quantile(each, 0.99), MOST_99, "ms")
    figures.at_most("longest hold", longest, LONGEST, "ms", action)
    for name, times in sorted(holds.items(), key=lambda one: -sum(one[1]))[:6]:
        told = f"{len(times)} times, longest {max(times):.0f} ms"
        figures.told(f"holds of {name}, 95th percentile", quantile(times, 0.95), "ms", told)


@dataclass(frozen=True, slots=True)
class Given:
    """What the bench is asked for."""

    rows: int
    seconds: float
    port: int


def asked_for() -> Given:
    """Read it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--seconds", type=float, default=30.0, help="of quiet before")
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    return Given(given.rows, given.seconds, given.port or free_port())


def worked(figures: Figures, work: Work, given: Given) -> None:
    """Bring the list in, look for pairs, and undo the list."""
    start = time.perf_counter()
    step_id = work.bring_in(given.rows)
    imported = time.perf_counter()
    work.compare()
    compared = time.perf_counter()
    work.take_back(step_id)
    figures.told("seconds of the import", imported - start, "s")
    figures.told("seconds of the search for pairs", compared - imported, "s")
    figures.told("seconds of the undo", time.perf_counter() - compared, "s")


def measure(figures: Figures, given: Given, folder: str) -> None:
    """Measure on a database in a folder."""
    url, holds = f"sqlite:///{folder}/kring.sqlite3", Path(folder) / "holds"
    settings = {"KRING_SECRET_KEY": "a secret for the bench alone, 32 bytes and more"}
    own = {
        "KRING_DATA": folder, "KRING_DATABASE_URL": url, "KRING_RATE_LIMITS": "no",
        "KRING_BENCH_HOLDS": str(holds),
        "PYTHONPATH": f"{Path(__file__).parent / 'holds'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    with databases.application(url, **settings) as app, app.app_context():
        database: Database = app.extensions["kring_database"]
        with database.opened():
            desks = [desk(app, name) for name in ("het-werk", "elders")]
        with served({**os.environ, **settings, **own}, given.port):
            with at_work(given.port, desks):
                time.sleep(WARM)
            with at_work(given.port, desks) as quiet:
                time.sleep(given.seconds)
            holds.write_text("")
            with at_work(given.port, desks) as busy:
                worked(figures, Work(database, Browser(given.port, desks[0]), desks[0]), given)
    tell(figures, quiet, busy, background_holds(holds))


def main() -> None:
    """Measure."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        measure(figures, asked_for(), folder)
    figures.leave()


if __name__ == "__main__":
    main()
