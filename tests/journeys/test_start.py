"""Starting Kring as a user does: one command, an address, a first sign-in, and a clean end."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIRST_SIGN_IN = re.compile(r"First sign-in, works once: ((http://[^/\s]+)/links/\S+)")
PATIENCE = 60

pytestmark = pytest.mark.serial


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(here: Path, *options: str, ending: int = signal.SIGTERM) -> Iterator[re.Match[str]]:
    """Run `scripts/run` in a folder, and yield its first sign-in: the link and the address."""
    command = [sys.executable, str(ROOT / "scripts" / "run"), "--port", str(free_port()), *options]
    server = subprocess.Popen(
        command, env={"PATH": os.environ["PATH"]}, cwd=here,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        first = first_sign_in(server)
        assert status(f"{first[2]}/healthz") == HTTPStatus.OK
        yield first
    finally:
        server.send_signal(ending)
        server.communicate(timeout=PATIENCE)
    assert server.returncode == 0


def first_sign_in(server: subprocess.Popen[str]) -> re.Match[str]:
    assert server.stdout is not None
    lines = []
    for line in server.stdout:
        lines.append(line)
        found = FIRST_SIGN_IN.search(line)
        if found:
            return found
    raise AssertionError("".join(lines))


def status(address: str) -> int:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - our own address
        code: int = answer.status
        return code


def test_one_command_serves_and_gives_a_first_sign_in(tmp_path: Path) -> None:
    with started(tmp_path, "--data", "data") as first:
        assert status(first[1]) == HTTPStatus.OK


def test_the_data_folder_is_meant_from_where_the_user_stands(tmp_path: Path) -> None:
    with started(tmp_path, "--data", "data"):
        pass

    assert (tmp_path / "data" / "kring.sqlite3").exists()
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_starting_again_keeps_the_data(tmp_path: Path, ending: int) -> None:
    secret = tmp_path / "data" / "secret_key"

    with started(tmp_path, "--data=data", ending=ending):
        before = secret.read_bytes()
    with started(tmp_path, "--data=data"):
        after = secret.read_bytes()

    assert before == after
    assert not list((tmp_path / "data").glob("*.bak"))
