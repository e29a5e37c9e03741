"""A restore in a process of its own, to be killed: `python -m tests.faults.restoring …`."""

import os
import sys
from pathlib import Path

import crm.features  # noqa: F401 - all tables
from crm.core import backup

KILLED = 9
SECRET = "a secret of the tests of Kring alone"


def kill_after(moves: int) -> None:
    """End this process at once where it turns to the rows, after it moved so many files."""
    moved = 0

    def look(event: str, _arguments: object) -> None:
        nonlocal moved
        if event in {"os.rename", "sqlite3.connect"} and moved == moves:
            os._exit(KILLED)
        moved += event == "os.rename"

    sys.addaudithook(look)


def main() -> None:
    """Restore a file, and be killed on the way."""
    url, folder, file, moves = sys.argv[1:]
    kill_after(int(moves))
    backup.restore(url, Path(folder), Path(file), secret=SECRET)


if __name__ == "__main__":
    main()
