"""The picture on paper, as PDF and as PNG: the SVG, set by typst."""

import struct
import zlib
from datetime import UTC, datetime, time
from typing import Any

from crm.core.libraries import typst
from crm.networks.exports.svg import Drawing, drawing
from crm.networks.exports.takeaway import Takeaway

# What was typed comes in as values, so that none of it is markup.
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


def pdf(takeaway: Takeaway) -> bytes:
    """
    Return the picture on one page of A4, tagged for who reads by ear (PDF/UA-1).

    Where a name holds a sign that no font of this machine has, the standard cannot be kept: the
    page is tagged all the same, and does not say that it keeps it.
    """
    picture = drawing(takeaway)
    size = (LONG, SHORT) if picture.width >= picture.height else (SHORT, LONG)
    values = _values(takeaway, picture, size, MARGIN)
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
    words = b"".join(_chunk(name, text) for name, text in _said(takeaway).items())
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


def _said(takeaway: Takeaway) -> dict[str, str]:
    heading = takeaway.heading
    return {
        "Title": f"{heading.project} · {heading.title}",
        "Description": " · ".join((heading.dated, *heading.filters)),
        "Software": "Kring",
    }


def _chunk(name: str, text: str) -> bytes:
    """Return a chunk with international text (PNG, third edition, 11.3.3.4), not compressed."""
    held = b"iTXt" + name.encode("ascii") + bytes(5) + text.encode()
    return struct.pack(">I", len(held) - 4) + held + struct.pack(">I", zlib.crc32(held))
