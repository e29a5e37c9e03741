"""A network as files: for programs that calculate, for paper, and for a browser without Kring."""

from crm.networks.exports.formats import ExportFormat, media_type, written
from crm.networks.exports.takeaway import Heading, Placed, Takeaway, TakenPoint, TakenTie, pack

__all__ = [
    "ExportFormat",
    "Heading",
    "Placed",
    "Takeaway",
    "TakenPoint",
    "TakenTie",
    "media_type",
    "pack",
    "written",
]
