"""The formats in which a network can be taken away."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from crm.networks.exports import gexf, graphs, paper, standalone, svg, tables
from crm.networks.exports.takeaway import Takeaway


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


@dataclass(frozen=True, slots=True)
class _Writing:
    media_type: str
    write: Callable[[Takeaway], bytes]


_WRITINGS = {
    ExportFormat.SVG: _Writing("image/svg+xml", svg.svg),
    ExportFormat.PNG: _Writing("image/png", paper.png),
    ExportFormat.PDF: _Writing("application/pdf", paper.pdf),
    ExportFormat.HTML: _Writing("text/html; charset=utf-8", standalone.standalone),
    ExportFormat.GEXF: _Writing("application/gexf+xml", gexf.gexf),
    ExportFormat.GRAPHML: _Writing("application/graphml+xml", graphs.graphml),
    ExportFormat.JSON: _Writing("application/json", graphs.node_link),
    ExportFormat.CSV: _Writing("application/zip", tables.csv_pair),
    ExportFormat.PAJEK: _Writing("text/plain; charset=utf-8", graphs.pajek),
}


def media_type(form: ExportFormat) -> str:
    """Return what a browser is told about files of a format."""
    return _WRITINGS[form].media_type


def written(form: ExportFormat, takeaway: Takeaway) -> bytes:
    """Return a takeaway as a file of a format."""
    return _WRITINGS[form].write(takeaway)
