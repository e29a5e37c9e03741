"""Taking the network away: which files there are, the files, and its lists for a spreadsheet."""

from flask import request
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core import ties as kinds_of_tie
from crm.core.errors import NotFound
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.networks.forms.asked import AppearanceForm, NetworkFilterForm
from crm.networks.policy import NetworkPermission
from crm.networks.queries import listing, network_views
from crm.networks.queries.network_views import Look
from crm.networks.views.addresses import Addresses
from crm.networks.views.exports import ExportFormat, media_type, written
from crm.networks.views.packing import described, takeaway
from crm.networks.views.pages import LONGEST, asked, pages
from crm.projects.models import Project
from crm.web.downloads import csv_file, download, excel_file
from crm.web.rendering import label, page

CONTENTS = {
    ExportFormat.SVG: _l(
        "The picture with its legend, date and filter, for a report or a drawing program; each "
        "point says its name."
    ),
    ExportFormat.PNG: _l("The same as dots, for a slide or a page that takes nothing else."),
    ExportFormat.PDF: _l("The same on one page of A4, which a screen reader can read too."),
    ExportFormat.HTML: _l(
        "The picture to walk through and the same as tables, in one file that opens in any browser "
        "without a connection."
    ),
    ExportFormat.GEXF: _l(
        "Points with place, colour and size, and ties with the days between which they were made: "
        "Gephi plays them as a film."
    ),
    ExportFormat.GRAPHML: _l(
        "Points and ties with everything we know of them, for networkx, igraph, R, yEd and most "
        "others."
    ),
    ExportFormat.JSON: _l("The same as nodes and edges, for your own program or for D3."),
    ExportFormat.CSV: _l(
        "A table of the points and one of the ties, for a spreadsheet or for an import elsewhere."
    ),
    ExportFormat.PAJEK: _l("Numbered points with their name and place, and weighted ties."),
}
Table = tuple[str, list[str], list[list[object]]]


@pages.get("/network/take-away", requires=NetworkPermission.EXPORT)
def take_away(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show in which files the network can be taken away, and what would be in them."""
    form = asked(actor, project)
    seen, looks = network_views.look(actor, project.id, form.chosen()), AppearanceForm(request.args)
    return page(
        "networks/take_away.html",
        seen=seen,
        filters=described(form, looks, seen),
        sees_names=actor.sees_private_persons,
        contents=CONTENTS,
        addresses=Addresses(project, {**form.query(), **looks.query()}),
    )


@pages.get("/network/take-away/<extension>", requires=NetworkPermission.EXPORT)
def export(actor: Actor, project: Project, extension: str) -> ResponseReturnValue:
    """Download the network that is asked for as a file."""
    if extension not in set(ExportFormat):
        raise NotFound
    form = ExportFormat(extension)
    access.note(access.Access("network.export", NetworkPermission.EXPORT))
    taken = takeaway(actor, project, request.args)
    name = "-".join((project.slug, _("network")))
    return download(written(form, taken), f"{name}.{form}", media_type(form))


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
            tie.one_name,
            tie.other_name,
            tie.weight,
            ", ".join(str(kinds_of_tie.label_of(kind)) for kind in tie.kinds),
            _("yes") if tie.drawn else _("no"),
        ]
        for tie in listing.ties(_seen(actor, project), *_asked(), every=True)
    ]
    return "-".join((project.slug, _("ties"))), headings, rows


def _points(actor: Actor, project: Project) -> Table:
    headings = [_("Name"), _("Helix"), _("Ties"), _("Tie weight"), _("In the picture")]
    rows: list[list[object]] = [
        [
            point.name,
            label(point.helix) if point.helix else _("Session"),
            point.ties,
            point.weight,
            label(point.lines),
        ]
        for point in listing.points(_seen(actor, project), *_asked())
    ]
    return "-".join((project.slug, _("network"))), headings, rows


def _seen(actor: Actor, project: Project) -> Look:
    # Noted here, where it is read: each of the four files is this list.
    access.note(access.Access("network.export", NetworkPermission.EXPORT))
    seen = network_views.look(actor, project.id, NetworkFilterForm(request.args).chosen())
    return network_views.with_every_name(actor, seen)


def _asked() -> tuple[str, str]:
    """Return the order of the list, and the part of a name to which it is narrowed."""
    return request.args.get("sort", ""), request.args.get("find", "").strip()[:LONGEST]
