"""The picture as SVG: what the page shows, with heading, date, filter and legend around it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from crm.networks.exports.labels import Box, placed, width_of
from crm.networks.exports.looks import Looks, PointLook
from crm.networks.exports.takeaway import CHAIR, Takeaway, TakenPoint
from crm.networks.picture import LINE, OUTLINE, SESSION, SHAPES, Shelf

FONT = "Inter, 'DejaVu Sans', 'Liberation Sans', Arial, 'Noto Sans', 'Libertinus Serif', sans-serif"
PAPER = "#FFFFFF"
NARROWEST, LOWEST = 900.0, 300.0
EDGE = 100.0  # around the points, for their names
SIDE = 30.0  # beside the words
LETTERS, LARGEST_SHARE = 16.0, 1 / 110  # of names; as a share of the width on large pictures
MARK = 8
SECOND = 0.55  # of the size of the first
# How far the corners of a mark are from its middle, as a share of its size.
CORNERS = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0, -1.1), (1.05, 0.8), (-1.05, 0.8)),
    "diamond": ((0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)),
    "hexagon": ((-0.5, -0.9), (0.5, -0.9), (1, 0), (0.5, 0.9), (-0.5, 0.9), (-1, 0)),
}


@dataclass(frozen=True, slots=True)
class _Frame:
    """The part of the plane that the points stand in, and the size of names and of other text."""

    left: float
    top: float
    width: float
    height: float
    letters: float
    text: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG with its width and height in its own units."""

    svg: bytes
    width: float
    height: float


def svg(takeaway: Takeaway) -> bytes:
    """Return the picture with what belongs around it; no script, no style, nothing from outside."""
    return drawing(takeaway).svg


def drawing(takeaway: Takeaway) -> Drawing:
    """Return the picture with its size."""
    frame = _frame(takeaway.marks)
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
    heading = takeaway.heading
    ET.SubElement(root, "title").text = f"{heading.project} · {heading.title} · {heading.dated}"
    ET.SubElement(root, "desc").text = " ".join((*heading.filters, heading.summary))
    paper = ET.SubElement(root, "rect", {"fill": PAPER})
    drawn = ET.SubElement(root, "g", {"font-family": FONT, "fill": OUTLINE})
    top = _add_heading(drawn, takeaway, frame)
    _add_network(drawn, takeaway, frame)
    bottom = _add_legend(drawn, takeaway, frame)
    box = (frame.left, top, frame.width, bottom - top)
    _fit(root, paper, box)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Drawing(written, frame.width, bottom - top)


def _fit(root: ET.Element, paper: ET.Element, box: tuple[float, float, float, float]) -> None:
    left, top, width, height = map(_short, box)
    root.set("viewBox", f"{left} {top} {width} {height}")
    root.set("width", width)
    root.set("height", height)
    for name, value in zip(("x", "y", "width", "height"), (left, top, width, height), strict=True):
        paper.set(name, value)


def _frame(points: tuple[TakenPoint, ...]) -> _Frame:
    xs, ys = [point.x for point in points] or [0], [point.y for point in points] or [0]
    width = max(max(xs) - min(xs) + 2 * EDGE, NARROWEST)
    height = max(max(ys) - min(ys) + 2 * EDGE, LOWEST if points else EDGE)
    left = (min(xs) + max(xs) - width) / 2
    top = (min(ys) + max(ys) - height) / 2
    letters = max(LETTERS, width * LARGEST_SHARE)
    return _Frame(left, top, width, height, letters, letters * 1.05)


def _add_network(drawn: ET.Element, takeaway: Takeaway, frame: _Frame) -> None:
    looks = Looks(takeaway)
    _add_ties(drawn, takeaway, looks)
    marks = {point.id: looks.point(point) for point in takeaway.marks}
    for point in takeaway.marks:
        mark = _add_mark(drawn, marks[point.id], point.x, point.y)
        ET.SubElement(mark, "title").text = _titled(point, takeaway)
        _add_second(drawn, point, marks[point.id].size)
    sizes = {key: look.size for key, look in marks.items()}
    halo = {"paint-order": "stroke", "stroke": PAPER, "stroke-width": _short(frame.letters / 5)}
    names = ET.SubElement(drawn, "g", {**halo, "text-anchor": "middle"})
    sides = frame.left + 4, frame.left + frame.width - 4
    said = [_over(shelf, frame) for shelf in takeaway.shelves]
    for label in placed(takeaway.marks, sizes, frame.letters, sides, said):
        _add_text(names, label.text, label.x, label.y + frame.letters * 0.35, frame.letters)
    for shelf in takeaway.shelves:
        _add_text(drawn, shelf.words, *shelf.place, frame.letters)


