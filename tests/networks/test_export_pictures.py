"""The network as a picture on paper: SVG, PNG and PDF."""

import re
import struct
import zlib
from dataclasses import replace
from datetime import date

import pytest
from lxml import etree

from crm.networks.views.exports import ExportFormat, written
from crm.networks.views.exports.drawing import Label, placed, width_of
from crm.networks.views.exports.takeaway import Heading, Takeaway, TakenPoint, TakenTie, writable
from crm.stakeholders.models import Helix
from tests.web.hostile import TEXTS

pytestmark = pytest.mark.engine("sqlite")
SVG = "{http://www.w3.org/2000/svg}"
HEADING = Heading(
    "Proef & co",
    "Netwerk: <b>mensen</b>",
    date(2021, 4, 1),
    "1 april 2021",
    "nl",
    ("Vanaf: 2021-01-01",),
    "Er is 1 verbinding.",
    ((Helix.GOVERNMENT, "Overheid"), (Helix.RESEARCH, "Onderzoek")),
    ("Een dikkere lijn weegt zwaarder.",),
)
ALLOWED = {"svg", "title", "desc", "rect", "g", "path", "circle", "polygon", "text"}


def point(number: int, name: str, x: int = 0, y: int = 0, *, ties: int = 1) -> TakenPoint:
    helix = list(Helix)[number % 2]
    return TakenPoint(f"p{number}", name, "person", helix, None, ties, 1.0, float(ties), x, y)


def tie(one: int, other: int, weight: float = 1.0, kind: str = "attendance") -> TakenTie:
    return TakenTie(f"p{one}", f"p{other}", weight, (kind,), None, None)


