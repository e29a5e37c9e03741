"""What a page costs beside one that Flask and SQLAlchemy make of as many bytes, on SQLite."""

import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import databases
import register
import served
from figures import Figures, medians_in_turn, seconds
from served import Reader

from crm.core.db import Database, project_scope
from crm.core.permissions import Role
from tests import factories

PERSONS = 20_000
SECRET = "a secret of the measurement, and long enough"  # noqa: S105 - of made-up people
LIST_TIMES = 2.0
PERSON_ABOVE, CREATE_ABOVE = 10.0, 15.0
CLIENTS, PAGES_EACH, ROUNDS = 8, 40, 3
ALL_ABOVE_ONE = 1.5
MILLI = 1_000
WARM = 8


def filled(folder: Path) -> tuple[str, str, str]:
    """Fill a database; return the address of the list, of a person, and a leader's cookie."""
    url = f"sqlite:///{folder}/kring.sqlite3"
    with databases.application(url, KRING_SECRET_KEY=SECRET) as app:
        database: Database = app.extensions["kring_database"]
        with database.opened():
            project = factories.project()
            client = factories.sign_in(app.test_client(), factories.member(project, Role.LEADER))
            with project_scope(project.id):
                middle = register.fill(PERSONS)
            start = f"/projects/{project.slug}/persons"
        cookie = client.get_cookie("kring")
    if cookie is None:
        raise SystemExit("nobody is signed in")
    return start, f"{start}/{middle}", f"kring={cookie.value}"


def settings(folder: Path, processes: int) -> dict[str, str]:
    """Return what `flask serve` is told."""
    return {
        "KRING_DATA": str(folder),
        "KRING_DATABASE_URL": f"sqlite:///{folder}/kring.sqlite3",
        "KRING_SECRET_KEY": SECRET,
        "KRING_RATE_LIMITS": "no",
        "KRING_PROCESSES": str(processes),
    }


@dataclass(frozen=True, slots=True)
class Beside:
    """Kring and the bare application, each in processes of its own, and a reader of each."""

    ours: Reader
    bare: Reader
    our_process: int
    bare_process: int

    def compare(
        self, ours: Callable[[], object], bare: Callable[[], object], times: int
    ) -> tuple[float, float, str]:
        """Return the medians of two things done in turn, in milliseconds, and words on both."""
        for run in (ours, bare) * WARM:
            run()
        before = self._taken()
        medians = [one * MILLI for one in medians_in_turn([ours, bare], times=times)]
        # One run each is a warming up of its own.
        taken = [
            (after - earlier) * MILLI / (times + 1)
            for after, earlier in zip(self._taken(), before, strict=True)
        ]
        words = f"{medians[0]:.1f} ms, bare {medians[1]:.1f} ms"
        words += f"; of the processor {taken[0]:.1f} and {taken[1]:.1f} ms"
        return medians[0], medians[1], words

    def _taken(self) -> list[float]:
        return [served.processor_seconds(one) for one in (self.our_process, self.bare_process)]


def beside_bare(figures: Figures, folder: Path, addresses: tuple[str, str, str]) -> None:
    """Measure pages of one reader against bare pages of their own bytes."""
    start, person, cookie = addresses
    port, bare_port = served.free_port(), served.free_port()
    heavy = folder / "pages"
    heavy.mkdir()
    with served.kring(port, **settings(folder, 1)) as our_process:
        served.wait_until_quiet(our_process)
        reader = Reader(port, cookie)
        for name, address in {"list": start, "person": person, "form": f"{start}/new"}.items():
            (heavy / f"{name}.html").write_bytes(reader.text(address).encode())
        command = [sys.executable, str(Path(__file__).with_name("bare.py"))]
        command += [f"sqlite:///{folder}/kring.sqlite3", str(bare_port), str(heavy)]
        with served.process(command, bare_port, KRING_DATA=str(folder)) as bare_process:
            both = Beside(reader, Reader(bare_port), our_process, bare_process)
            _list(figures, both, start)
            _person(figures, both, person)
            _create(figures, both, start)


def _list(figures: Figures, both: Beside, start: str) -> None:
    sizes = len(both.ours.get(start)), len(both.bare.get("/list"))
    ours, bare, words = both.compare(
        lambda: both.ours.get(start), lambda: both.bare.get("/list"), 100
    )
    words += f"; packed {sizes[0]:,} and {sizes[1]:,} bytes"
    name = f"list of 50 of {PERSONS:,} persons against a bare page"
    figures.at_most(name, ours / bare, LIST_TIMES, "times", words)


def _person(figures: Figures, both: Beside, person: str) -> None:
    ours, bare, words = both.compare(
        lambda: both.ours.get(person), lambda: both.bare.get("/person"), 100
    )
    figures.at_most("person page above a bare page", ours - bare, PERSON_ABOVE, "ms", words)


def _create(figures: Figures, both: Beside, start: str) -> None:
    numbers = count(1)

    def create() -> None:
        form = both.ours.text(f"{start}/new")
        sent = {**served.hidden_fields(form), **_somebody(next(numbers))}
        both.ours.get(both.ours.post(f"{start}/new", sent))

    def without() -> None:
        both.bare.get("/form")
        both.bare.get("/person")

    ours, bare, words = both.compare(create, without, 40)
    name = "form, post and page of a new person above two bare pages"
    figures.at_most(name, ours - bare, CREATE_ABOVE, "ms", words)


def _somebody(number: int) -> dict[str, str]:
    # Nobody may look like another: that would be asked.
    letters = random.Random(number).choices("abcdefghijklmnopqrstuvwxyz", k=12)
    return {
        "first_name": "Nieuw",
        "surname": "".join(letters).title(),
        "name_use": "own",
        "form_of_address": "neutral",
        "language": "nl",
        "emails-0": f"nieuw{number}@bench.example",
    }


def with_eight(figures: Figures, folder: Path, addresses: tuple[str, str, str]) -> None:
    """Measure how many pages eight readers get of one process and of two, in turn."""
    start, _person_page, cookie = addresses
    ports = {processes: served.free_port() for processes in (1, 2)}
    pages: dict[int, list[float]] = {1: [], 2: []}
    with (
        served.kring(ports[1], **settings(folder, 1)) as first,
        served.kring(ports[2], **settings(folder, 2)) as second,
    ):
        served.wait_until_quiet(first)
        served.wait_until_quiet(second)
        own, began = time.process_time(), time.monotonic()
        for _ in range(ROUNDS):
            for processes, port in ports.items():
                pages[processes].append(_pages_a_second(port, cookie, start))
        share = (time.process_time() - own) / (time.monotonic() - began)
    one, two = max(pages[1]), max(pages[2])
    detail = f"{one:.1f} and {two:.1f} pages a second; the readers took {share:.0%} of a processor"
    detail += f" of {os.cpu_count()}"
    figures.at_least(
        "eight readers, two processes against one", two / one, ALL_ABOVE_ONE, "times", detail
    )


def _pages_a_second(port: int, cookie: str, start: str) -> float:
    readers = [Reader(port, cookie) for _ in range(CLIENTS)]

    def read(reader: Reader) -> None:
        for _ in range(PAGES_EACH):
            reader.get(start)

    threads = [threading.Thread(target=read, args=[reader]) for reader in readers]

    def together() -> None:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return CLIENTS * PAGES_EACH / seconds(together)


def main() -> None:
    """Measure one reader, and then eight."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        addresses = filled(folder)
        beside_bare(figures, folder, addresses)
        with_eight(figures, folder, addresses)
    figures.leave()


if __name__ == "__main__":
    main()
