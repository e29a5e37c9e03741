"""The figures of the network: of the whole, across helixes, and of every point; also as a file."""

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.networks import queries
from crm.networks.forms import NetworkFilterForm
from crm.networks.measures import PointMeasure
from crm.networks.measures.catalogue import POINTS, catalogue_of
from crm.networks.measures.interpretation import against_chance, has_clear_groups
from crm.networks.policy import NetworkPermission
from crm.networks.queries import Measured
from crm.networks.services.figures import ask_for_figures
from crm.networks.views.addresses import Addresses
from crm.networks.views.asking import asked
from crm.networks.views.packing import asked_for
from crm.networks.views.pages import pages
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.web.downloads import csv_file
from crm.web.rendering import label, page

READ = NetworkPermission.READ
LARGEST_COMMUNITIES = 12


@pages.get("/network/figures", requires=READ)
def figures(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show all figures with their meanings, and the points with theirs as a table."""
    form, measured = asked(actor, project), measured_by(actor, project)
    found = queries.communities(actor, measured)
    number = request.args.get("page", 1, type=int)
    return page(
        "networks/figures.html",
        filters=asked_for(form, measured.seen),
        communities=found.communities[:LARGEST_COMMUNITIES] if found else (),
        found=queries.standings(actor, measured, _sort(), number),
        sort=_sort() or queries.STANDING_SORT,
        **_words(measured),
        **progress_of(measured, project, form),
    )


@pages.get("/network/figures/progress", requires=READ)
def figures_progress(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show only how far the figures are, for a page that stays open."""
    form, measured = NetworkFilterForm(request.args), measured_by(actor, project)
    then = request.args.get("then", "")
    return page("networks/_figures_progress.html", **progress_of(measured, project, form, then))


@pages.post("/network/figures", requires=READ)
def work_out_figures(actor: Actor, project: Project) -> ResponseReturnValue:
    """Let the figures of a large network be worked out."""
    form, measured = NetworkFilterForm(request.args), measured_by(actor, project)
    ask_for_figures(actor, project, subject=measured.subject)
    flash(_("The figures are being worked out. You can leave this page."), "success")
    then = request.args.get("then", "")
    return redirect(progress_of(measured, project, form, then)["here"], 303)


@pages.get("/network/figures.csv", requires=NetworkPermission.EXPORT)
def figures_csv(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download the figures of every point."""
    access.note(access.Access("network.figures", NetworkPermission.EXPORT))
    rows = queries.all_standings(actor, measured_by(actor, project), _sort())
    headings = [_("Name"), _("Helix"), *(POINTS[one].label for one in PointMeasure)]
    return csv_file(
        "-".join((project.slug, _("figures"))),
        headings,
        ([row.name, label(row.helix), *(row.figures[one] for one in PointMeasure)] for row in rows),
    )


def strength() -> dict[str, Any]:
    """Return the part of an address that asks for ways by strength, where this one does."""
    return {"by": "strength"} if request.args.get("by") == "strength" else {}


def progress_of(
    measured: Measured, project: Project, form: NetworkFilterForm, then: str = ""
) -> dict[str, Any]:
    """
    Return what the progress of figures needs.

    :param then: communities, where it stands on their page; else on that of the figures
    """
    addresses = Addresses(project, form.query())
    to_communities = then == "communities"
    return {
        "measured": measured,
        "addresses": addresses,
        "strength": strength(),
        "onward": strength() | ({"then": then} if to_communities else {}),
        "here": addresses.communities() if to_communities else addresses.figures(**strength()),
    }


def _words(measured: Measured) -> dict[str, Any]:
    """Return what explains figures, and who may take them along."""
    return {
        "catalogue": catalogue_of(two_modes=measured.subject.has_two_modes),
        "helixes": list(Helix),
        "reading": against_chance(measured.figures) if measured.figures else "",
        "are_clear": bool(measured.figures and has_clear_groups(measured.figures)),
        "export": NetworkPermission.EXPORT,
    }


def measured_by(actor: Actor, project: Project) -> Measured:
    """Return the network that the address asks for, with its figures where they are there."""
    selection = NetworkFilterForm(request.args).chosen()
    return queries.measured(actor, project.id, selection, by_strength=bool(strength()))


def _sort() -> str:
    return request.args.get("sort", "")
