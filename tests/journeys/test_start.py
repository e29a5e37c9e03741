"""Starting Kring as a user does: one command, an address, a first sign-in, and a clean end."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

from crm.core import migrations
from tests.journeys.answering import answer, sent, texts
from tests.journeys.document import read

ROOT = Path(__file__).resolve().parents[2]
SERVED = re.compile(r"Kring is at (http://127\.0\.0\.1:\d+)")
FIRST_SIGN_IN = re.compile(r"First sign-in, works once: (http://\S+/links/\S+)")
PATIENCE = 60
NEWCOMER = {
    "Your name": "Bep Beheer", "E-mail address": "bep@kring.example",
    "Password": "paard fiets wolk kaars",
}  # fmt: skip

pytestmark = pytest.mark.serial


class Browser:
    """A browser with a memory of its own, over a real connection."""

    def __init__(self) -> None:
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(jar)
        self._opener.addheaders = [("Accept-Language", "en")]

    def get(self, address: str, data: str | None = None) -> tuple[int, str]:
        """Return the status and the text of a page."""
        body = data.encode() if data is not None else None
        try:
            with self._opener.open(address, body, timeout=PATIENCE) as found:
                return found.status, found.read().decode()
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def fill(self, address: str, answers: dict[str, str]) -> tuple[int, str]:
        """Answer the first form of a page, and send it."""
        form = next(next(read(self.get(address)[1]).all("main")).all("form"))
        for label, given in answers.items():
            answer(form, label, given)
        return self.get(address, urlencode(texts(sent(form))))


@dataclass
class Running:
    """A Kring that was started by its command, and what it said."""

    server: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def said(self, pattern: re.Pattern[str]) -> str:
        """Wait for a line, and return the address in it."""
        assert self.server.stdout is not None
        for line in self.server.stdout:
            self.lines.append(line)
            found = pattern.search(line)
            if found:
                return found[1]
        raise AssertionError("".join(self.lines))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(
    here: Path, *options: str, data: str = "", ending: int = signal.SIGTERM
) -> Iterator[Running]:
    """Run `scripts/run` in a folder until the end of a `with` block; it must end well."""
    words = [sys.executable, str(ROOT / "scripts" / "run"), "--port", str(free_port()), *options]
    environment = {"PATH": os.environ["PATH"], **({"KRING_DATA": data} if data else {})}
    server = subprocess.Popen(
        words, env=environment, cwd=here, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield Running(server)
    finally:
        for _impatient in range(2):
            server.send_signal(ending)
        server.communicate(timeout=PATIENCE)
    assert server.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(server.pid, 0)


def test_one_command_serves_the_demo_and_its_data_stay(tmp_path: Path) -> None:
    browser, stranger = Browser(), Browser()

    with started(tmp_path, "--data", "data", "--demo") as running:
        address, link = running.said(SERVED), running.said(FIRST_SIGN_IN)
        assert any("assen-i2i" in line for line in running.lines)
        assert stranger.get(f"{address}/healthz")[0] == HTTPStatus.OK
        assert "Sign in" in stranger.get(f"{address}/")[1]

        # The link lets the first administrator in, once.
        assert "Look round in the demo" in browser.fill(link, NEWCOMER)[1]
        assert stranger.get(link)[0] == HTTPStatus.GONE

    # The data folder is meant from where the user stands, and is theirs alone.
    folder = tmp_path / "data"
    secret = folder / "secret_key"
    assert secret.stat().st_mode & 0o077 == 0
    kept = secret.read_bytes()

    with started(tmp_path, "--data=data", ending=signal.SIGINT) as running:
        address = running.said(SERVED)
        assert "Bep Beheer" in browser.get(f"{address}/account")[1]
    assert not any(FIRST_SIGN_IN.search(line) for line in running.lines)
    assert secret.read_bytes() == kept
    assert not list(folder.glob("*.bak"))


def test_a_database_from_before_the_baseline_stops_the_start(tmp_path: Path) -> None:
    migrations.upgrade(f"sqlite:///{tmp_path / 'kring.sqlite3'}")
    with closing(sqlite3.connect(tmp_path / "kring.sqlite3")) as opened:
        opened.execute("UPDATE alembic_version SET version_num = '0001'")
        opened.commit()
    before = (tmp_path / "kring.sqlite3").read_bytes()

    ended = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "run"), "--port", str(free_port())],
        env={"PATH": os.environ["PATH"], "KRING_DATA": str(tmp_path)},
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip

    said = ended.stderr.strip().splitlines()
    assert (ended.returncode, len(said)) == (1, 1)
    assert said[0].startswith("Error: The database is of an older Kring")
    assert (tmp_path / "kring.sqlite3").read_bytes() == before
