"""Time `scripts/run` from a fresh clone to a served page, and again when everything is there."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path

from figures import ROOT, Figures

PATIENCE = 300.0


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def served(port: int, deadline: float) -> bool:
    """Wait until the sign-in page is served, or the deadline has passed."""
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=2) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False


def start(clone: Path, home: Path) -> float:
    """Start Kring in a clone, wait for its page, stop it, and return the seconds it took."""
    port = free_port()
    environment = {**os.environ, "HOME": str(home), "KRING_DATA": str(clone / "data")}
    begun = time.monotonic()
    running = subprocess.Popen(
        ["scripts/run", "--port", str(port)], cwd=clone, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        if not served(port, begun + PATIENCE):
            raise SystemExit("the page was not served")
        return time.monotonic() - begun
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)


def main() -> None:
    """Measure a cold and a warm start."""
    figures = Figures()
    folder = Path(tempfile.mkdtemp())
    try:
        clone, home = folder / "clone", folder / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        figures.told("start from a fresh clone", start(clone, home), "s", "environment included")
        figures.told("start again", start(clone, home), "s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures.leave()


if __name__ == "__main__":
    main()
