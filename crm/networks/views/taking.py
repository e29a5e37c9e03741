"""Taking the network away: which files there are, and the files themselves."""

from flask import request
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.errors import NotFound
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.networks import queries
from crm.networks.exports import ExportFormat, media_type, written
from crm.networks.forms import AppearanceForm
from crm.networks.policy import NetworkPermission
from crm.networks.views.addresses import Addresses
from crm.networks.views.asking import asked
from crm.networks.views.packing import described, takeaway
from crm.networks.views.pages import pages
from crm.projects.models import Project
from crm.web.downloads import download
from crm.web.rendering import page

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


@pages.get("/network/take-away", requires=NetworkPermission.EXPORT)
def take_away(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show in which files the network can be taken away, and what would be in them."""
    form = asked(actor, project)
    seen, looks = queries.look(actor, project.id, form.chosen()), AppearanceForm(request.args)
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
    form = _format(extension)
    access.note(access.Access("network.export", NetworkPermission.EXPORT))
    taken = takeaway(actor, project, request.args)
    name = "-".join((project.slug, _("network")))
    return download(written(form, taken), f"{name}.{form}", media_type(form))


def _format(extension: str) -> ExportFormat:
    if extension not in set(ExportFormat):
        raise NotFound
    return ExportFormat(extension)
