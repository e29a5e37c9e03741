"""A network as files: for programs that calculate, for paper, and for a browser without Kring."""

from collections.abc import Callable
from enum import StrEnum

from crm.networks.views.exports import drawing, graphs, standalone
from crm.networks.views.exports.takeaway import Takeaway


class ExportFormat(StrEnum):
    """A format, by the ending of its files."""

    SVG = "svg"
    PNG = "png"
    PDF = "pdf"
    HTML = "html"
    GEXF = "gexf"
    GRAPHML = "graphml"
    JSON = "json"
    CSV = "zip"
    PAJEK = "net"


# What a browser is told of each, and what writes it.
_WRITINGS: dict[ExportFormat, tuple[str, Callable[[Takeaway], bytes]]] = {
    ExportFormat.SVG: ("image/svg+xml", drawing.svg),
    ExportFormat.PNG: ("image/png", drawing.png),
    ExportFormat.PDF: ("application/pdf", drawing.pdf),
    ExportFormat.HTML: ("text/html; charset=utf-8", standalone.standalone),
    ExportFormat.GEXF: ("application/gexf+xml", graphs.gexf),
    ExportFormat.GRAPHML: ("application/graphml+xml", graphs.graphml),
    ExportFormat.JSON: ("application/json", graphs.node_link),
    ExportFormat.CSV: ("application/zip", graphs.csv_pair),
    ExportFormat.PAJEK: ("text/plain; charset=utf-8", graphs.pajek),
}


def media_type(form: ExportFormat) -> str:
    """Return what a browser is told about files of a format."""
    return _WRITINGS[form][0]


def written(form: ExportFormat, takeaway: Takeaway) -> bytes:
    """Return a takeaway as a file of a format."""
    return _WRITINGS[form][1](takeaway)
