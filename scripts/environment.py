"""The environment that the scripts share: a Python that fits, and `.venv` made from a lock."""

# A Python that is too old must be able to read this file, to say so in plain words.
from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from importlib.util import find_spec
from pathlib import Path

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
CANNOT = 3

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMP = VENV / "kring-locks.json"


def ensure(lock: str) -> Path:
    """
    Make `.venv` hold what `lock` pins, and return its folder of programs.

    :param lock: name of a file in the root, such as `requirements.txt`
    """
    _need_python()
    if VENV.is_symlink():  # an environment that somebody shares between trees is theirs to keep
        return BIN
    folder = os.open(str(ROOT), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)  # two scripts started at once make it only once
        if not _holds(lock):
            _make(lock)
    finally:
        os.close(folder)
    return BIN


def enter(lock: str) -> None:
    """Go on in the Python of `.venv`, for scripts that use what `lock` pins."""
    programs = ensure(lock)
    if Path(sys.prefix).resolve() != VENV.resolve():
        python = str(programs / "python")
        os.execv(python, [python, *sys.argv])  # noqa: S606 - no shell is wanted


def stop(message: str) -> None:
    """Say in one line why this machine cannot go on, and end with exit 3."""
    sys.stderr.write(message + "\n")
    sys.exit(CANNOT)


def apt_install(*packages: str) -> bool:
    """Install Debian packages where that is allowed, and return whether it worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    command = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages]
    print("Installing " + ", ".join(packages) + " …", flush=True)
    started = time.monotonic()
    worked = _quietly(command, quiet) or (
        _quietly(["apt-get", "update", "-qq"], quiet) and _quietly(command, quiet)
    )
    # Apart, as it says nothing of Kring: a gate of so many minutes does not count it.
    print(f"Debian's packages: {time.monotonic() - started:.1f} s", flush=True)
    return worked


def _need_python() -> None:
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])  # noqa: S606 - no shell is wanted
    stop("Kring needs Python 3.11 or newer; this one is {}.{}.".format(*sys.version_info[:2]))


def _holds(lock: str) -> bool:
    return _stamps().get(lock) == _digest(lock)


def _stamps() -> dict[str, str]:
    try:
        stamps = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) and (BIN / "python").exists() else {}


def _digest(lock: str) -> str:
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _make(lock: str) -> None:
    uv = shutil.which("uv")
    if not uv:
        _need_venv()
    stamps = _stamps()
    print(f"Making the environment from {lock} (once) …", flush=True)
    # Without its stamp an environment counts for nothing, so an interrupted install is redone.
    with contextlib.suppress(FileNotFoundError):
        STAMP.unlink()
    if not ((uv and _by_uv(uv, lock, stamps)) or _by_pip(lock, stamps)):
        stop(f"The packages of {lock} could not be installed; see above.")
    stamps[lock] = _digest(lock)
    if lock == "requirements-dev.txt":  # which holds all of the run time's, in the same versions
        stamps["requirements.txt"] = _digest("requirements.txt")
    unfinished = STAMP.with_suffix(".part")
    unfinished.write_text(json.dumps(stamps, indent=1))
    unfinished.rename(STAMP)


def _by_uv(uv: str, lock: str, stamps: dict[str, str]) -> bool:
    if not stamps:
        _discard()
        if not _run([uv, "venv", "-q", "--python", sys.executable, str(VENV)]):
            return False
    python = str(BIN / "python")
    return _run([uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", lock])


def _by_pip(lock: str, stamps: dict[str, str]) -> bool:
    if not stamps:
        _need_venv()
        _discard()
        if not _run([sys.executable, "-m", "venv", str(VENV)]):
            return False
    python = str(BIN / "python")
    if not (BIN / "pip").exists() and not _run([python, "-m", "ensurepip"]):  # uv made it without
        return False
    install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    return _run([*install, "--require-hashes", "-r", lock])


def _discard() -> None:
    if VENV.exists():
        shutil.rmtree(str(VENV))


def _need_venv() -> None:
    if find_spec("venv") and find_spec("ensurepip"):
        return
    package = "python3-venv"
    if sysconfig.get_config_var("prefix") == "/usr":
        package = "python{}.{}-venv".format(*sys.version_info[:2])
    if not (apt_install(package) and find_spec("ensurepip")):
        stop("Kring needs one more package: sudo apt-get install -y " + package)


def _run(command: list[str]) -> bool:
    return subprocess.run(command, cwd=str(ROOT), check=False).returncode == 0


def _quietly(command: list[str], environment: dict[str, str]) -> bool:
    done = subprocess.run(
        command, env=environment, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace"))
    return done.returncode == 0
