"""The picture on paper: as SVG with heading, filter and legend around it, as PDF and as PNG."""

import struct
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from xml.etree import ElementTree as ET

from crm.core.libraries import typst
from crm.networks.rules.picture import LINE, OUTLINE, SESSION, SHAPES
from crm.networks.views.exports.takeaway import Looks, PointLook, Takeaway, TakenPoint

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
LONGEST = 32  # signs of a name in a picture
NARROW, WIDE = 0.56, 1.0  # width of a sign, as a share of the size of the letters
WIDE_FROM = "\u2e80"
AIR = 3.0
Box = tuple[float, float, float, float]  # left, top, right, bottom
# For typst, which sets the SVG. What was typed comes in as values, so that none of it is markup.
SHEET = b"""
#set document(title: sys.inputs.title, author: "Kring")
#set page(
  width: float(sys.inputs.width) * 1mm, height: float(sys.inputs.height) * 1mm,
  margin: float(sys.inputs.margin) * 1mm,
)
#set text(lang: sys.inputs.language)
#image(
  bytes(sys.inputs.picture), format: "svg", width: 100%, height: 100%, fit: "contain",
  alt: sys.inputs.summary,
)
"""
LONG, SHORT = 297.0, 210.0  # of A4, in millimetres
MARGIN = 10.0
SIGNATURE_AND_HEADER = 33  # bytes with which each PNG begins
DOTS = 180.0  # an inch


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
    left, upper, width, height = map(_short, (frame.left, top, frame.width, bottom - top))
    root.set("viewBox", f"{left} {upper} {width} {height}")
    root.set("width", width)
    root.set("height", height)
    for name, value in {"x": left, "y": upper, "width": width, "height": height}.items():
        paper.set(name, value)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Drawing(written, frame.width, bottom - top)


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
    helixes = dict(takeaway.heading.helixes)
    for point in takeaway.marks:
        look = marks[point.id]
        mark = _add_mark(drawn, look, point.x, point.y)
        # An empty chair says also for which helix it is.
        title = ": ".join((point.name, helixes.get(point.helix, ""))) if look.empty else point.name
        ET.SubElement(mark, "title").text = title
        if point.second is not None:
            # A second helix is a small mark at the foot of the first.
            shape, colour = SHAPES[point.second]
            small = PointLook(shape, colour, round(look.size * SECOND), 1)
            _add_mark(drawn, small, point.x + look.size, point.y + look.size)
    sizes = {key: look.size for key, look in marks.items()}
    halo = {"paint-order": "stroke", "stroke": PAPER, "stroke-width": _short(frame.letters / 5)}
    names = ET.SubElement(drawn, "g", {**halo, "text-anchor": "middle"})
    sides = frame.left + 4, frame.left + frame.width - 4
    # The room that the words above the shelves take: no name goes over them.
    said = [
        (
            shelf.place[0],
            shelf.place[1] - frame.letters,
            shelf.place[0] + width_of(shelf.words, frame.letters),
            shelf.place[1] + frame.letters * 0.3,
        )
        for shelf in takeaway.shelves
    ]
    for label in placed(takeaway.marks, sizes, frame.letters, sides, said):
        _add_text(names, label.text, label.x, label.y + frame.letters * 0.35, frame.letters)
    for shelf in takeaway.shelves:
        _add_text(drawn, shelf.words, *shelf.place, frame.letters)


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
    if line:
        yield line


def _add_text(drawn: ET.Element, text: str, x: float, y: float, size: float) -> None:
    spot = {"x": _short(x), "y": _short(y), "font-size": _short(size)}
    ET.SubElement(drawn, "text", spot).text = text


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Label:
    """A name with the middle of its line."""

    text: str
    x: float
    y: float


def width_of(text: str, size: float) -> float:
    """Return about how wide a text is in letters of a size."""
    return size * sum(WIDE if sign >= WIDE_FROM else NARROW for sign in text)


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
        half = sizes[point.id]
        taken.add((point.x - half, point.y - half, point.x + half, point.y + half))
    found = []
    # Whoever has most ties is looked for first, so their names are the ones that must be there.
    for point in sorted(points, key=lambda point: (-point.ties, point.id)):
        # The whole name stands in the title of the point.
        name = point.name
        text = name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"
        wide, away = width_of(text, size) / 2, sizes[point.id] + AIR
        down, across = away + size * 0.6, away + wide
        # Below, above, to the right and to the left.
        for right, below in ((0.0, down), (0.0, -down), (across, 0.0), (-across, 0.0)):
            label = Label(text, point.x + right, point.y + below)
            box = label.x - wide, label.y - size * 0.6, label.x + wide, label.y + size * 0.6
            if sides[0] <= box[0] and box[2] <= sides[1] and taken.is_free(box):
                taken.add(box)
                found.append(label)
                break
    return found


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


def pdf(takeaway: Takeaway) -> bytes:
    """
    Return the picture on one page of A4, tagged for who reads by ear (PDF/UA-1).

    Where a name holds a sign that no font of this machine has, the standard cannot be kept: the
    page is tagged all the same, and does not say that it keeps it.
    """
    picture = drawing(takeaway)
    size = (LONG, SHORT) if picture.width >= picture.height else (SHORT, LONG)
    values = _values(takeaway, picture, size, MARGIN)
    # Noon of the day of the file, so that the same network gives the same bytes.
    made = datetime.combine(takeaway.heading.day, time(12), UTC)
    try:
        return _set(values, format="pdf", pdf_standards=["ua-1"], timestamp=made)
    except typst.TypstError:
        return _set(values, format="pdf", timestamp=made)


def png(takeaway: Takeaway) -> bytes:
    """Return the picture as dots, about 2,100 on its long side; its heading stands in the file."""
    picture = drawing(takeaway)
    scale = LONG / max(picture.width, picture.height)
    values = _values(takeaway, picture, (picture.width * scale, picture.height * scale), 0)
    dots = _set(values, format="png", ppi=DOTS)
    heading = takeaway.heading
    said = {
        "Title": f"{heading.project} · {heading.title}",
        "Description": " · ".join((heading.dated, *heading.filters)),
        "Software": "Kring",
    }
    words = b"".join(_chunk(name, text) for name, text in said.items())
    return dots[:SIGNATURE_AND_HEADER] + words + dots[SIGNATURE_AND_HEADER:]


def _set(values: dict[str, str], **how: Any) -> bytes:
    return bytes(typst.compile(SHEET, sys_inputs=values, **how))


def _values(
    takeaway: Takeaway, picture: Drawing, size: tuple[float, float], margin: float
) -> dict[str, str]:
    heading = takeaway.heading
    return {
        "title": f"{heading.project} · {heading.title}",
        "summary": " ".join((heading.dated, *heading.filters, heading.summary)),
        "language": heading.language,
        "picture": picture.svg.decode(),
        "width": f"{size[0]:.2f}",
        "height": f"{size[1]:.2f}",
        "margin": f"{margin:.2f}",
    }


def _chunk(name: str, text: str) -> bytes:
    """Return a chunk with international text (PNG, third edition, 11.3.3.4), not compressed."""
    held = b"iTXt" + name.encode("ascii") + bytes(5) + text.encode()
    return struct.pack(">I", len(held) - 4) + held + struct.pack(">I", zlib.crc32(held))
