"""Two tables for a spreadsheet or for Gephi, in one zip: points and ties."""

import io
import zipfile

from crm.networks.exports.takeaway import Takeaway
from crm.web.downloads import csv_text

# Gephi knows these headings, so they are the same in every language.
POINT_HEADINGS = (
    "Id",
    "Label",
    "Kind",
    "Helix",
    "Second helix",
    "Ties",
    "Weight",
    "X",
    "Y",
    "Lines",
)
TIE_HEADINGS = (
    "Source", "Target", "Source label", "Target label", "Type", "Weight", "Kinds", "First", "Last",
    "Drawn",
)  # fmt: skip


def csv_pair(takeaway: Takeaway) -> bytes:
    """Return a zip with `nodes.csv` and `ties.csv`, in which nothing becomes a formula."""
    points = [
        (
            point.id, point.name, point.kind, point.helix or "", point.second or "", point.ties,
            point.weight, *((point.x, point.y) if point.is_drawn else ("", "")), point.lines.value,
        )
        for point in takeaway.points
    ]  # fmt: skip
    names = {point.id: point.name for point in takeaway.points}
    ties = [
        (
            tie.one, tie.other, names[tie.one], names[tie.other], "Undirected", tie.weight,
            " ".join(tie.kinds), tie.first or "", tie.last or "", str(tie.is_drawn).lower(),
        )
        for tie in takeaway.ties
    ]  # fmt: skip
    files = {
        "nodes.csv": csv_text(POINT_HEADINGS, points),
        "ties.csv": csv_text(TIE_HEADINGS, ties),
    }
    return _zipped(files, takeaway)


def _zipped(files: dict[str, bytes], takeaway: Takeaway) -> bytes:
    out = io.BytesIO()
    day = takeaway.heading.day
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            stamped = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            stamped.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(stamped, content)
    return out.getvalue()
