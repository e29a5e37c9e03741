"""Colleagues at work on a server: pages that they see, persons that they save, how long it took."""

import http.client
import random
import re
import threading
import time
import urllib.parse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

THINKS = 0.1
"""Seconds between two things that a colleague does."""
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(slots=True)
class Seen:
    """What colleagues waited for, by what they did, and what failed."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a colleague works: a project, with the ids of some who are there, and their cookie."""

    slug: str
    project_id: int
    person_ids: Sequence[int]
    cookie: str


class Browser:
    """A browser without JavaScript, over one connection."""

    def __init__(self, port: int, desk: Desk) -> None:
        self._port, self._desk, self._cookie = port, desk, desk.cookie
        self._connection = self._new()

    def _new(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)

    def ask(
        self, way: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> tuple[int, str, str]:
        """Return status, text and where it leads of one page of the project."""
        address = path if path.startswith("/") else f"/projects/{self._desk.slug}/{path}"
        sent = {"Cookie": f"kring={self._cookie}", **headers}
        try:
            return self._answer(way, address, body, sent)
        except (OSError, http.client.HTTPException):
            self._connection = self._new()
            if way == "POST":
                raise
            return self._answer(way, address, body, sent)

    def _answer(
        self, way: str, address: str, body: bytes | str | None, headers: dict[str, str]
    ) -> tuple[int, str, str]:
        self._connection.request(way, address, body, headers)
        answer = self._connection.getresponse()
        kept = re.search(r"kring=([^;]+)", answer.headers.get("Set-Cookie", ""))
        self._cookie = kept[1] if kept else self._cookie
        return answer.status, answer.read().decode(), answer.headers.get("Location", "")

    def post(self, path: str, form: str, **more: str) -> tuple[int, str]:
        """Send the form of a page as it stands there, and return status and where it leads."""
        text = self.ask("GET", form)[1]
        values = dict(fields_of(text)) | more
        status, _text, leads = self.ask("POST", path, urllib.parse.urlencode(values), **FORM)
        return status, leads


def fields_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of the fields of the main form of a page."""
    main = text[text.index("<main") :]
    for tag in re.findall(r"<input[^>]*>", main):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        is_choice = kind is not None and kind[1] in {"radio", "checkbox"}
        if name and (not is_choice or " checked" in tag):
            yield name[1], value[1] if value else ""
    for name, inside in re.findall(
        r'<select[^>]*name="([^"]*)".*?>(.*?)</select>', main, re.DOTALL
    ):
        options = re.findall(r"<option[^>]*>", inside)
        chosen = next((one for one in options if " selected" in one), options[0])
        value = re.search(r'value="([^"]*)"', chosen)
        yield name, value[1] if value else ""


class Colleague(threading.Thread):
    """Somebody who looks at three pages, saves a person, and begins again."""

    def __init__(self, port: int, desk: Desk, seen: Seen) -> None:
        super().__init__(daemon=True)
        self._browser, self._desk, self._seen = Browser(port, desk), desk, seen
        self._chance = random.Random(desk.slug)
        self.is_over = threading.Event()

    def run(self) -> None:
        """Work until it is over."""
        number = 0
        while not self.is_over.is_set():
            number += 1
            person = f"persons/{self._chance.choice(self._desk.person_ids)}"
            for path in (person, "persons", f"persons?q=naam{number % 50}"):
                self._timed("load", lambda path=path: self._browser.ask("GET", path)[0], 200)
            self._save(person, number)

    def _save(self, person: str, number: int) -> None:
        text = self._browser.ask("GET", f"{person}/edit")[1]
        values = urllib.parse.urlencode(dict(fields_of(text)) | {"note": f"gebeld {number}"})
        self._timed(
            "save",
            lambda: self._browser.ask("POST", f"{person}/edit", values, **FORM)[0],
            303,
        )

    def _timed(self, what: str, do: object, wanted: int) -> None:
        start = time.perf_counter()
        try:
            status = do()  # type: ignore[operator]  # one of the two above
        except OSError as failure:
            status = type(failure).__name__
        self._seen.times[what].append(time.perf_counter() - start)
        if status != wanted:
            self._seen.failures.append(f"{what}: {status}")
        self.is_over.wait(THINKS)


@contextmanager
def at_work(port: int, desks: Sequence[Desk]) -> Iterator[Seen]:
    """Let a colleague work at each desk until the end of a `with` block."""
    seen = Seen()
    people = [Colleague(port, desk, seen) for desk in desks]
    for one in people:
        one.start()
    try:
        yield seen
    finally:
        for one in people:
            one.is_over.set()
        for one in people:
            one.join(60)
