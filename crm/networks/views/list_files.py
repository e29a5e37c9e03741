"""The lists of the network as files for a spreadsheet."""

from flask import request
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core import ties as kinds_of_tie
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.networks import queries
from crm.networks.forms import NetworkFilterForm
from crm.networks.policy import NetworkPermission
from crm.networks.queries import Look
from crm.networks.views.pages import LONGEST, pages
from crm.projects.models import Project
from crm.web.downloads import csv_file, excel_file
from crm.web.rendering import label

Table = tuple[str, list[str], list[list[object]]]
BETWEEN = ", "


@pages.get("/network/ties.csv", requires=NetworkPermission.EXPORT)
def ties_csv(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download the ties of the network as CSV."""
    return csv_file(*_ties(actor, project))


@pages.get("/network/ties.xlsx", requires=NetworkPermission.EXPORT)
def ties_excel(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download the ties of the network as a workbook."""
    return excel_file(*_ties(actor, project))


@pages.get("/network/points.csv", requires=NetworkPermission.EXPORT)
def points_csv(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download the people, organisations and sessions of the network as CSV."""
    return csv_file(*_points(actor, project))


@pages.get("/network/points.xlsx", requires=NetworkPermission.EXPORT)
def points_excel(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download the people, organisations and sessions of the network as a workbook."""
    return excel_file(*_points(actor, project))


def _ties(actor: Actor, project: Project) -> Table:
    headings = [_("Between"), _("And"), _("Tie weight"), _("Tied by"), _("Drawn as a line")]
    rows: list[list[object]] = [
        [
            tie.one_name, tie.other_name, tie.weight,
            BETWEEN.join(str(kinds_of_tie.source(kind).label) for kind in tie.kinds),
            _("yes") if tie.drawn else _("no"),
        ]
        for tie in queries.ties(_seen(actor, project), *_asked(), every=True)
    ]  # fmt: skip
    return "-".join((project.slug, _("ties"))), headings, rows


def _points(actor: Actor, project: Project) -> Table:
    headings = [_("Name"), _("Helix"), _("Ties"), _("Tie weight"), _("In the picture")]
    rows: list[list[object]] = [
        [
            point.name, label(point.helix) if point.helix else _("Session"), point.ties,
            point.weight, label(point.lines),
        ]
        for point in queries.points(_seen(actor, project), *_asked())
    ]  # fmt: skip
    return "-".join((project.slug, _("network"))), headings, rows


def _seen(actor: Actor, project: Project) -> Look:
    access.note(access.Access("network.export", NetworkPermission.EXPORT))
    seen = queries.look(actor, project.id, NetworkFilterForm(request.args).chosen())
    return queries.with_every_name(actor, seen)


def _asked() -> tuple[str, str]:
    """Return the order of the list, and the part of a name to which it is narrowed."""
    return request.args.get("sort", ""), request.args.get("find", "").strip()[:LONGEST]
