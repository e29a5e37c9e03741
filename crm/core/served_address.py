"""
Where Kring is served, where no setting says how people reach it.

The server knows the address only once it listens, and keeps it in a file of the data folder: what
other processes write into links, as commands and workers do, leads there too.
"""

import os
from pathlib import Path

FILE = ".served-at"
USUAL = "http://127.0.0.1:8000"


def address(host: str, port: int, machine: str) -> str:
    """
    Return the address at which people reach a server.

    :param machine: the name of this machine, for a server that listens on all of its addresses
    """
    name = machine if host in {"", "0.0.0.0", "::"} else host  # noqa: S104 - only recognised here
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def keep(folder: Path, served: str) -> None:
    """Let other processes know where Kring is served, also after it ended."""
    # Written beside and put in place at once: who reads it meanwhile finds a whole address.
    unfinished = folder / f"{FILE}.{os.getpid()}"
    unfinished.write_text(served, encoding="utf-8")
    unfinished.replace(folder / FILE)


def last_known(folder: Path) -> str:
    """Return where Kring is served, or was the last time; the usual address if it never was."""
    try:
        return (folder / FILE).read_text(encoding="utf-8").strip() or USUAL
    except OSError:
        return USUAL
