"""Files and folders that only the user who runs Kring may read, whatever the umask says."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from sqlalchemy import make_url

FOLDER, FILE = 0o700, 0o600
LITTLE = 1024 * 1024  # bytes: without so many nobody gets far


def database_file(url: str) -> Path | None:
    """Return the file of an SQLite database; nothing for any other one."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database))


def make_folder(folder: Path) -> None:
    """Make a folder, if it is not there yet."""
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    tighten(folder, FOLDER)


def make_file(path: Path) -> None:
    """Make an empty file, if it is not there yet; what is written into it then has its mode."""
    with suppress(FileExistsError):
        # With its mode from the start: tightened afterwards, others could open it in between.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
        # The umask took away from the mode above, maybe from ourselves too.
        os.fchmod(handle, FILE)
        os.close(handle)


def try_writing(folder: Path) -> None:
    """
    Write a little into a folder, and take it away again.

    :raises OSError: if the folder cannot be written, or its disk is full
    """
    with tempfile.NamedTemporaryFile(prefix=".tried-", dir=folder) as tried:
        tried.write(bytes(LITTLE))
        tried.flush()
        # A disk may say only now that it is full.
        os.fsync(tried.fileno())


def tighten(path: Path, mode: int) -> None:
    """Take from others what they may do with a file or folder of ours; who else owns it decides."""
    with suppress(OSError):
        now = path.stat()
        if now.st_uid == os.geteuid() and stat.S_IMODE(now.st_mode) & ~mode:
            path.chmod(stat.S_IMODE(now.st_mode) & mode)


def tighten_all(data: Path, url: str) -> None:
    """Tighten what an earlier Kring, a copy or a wide umask left in the data folder."""
    for folder in (data, data / "mail"):
        tighten(folder, FOLDER)
    tighten(data / "secret_key", FILE)
    database = database_file(url)
    if database is None:
        return
    beside = (database.with_name(database.name + end) for end in ("", "-wal", "-shm"))
    # What SQLite keeps beside the database holds rows too, and each copy holds all of them.
    for path in (*beside, *database.parent.glob(f"{database.name}.*.bak")):
        tighten(path, FILE)
