"""How every measuring script speaks: a JSON line a figure, and a status that says if all hold."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure and the limit it is held to; a figure without a limit is only told."""

    name: str
    value: float
    limit: float | None
    unit: str
    holds: bool
    detail: str = ""


class Figures:
    """The figures of one run."""

    def __init__(self) -> None:
        self._all: list[Figure] = []

    def at_most(self, name: str, value: float, limit: float, unit: str, detail: str = "") -> None:
        """Tell a figure that holds if it is not above `limit`."""
        self._tell(Figure(name, round(value, 4), limit, unit, value <= limit, detail))

    def at_least(self, name: str, value: float, limit: float, unit: str, detail: str = "") -> None:
        """Tell a figure that holds if it is not below `limit`."""
        self._tell(Figure(name, round(value, 4), limit, unit, value >= limit, detail))

    def exactly(self, name: str, value: int, wanted: int, detail: str = "") -> None:
        """Tell a number that holds if it is the one that is wanted."""
        self._tell(Figure(name, value, wanted, "exactly", value == wanted, detail))

    def told(self, name: str, value: float, unit: str, detail: str = "") -> None:
        """Tell a figure that has no limit."""
        self._tell(Figure(name, round(value, 4), None, unit, holds=True, detail=detail))

    def _tell(self, figure: Figure) -> None:
        self._all.append(figure)
        print(json.dumps(asdict(figure), ensure_ascii=False), flush=True)

    def leave(self) -> None:
        """End the script: status 0 if every figure holds, 1 if one does not."""
        sys.exit(0 if all(figure.holds for figure in self._all) else 1)


def seconds(run: Callable[[], object]) -> float:
    """Return how long one run takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def median_seconds(run: Callable[[], object], *, times: int = 5, warm: int = 1) -> float:
    """Return the median of several runs, after some that are not counted."""
    for _ in range(warm):
        run()
    return statistics.median(seconds(run) for _ in range(times))


def medians_in_turn(
    runs: Sequence[Callable[[], object]], *, times: int = 5, warm: int = 1
) -> list[float]:
    """Return the medians of things measured in turn, so that drift of the machine cancels."""
    for run in runs:
        for _ in range(warm):
            run()
    taken: list[list[float]] = [[] for _ in runs]
    for _ in range(times):
        for number, run in enumerate(runs):
            taken[number].append(seconds(run))
    return [statistics.median(one) for one in taken]