PAIR = Takeaway(HEADING, (point(0, "Ans Proef"), point(1, "Bo Proef", 300, 200)), (tie(0, 1),))
GRID = tuple(
    point(number, f"Naam {number}", 30 * (number % 20), 30 * (number // 20))
    for number in range(400)
)
DEGENERATE = {
    "nothing": Takeaway(HEADING, (), ()),
    "one": Takeaway(HEADING, (point(0, "Alleen"),), ()),
    "on one spot": Takeaway(HEADING, (point(0, "Ans"), point(1, "Bo")), (tie(0, 1),)),
    "star": Takeaway(HEADING, GRID, tuple(tie(0, number) for number in range(1, 400))),
    "no heading": replace(PAIR, heading=Heading("", "", date(2021, 4, 1), "")),
}


def drawn(takeaway: Takeaway) -> etree._Element:
    return etree.fromstring(written(ExportFormat.SVG, takeaway))


def texts(takeaway: Takeaway) -> list[str]:
    return [one.text or "" for one in drawn(takeaway).iter(f"{SVG}text")]


def test_the_picture_has_each_point_and_tie_and_what_belongs_around_it() -> None:
    root = drawn(PAIR)

    marks = [one for one in root.iter(f"{SVG}polygon") if len(one)]
    assert [one[0].text for one in marks] == ["Ans Proef", "Bo Proef"]
    assert [one.get("d") for one in root.iter(f"{SVG}path")] == ["M0 0L300 200"]
    said = texts(PAIR)
    assert said[:3] == ["Proef & co · Netwerk: <b>mensen</b>", "1 april 2021", "Vanaf: 2021-01-01"]
    assert said[-3:] == ["Overheid", "Onderzoek", "Een dikkere lijn weegt zwaarder."]
    assert root.findtext(f"{SVG}desc") == "Vanaf: 2021-01-01 Er is 1 verbinding."


def test_heavier_ties_are_thicker_and_roles_are_dashed() -> None:
    points = tuple(point(number, str(number), 100 * number) for number in range(4))
    ties = tie(0, 1), tie(1, 2, 5), tie(2, 3, kind="affiliation")

    lines = list(drawn(Takeaway(HEADING, points, ties)).iter(f"{SVG}path"))

    assert [(one.get("stroke-width"), one.get("stroke-dasharray")) for one in lines] == [
        ("1", None),
        ("1", "6 5"),
        ("6", None),
    ]


def test_a_second_helix_is_a_small_mark_and_a_session_has_its_own() -> None:
    both = replace(point(0, "Ans"), second=Helix.BUSINESS)
    session = replace(point(1, "Ontwerpdag", 300), helix=None, kind="session")
    heading = replace(HEADING, helixes=(*HEADING.helixes, (None, "Bijeenkomst")))

    root = drawn(Takeaway(heading, (both, session), ()))

    circle = next(root.iter(f"{SVG}circle"))
    marks = {one[0].text: one for one in root.iter(f"{SVG}polygon") if len(one)}
    size = float(circle.get("cx") or 0)
    assert 0 < float(circle.get("r") or 0) < size
    assert len((marks["Ontwerpdag"].get("points") or "").split()) == 6
    assert "Bijeenkomst" in [one.text for one in root.iter(f"{SVG}text")]


def test_an_empty_chair_is_an_outline_of_dashes_that_says_which_one_it_is() -> None:
    chair = replace(point(0, "Pittelo", 600, 200), id="e0", kind="chair")

    root = drawn(replace(PAIR, chairs=(chair,)))

    found = [one for one in root.iter(f"{SVG}polygon") if one.get("stroke-dasharray")]
    assert [one[0].text for one in found] == ["Pittelo: Overheid"]
    assert found[0].get("fill") == "#FFFFFF"
    assert "Pittelo" in [one.text for one in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", TEXTS)
def test_any_name_stays_text_in_the_picture(name: str) -> None:
    takeaway = Takeaway(HEADING, (point(0, writable(name)),), ())

    root = drawn(takeaway)

    assert {str(one.tag).removeprefix(SVG) for one in root.iter()} <= ALLOWED
    assert not any(str(word).startswith("on") for one in root.iter() for word in one.attrib)
    title = next(one for one in root.iter(f"{SVG}polygon") if len(one))[0].text or ""
    assert title.split() == writable(name).split()


@pytest.mark.parametrize("name", TEXTS)
def test_any_name_can_be_printed(name: str) -> None:
    takeaway = Takeaway(HEADING, (point(0, writable(name)),), ())

    assert written(ExportFormat.PDF, takeaway).startswith(b"%PDF-")


@pytest.mark.parametrize("case", DEGENERATE)
@pytest.mark.parametrize("form", [ExportFormat.SVG, ExportFormat.PNG, ExportFormat.PDF])
def test_odd_networks_can_be_drawn(case: str, form: ExportFormat) -> None:
    begins = {
        ExportFormat.SVG: b"<?xml",
        ExportFormat.PNG: b"\x89PNG\r\n\x1a\n",
        ExportFormat.PDF: b"%PDF-",
    }

    assert written(form, DEGENERATE[case]).startswith(begins[form])


def test_no_name_lies_over_another_or_past_the_side() -> None:
    labels = placed(GRID, {one.id: 10 for one in GRID}, 16.0, (-60.0, 660.0))

    boxes = [box_of(label) for label in labels]
    assert 20 < len(labels) < len(GRID)
    assert not any(overlap(one, other) for at, one in enumerate(boxes) for other in boxes[at + 1 :])
    assert all(left >= -60 and right <= 660 for left, _top, right, _bottom in boxes)


def box_of(label: Label) -> tuple[float, float, float, float]:
    half = width_of(label.text, 16.0) / 2
    return label.x - half, label.y - 9.6, label.x + half, label.y + 9.6


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def chunks(png: bytes) -> dict[str, bytes]:
    """Return what a PNG says in words, after checking that every chunk is whole."""
    at, found = 8, {}
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert png[at + 8 + length : at + 12 + length] == struct.pack(">I", zlib.crc32(kind + data))
        if kind == b"iTXt":
            name, _mark, text = data.partition(b"\x00")
            found[name.decode()] = text[4:]
        at += 12 + length
    return found


def test_a_png_says_what_it_is_and_names_nobody() -> None:
    png = written(ExportFormat.PNG, PAIR)

    assert chunks(png) == {
        "Title": "Proef & co · Netwerk: <b>mensen</b>".encode(),
        "Description": "1 april 2021 · Vanaf: 2021-01-01".encode(),
        "Software": b"Kring",
    }


def test_a_page_to_print_is_tagged_and_says_what_it_is() -> None:
    pdf = written(ExportFormat.PDF, PAIR)

    assert b"pdfuaid:part" in pdf
    assert b"/Lang (nl)" in pdf or b"/Lang(nl)" in pdf
    assert "Proef &amp; co · Netwerk: &lt;b&gt;mensen&lt;/b&gt;".encode() in pdf
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
