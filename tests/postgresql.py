"""A PostgreSQL of the tests' own: no port, no trace, gone with the process that started it."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

# Nothing here has to outlive a power cut.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "listen_addresses": "",
    "autovacuum": "off",
}
PATIENCE = 30.0  # seconds until a start counts as failed
# Where there is a file system in memory, each test gets its database in a sixth of the time.
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a name of its own is made in it
ROOM = 2 * 1024**3  # bytes
AN_HOUR = 3600.0  # seconds
_PREFIX = "kring-pg-"


_COPIES_BY_LOG = 15


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server on this machine, if there is one."""
    found = [
        path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()
    ]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class Cluster:
    """A running server in a temporary folder, reached over a socket in that folder."""

    def __init__(self, bin_folder: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place()))
        self._numbers = count(1)
        self._bin = bin_folder
        # Through the log, as it is since version 15, takes twice as long.
        self._copying = "STRATEGY FILE_COPY" if _version(bin_folder) >= _COPIES_BY_LOG else ""
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._server = self._started()

    def url(self, name: str) -> str:
        """Return the address of database `name` for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def create(self, *, template: str = "template1") -> str:
        """Make a database like `template` and return its name."""
        name = f"kring_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {{}} TEMPLATE {{}} {self._copying}", name, template)
        return name

    def drop(self, name: str) -> None:
        """Remove a database, also while somebody is still connected to it."""
        self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._server.send_signal(signal.SIGINT)  # does not wait for whoever is still connected
        self._server.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _started(self) -> subprocess.Popen[bytes]:
        data = self.folder / "data"
        subprocess.run(
            self._as_user("initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync",
                          "--encoding=UTF8", "--locale=C.UTF-8"),
            check=True, cwd=self.folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        settings = [f"--{name}={value}" for name, value in FAST.items()]
        command = self._as_user("postgres", "-D", str(data), "-k", str(self.folder), *settings)
        with (self.folder / "log").open("wb") as log:
            server = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        self._await(server)
        return server

    def _as_user(self, program: str, *options: str) -> list[str]:
        # The signal reaches the server when this process ends in whatever way, even killed.
        command = ["setpriv", "--pdeathsig", "INT"]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            command += ["--reuid", "postgres", "--regid", "postgres", "--init-groups"]
        return [*command, str(self._bin / program), *options]

    def _await(self, server: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres").close()
            except psycopg.OperationalError:
                if server.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def place() -> Path | None:
    """Return the folder for databases: in memory if there is room, else wherever files go."""
    _forget_those_that_were_killed()
    has_room = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM
    return IN_MEMORY if has_room and os.access(IN_MEMORY, os.W_OK) else None


def _version(bin_folder: Path) -> int:
    said = subprocess.run([bin_folder / "postgres", "--version"], capture_output=True, check=True)
    return int(re.findall(rb"(\d+)", said.stdout)[0])


def _forget_those_that_were_killed() -> None:
    """Give back the memory of servers whose tests ended without stopping them, an hour ago."""
    for folder in IN_MEMORY.glob(f"{_PREFIX}*"):
        is_stopped = not (folder / "data" / "postmaster.pid").exists()
        if is_stopped and folder.stat().st_mtime < time.time() - AN_HOUR:
            shutil.rmtree(folder, ignore_errors=True)
