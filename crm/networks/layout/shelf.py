"""The shelf: rows below the picture for points without a tie, with room for their names."""

import math
from collections.abc import Iterator, Mapping, Sequence

Place = tuple[int, int]

FEWEST, COLUMN, ROW = 5, 170, 60
ABOVE = 120  # between the picture and its shelf
SLACK = 240  # a shelf that stands this much lower need not move up


def shelved(
    alone: Sequence[str], kept: Mapping[str, Place], frame: tuple[int, int, int]
) -> dict[str, Place]:
    """
    Return a place for everybody without a tie; who stands on the shelf stays there.

    :param kept: who stood on the shelf before, and where
    :param frame: left, right and bottom of the picture above it
    """
    stay = {key: kept[key] for key in alone if key in kept}
    top = frame[2] + ABOVE
    if stay:
        was = min(y for _x, y in stay.values())
        lower = 0 if top <= was <= top + SLACK else top - was
        stay = {key: (x, y + lower) for key, (x, y) in stay.items()}
        top = was + lower
    taken = set(stay.values())
    left = min((x for x, _y in taken), default=None)
    free = (place for place in _rows(len(alone), frame, left, top) if place not in taken)
    return stay | {key: next(free) for key in alone if key not in stay}


def _rows(count: int, frame: tuple[int, int, int], left: int | None, top: int) -> Iterator[Place]:
    """Yield places row after row, under the middle of the picture unless `left` is given."""
    columns = max(FEWEST, (frame[1] - frame[0]) // COLUMN, math.isqrt(count // 3))
    if left is None:
        left = (frame[0] + frame[1] - (min(columns, count) - 1) * COLUMN) // 2
    number = 0
    while True:
        yield left + number % columns * COLUMN, top + number // columns * ROW
        number += 1
