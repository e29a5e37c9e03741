"""The list of 20,000 persons as a file: when its first part comes, the time of one, and memory."""

import sys
import time
import tracemalloc
from dataclasses import dataclass

import databases
from figures import Figures
from flask.testing import FlaskClient
from register import SMALL, filled

LARGE = 20_000
MOST_FIRST = 0.25
MOST_TIMES = 1.5
MOST_MEGABYTES = 40.0
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """
    What one file took.

    :ivar first: seconds until its first part was there
    :ivar each: milliseconds of processor per person
    :ivar megabytes: how much memory it took at most, beside what was taken before
    """

    first: float
    each: float
    megabytes: float


def taken(client: FlaskClient, address: str, persons: int) -> Taken:
    """Fetch a file part by part, keeping none, as a server hands it on."""
    fetch(client, address)  # what is compiled once is compiled by now
    first, processor = fetch(client, address)
    tracemalloc.start()
    fetch(client, address)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return Taken(first, 1000 * processor / persons, most / MEGABYTE)


def fetch(client: FlaskClient, address: str) -> tuple[float, float]:
    """Return the seconds until the first part came, and those of processor for the whole."""
    start, processor = time.perf_counter(), time.process_time()
    answer = client.get(address)
    if answer.status_code != 200:  # noqa: PLR2004 - the status of a file
        raise SystemExit(f"{address} gave {answer.status_code}")
    parts = answer.iter_encoded()
    next(parts)
    first = time.perf_counter() - start
    for _part in parts:
        pass
    answer.close()
    return first, time.process_time() - processor


def measure(figures: Figures, name: str, small_url: str, large_url: str) -> None:
    """Measure both kinds of file at a small and a large register."""
    with filled(small_url, SMALL) as few, filled(large_url, LARGE) as many:
        for kind in ("csv", "xlsx"):
            small = taken(few[0], f"{few[2]['list']}/export.{kind}", SMALL)
            large = taken(many[0], f"{many[2]['list']}/export.{kind}", LARGE)
            label = f"{name}: {kind} of {LARGE:,}"
            detail = f"{small.each:.2f} ms at {SMALL:,}, {large.each:.2f} ms at {LARGE:,}"
            times = large.each / small.each
            figures.at_most(f"{label}, a person", times, MOST_TIMES, "times", detail)
            if kind == "csv":
                figures.at_most(f"{label}, first part", large.first, MOST_FIRST, "seconds")
            else:
                figures.told(f"{label}, whole", large.first, "seconds")
            figures.at_most(f"{label}, memory", large.megabytes, MOST_MEGABYTES, "MB")


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where it is installed and not left out."""
    figures = Figures()
    for name, fresh in databases.each():
        measure(figures, name, fresh(), fresh())
        if "--sqlite" in sys.argv:
            break
    figures.leave()


if __name__ == "__main__":
    main()
