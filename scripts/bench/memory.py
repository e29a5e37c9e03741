"""Memory of all processes of `flask serve`, and what loading the application takes, on SQLite."""

import csv
import io
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import importing
import pages
import served
from figures import ROOT, Figures
from served import Reader
from sqlalchemy import create_engine, text

from crm.networks.queries.figures import WORK_OUT

ROWS = 20_000
FRESH, AFTERWARDS, TOGETHER = 160, 350, 600  # MB
LOADING = 5.0
LOADS = 9
OFTEN = 0.2  # seconds between two looks at the memory
PATIENCE = 1_800.0
BARE = "import flask, sqlalchemy"
OURS = "import crm; crm.create_app()"
# Tools of development, which a library loads where they are there.
WITHOUT = "import sys; sys.modules['rich'] = None; "
TAGS = re.compile(r"<(?:input|select|option)[^>]*>")
PART = re.compile(r'(\w+)="([^"]*)"')


def share(pid: int) -> float:
    """Return the proportional set size of a process in MB: what is shared counts in parts."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0  # it has ended
    found = re.search(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


class Watch(threading.Thread):
    """Looks at the memory of a server and all below it, until it is told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self.over = threading.Event()
        self.together = 0.0
        self.largest = 0.0

    def run(self) -> None:
        """Look, again and again."""
        while not self.over.wait(OFTEN):
            shares = [share(one) for one in served.family(self._pid)]
            self.together = max(self.together, sum(shares))
            self.largest = max(self.largest, max(shares, default=0.0))


@contextmanager
def watched(pid: int) -> Iterator[Watch]:
    """Watch the memory of a server inside a `with` block."""
    watch = Watch(pid)
    watch.start()
    try:
        yield watch
    finally:
        watch.over.set()
        watch.join()


def a_list() -> bytes:
    """Return a list of people as CSV."""
    chance, out = random.Random(1), io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(importing.HEADINGS)
    writer.writerows(importing.cells_of(number, chance) for number in range(ROWS))
    return out.getvalue().encode()


def fields_of(page: str) -> dict[str, str]:
    """Return the fields of the main part of a page, as a browser would send them."""
    found: dict[str, str] = {}
    choosing = ""
    for tag in TAGS.findall(page[page.index("<main") :]):
        parts = dict(PART.findall(tag))
        if tag.startswith("<select"):
            choosing = parts["name"]
        elif tag.startswith("<option"):
            if choosing not in found or " selected" in tag:
                found[choosing] = parts.get("value", "")
        elif parts.get("type") not in {"radio", "checkbox"} or " checked" in tag:
            found[parts.get("name", "")] = parts.get("value", "")
    return found


class Work:
    """What somebody does with a list of twenty thousand, by the pages."""

    def __init__(self, reader: Reader, start: str, url: str) -> None:
        self._reader, self._start, self._engine = reader, start, create_engine(url)

    def read(self) -> None:
        """Look at the list, search in it, and have the figures of the network worked out."""
        project = self._start.removesuffix("/persons")
        for address in ("/persons", "/persons?q=Zonderling", "/persons?q=Zonderlin", "/network"):
            self._reader.get(project + address)
        self._reader.get(f"{project}/network/figures")
        self._wait(
            "SELECT count(*) = 0 FROM job WHERE kind = :kind AND state IN ('queued', 'running')",
            kind=WORK_OUT,
        )
        self._reader.get(f"{project}/network/figures")

    def bring_in(self) -> int:
        """Import a list and return the number of its step."""
        asked = self._page(f"{self._start}/import")
        path = self._reader.send_file(f"{self._start}/import", fields_of(asked), a_list())
        self._reader.post(f"{path}/columns", fields_of(self._page(path)))
        self._wait("SELECT state = 'mapped' AND overview IS NOT NULL FROM contact_import")
        self._reader.post(f"{path}/run", fields_of(self._page(path)))
        self._wait("SELECT state = 'done' FROM contact_import")
        return int(self._asked("SELECT step_id FROM contact_import"))

    def take_back(self, step: int) -> None:
        """Undo the import."""
        address = f"{self._start.removesuffix('/persons')}/steps/{step}"
        self._reader.post(f"{address}/undo", fields_of(self._page(address)))
        self._wait("SELECT undone_at IS NOT NULL FROM step WHERE id = :step", step=step)

    def _page(self, address: str) -> str:
        return self._reader.text(address)

    def _asked(self, question: str, **values: object) -> Any:
        with self._engine.connect() as connection:
            return connection.scalar(text(question), values)

    def _wait(self, question: str, **values: object) -> None:
        until = time.monotonic() + PATIENCE
        while not self._asked(question, **values):
            if time.monotonic() > until:
                raise SystemExit(f"it takes for ever: {question}")
            time.sleep(0.5)


def measure_memory(figures: Figures, folder: Path) -> None:
    """Measure all processes, fresh and after much work."""
    start, _person, cookie = pages.filled(folder)
    port = served.free_port()
    settings = pages.settings(folder, 2)
    with served.kring(port, **settings) as pid, watched(pid) as watch:
        reader = Reader(port, cookie)
        reader.get(start)
        fresh = [share(one) for one in served.family(pid)]
        figures.at_most("largest process after one page", max(fresh), FRESH, "MB", _each(fresh))
        served.wait_until_quiet(pid)
        work = Work(reader, start, settings["KRING_DATABASE_URL"])
        work.read()
        step = work.bring_in()
        work.take_back(step)
        served.wait_until_quiet(pid)
        after = [share(one) for one in served.family(pid)]
        figures.at_most(
            "largest process after list, search, figures, import and undo", max(after), AFTERWARDS,
            "MB", f"{_each(after)}; at most {watch.largest:.0f} MB meanwhile",
        )  # fmt: skip
        figures.at_most("all processes at their peak", watch.together, TOGETHER, "MB")


def _each(shares: list[float]) -> str:
    return f"{len(shares)} processes: {', '.join(f'{one:.0f}' for one in shares)} MB"


def processor(code: str, folder: Path) -> Callable[[], float]:
    """Return a call that runs code in a fresh process, and returns its processor time."""
    environment = {
        **os.environ,
        "KRING_DATA": str(folder),
        "KRING_SECRET_KEY": pages.SECRET,
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
    }

    def run() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-c", WITHOUT + code], check=True, env=environment, cwd=ROOT
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return run


def measure_loading(figures: Figures, folder: Path) -> None:
    """Measure the processor time of loading, in fresh processes by turns."""
    runs = [processor(code, folder) for code in (BARE, OURS)]
    for run in runs:
        run()  # Modules are compiled.
    taken = [[run() for run in runs] for _ in range(LOADS)]
    bare, ours = (statistics.median(times) for times in zip(*taken, strict=True))
    words = f"{ours:.2f} s, flask and sqlalchemy alone {bare:.2f} s"
    figures.at_most("loading and assembling", ours / bare, LOADING, "times", words)


def main() -> None:
    """Measure loading first: it is quick."""
    figures = Figures()
    with tempfile.TemporaryDirectory() as name:
        measure_loading(figures, Path(name))
        measure_memory(figures, Path(name))
    figures.leave()


if __name__ == "__main__":
    main()