def _over(shelf: Shelf, frame: _Frame) -> Box:
    """Return the room that the words above a shelf take."""
    x, y = shelf.place
    return x, y - frame.letters, x + width_of(shelf.words, frame.letters), y + frame.letters * 0.3


def _titled(point: TakenPoint, takeaway: Takeaway) -> str:
    """Return what a mark says; of an empty chair also for which helix it is."""
    if point.kind != CHAIR:
        return point.name
    words = dict(takeaway.heading.helixes)
    return ": ".join((point.name, words.get(point.helix, "")))


def _add_ties(drawn: ET.Element, takeaway: Takeaway, looks: Looks) -> None:
    """Draw the ties of one look as one line with gaps, which is small and quickly drawn."""
    spots = {point.id: f"{point.x} {point.y}" for point in takeaway.drawn}
    paths: defaultdict[tuple[int, bool], list[str]] = defaultdict(list)
    for tie in takeaway.lines:
        look = looks.tie(tie)
        paths[look.width, look.dashed].append(f"M{spots[tie.one]}L{spots[tie.other]}")
    for (width, dashed), path in sorted(paths.items()):
        manner = {"stroke-dasharray": "6 5"} if dashed else {}
        stroke = {"fill": "none", "stroke": LINE, "stroke-width": str(width), **manner}
        ET.SubElement(drawn, "path", {**stroke, "d": "".join(path)})


def _add_mark(drawn: ET.Element, look: PointLook, x: float, y: float) -> ET.Element:
    ink = {"fill": look.colour, "stroke": OUTLINE, "stroke-width": _short(look.outline)}
    if look.empty:
        ink |= {
            "fill": PAPER,
            "stroke": look.colour,
            "stroke-width": "2",
            "stroke-dasharray": "3 3",
        }
    if look.shape not in CORNERS:
        spot = {"cx": _short(x), "cy": _short(y), "r": str(look.size)}
        return ET.SubElement(drawn, "circle", {**spot, **ink})
    corners = (
        f"{_short(x + across * look.size)},{_short(y + down * look.size)}"
        for across, down in CORNERS[look.shape]
    )
    return ET.SubElement(drawn, "polygon", {"points": " ".join(corners), **ink})


def _add_second(drawn: ET.Element, point: TakenPoint, size: int) -> None:
    """Draw a second helix as a small mark at the foot of the first."""
    if point.second is not None:
        shape, colour = SHAPES[point.second]
        look = PointLook(shape, colour, round(size * SECOND), 1)
        _add_mark(drawn, look, point.x + size, point.y + size)


def _add_heading(drawn: ET.Element, takeaway: Takeaway, frame: _Frame) -> float:
    """Write the heading above the picture, and return where it begins."""
    heading, size = takeaway.heading, frame.text
    title = f"{heading.project} · {heading.title}"
    lines = [(line, size * 1.6) for line in _wrapped(title, size * 1.6, frame)]
    lines += [
        (line, size)
        for text in (heading.dated, " · ".join(heading.filters))
        for line in _wrapped(text, size, frame)
    ]
    top = frame.top - sum(tall * 1.5 for _line, tall in lines) - size * 2
    at = top + size
    for line, tall in lines:
        at += tall * 1.5
        _add_text(drawn, line, frame.left + SIDE, at - tall * 0.4, tall)
    return top


def _add_legend(drawn: ET.Element, takeaway: Takeaway, frame: _Frame) -> float:
    """Write below the picture what its marks mean, and return where it ends."""
    size, heading = frame.text, takeaway.heading
    at = frame.top + frame.height + size * 2
    across = frame.left + SIDE
    for helix, words in heading.helixes:
        shape, colour = SHAPES[helix] if helix else SESSION
        look = PointLook(shape, colour, round(size / LETTERS * MARK), 1)
        _add_mark(drawn, look, across + size * 0.6, at - size * 0.35)
        _add_text(drawn, words, across + size * 1.6, at, size)
        across += width_of(words, size) + size * 3.5
    for note in heading.notes:
        for line in _wrapped(note, size, frame):
            at += size * 1.5
            _add_text(drawn, line, frame.left + SIDE, at, size)
    return at + size * 1.5


def _wrapped(text: str, size: float, frame: _Frame) -> Iterator[str]:
    """Yield the lines of a text that is as wide as the picture."""
    room, line = frame.width - 2 * SIDE, ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and width_of(longer, size) > room:
            yield line
            longer = word
        line = longer
    yield from _one(line)


def _one(line: str) -> Iterable[str]:
    return (line,) if line else ()


def _add_text(drawn: ET.Element, text: str, x: float, y: float, size: float) -> None:
    spot = {"x": _short(x), "y": _short(y), "font-size": _short(size)}
    ET.SubElement(drawn, "text", spot).text = text


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
