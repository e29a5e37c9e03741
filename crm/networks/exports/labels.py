"""Where names stand in a picture on paper, so that none lies over another or over a point."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from crm.networks.exports.takeaway import TakenPoint

LONGEST = 32  # signs; the whole name stands in the title of the point
NARROW, WIDE = 0.56, 1.0  # width of a sign, as a share of the size of the letters
WIDE_FROM = "\u2e80"
AIR = 3.0

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Label:
    """A name with the middle of its line."""

    text: str
    x: float
    y: float


def width_of(text: str, size: float) -> float:
    """Return about how wide a text is in letters of a size."""
    return size * sum(WIDE if sign >= WIDE_FROM else NARROW for sign in text)


def short(name: str) -> str:
    """Return a name that is not wider than a picture can bear."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def placed(
    points: tuple[TakenPoint, ...],
    sizes: Mapping[str, int],
    size: float,
    sides: tuple[float, float],
    said: Iterable[Box] = (),
) -> list[Label]:
    """
    Return the names that fit, those of the points with most ties first.

    :param sizes: half the width of each point, by its key
    :param size: of the letters
    :param sides: where the picture ends to the left and to the right
    :param said: boxes that other words take
    """
    taken = _Taken(size)
    for box in said:
        taken.add(box)
    for point in points:
        taken.add(_square(point, sizes[point.id]))
    found = []
    for point in sorted(points, key=lambda point: (-point.ties, point.id)):
        text = short(point.name)
        for label in _places(point, text, sizes[point.id], size):
            box = _box(label, size)
            if sides[0] <= box[0] and box[2] <= sides[1] and taken.is_free(box):
                taken.add(box)
                found.append(label)
                break
    return found


def _square(point: TakenPoint, half: float) -> Box:
    return (point.x - half, point.y - half, point.x + half, point.y + half)


def _places(point: TakenPoint, text: str, half: float, size: float) -> Iterator[Label]:
    """Yield the places around a point: below, above, to the right and to the left."""
    down, across = half + AIR + size * 0.6, half + AIR + width_of(text, size) / 2
    for right, below in ((0.0, down), (0.0, -down), (across, 0.0), (-across, 0.0)):
        yield Label(text, point.x + right, point.y + below)


def _box(label: Label, size: float) -> Box:
    half = width_of(label.text, size) / 2
    return (label.x - half, label.y - size * 0.6, label.x + half, label.y + size * 0.6)


class _Taken:
    """What is taken of the picture, in cells so that only neighbours are looked at."""

    def __init__(self, size: float) -> None:
        self._cell = size * 8
        self._boxes: defaultdict[tuple[int, int], list[Box]] = defaultdict(list)

    def add(self, box: Box) -> None:
        for cell in self._cells(box):
            self._boxes[cell].append(box)

    def is_free(self, box: Box) -> bool:
        left, top, right, bottom = box
        return not any(
            left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
            for cell in self._cells(box)
            for other in self._boxes[cell]
        )

    def _cells(self, box: Box) -> Iterator[tuple[int, int]]:
        left, top, right, bottom = (int(side // self._cell) for side in box)
        for across in range(left, right + 1):
            for down in range(top, bottom + 1):
                yield across, down
