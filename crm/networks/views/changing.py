"""What changed in the network since a day: as a page, and as a file."""

from collections.abc import Iterator
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.core.ties import source
from crm.networks import queries
from crm.networks.changes import TieChange
from crm.networks.forms import NetworkFilterForm
from crm.networks.forms.changing import ChangesForm
from crm.networks.policy import NetworkPermission
from crm.networks.queries import SHOWN, Changed
from crm.networks.views.addresses import Addresses
from crm.networks.views.asking import asked
from crm.networks.views.packing import asked_for
from crm.networks.views.pages import pages
from crm.projects.models import Project
from crm.web.downloads import csv_file
from crm.web.rendering import label, page


@pages.get("/network/changes", requires=NetworkPermission.READ)
def changes(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show what changed since the day that is asked for."""
    form, chosen = asked(actor, project), ChangesForm(request.args)
    selection = form.chosen()
    return page(
        "networks/changes.html",
        form=chosen,
        shown=SHOWN,
        keep=form.query(),
        filters=asked_for(form, queries.look(actor, project.id, selection)),
        found=queries.changed(actor, project.id, selection, chosen.day) if chosen.day else None,
        addresses=Addresses(project, form.query()),
    )


@pages.get("/network/changes.csv", requires=NetworkPermission.EXPORT)
def changes_csv(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download everything that changed; without a day, lead to where one is chosen."""
    day = ChangesForm(request.args).day
    if day is None:
        query = NetworkFilterForm(request.args).query()
        return redirect(Addresses(project, query).changes(), 303)
    access.note(access.Access("network.changes", NetworkPermission.EXPORT))
    selection = NetworkFilterForm(request.args).chosen()
    found = queries.changed(actor, project.id, selection, day, None)
    what = [_("What changed"), _("Name"), _("And"), _("Kind"), _("Weight")]
    headings = [*what, _("From"), _("Until")]
    return csv_file("-".join((project.slug, _("changes"))), headings, _rows(found))


def _rows(found: Changed) -> Iterator[list[Any]]:
    called = found.names
    for words, many in (
        (_("New tie"), found.changes.new),
        (_("Lost tie"), found.changes.lost),
        (_("Silent tie"), found.changes.silent),
    ):
        yield from (_tie_row(words, tie, called) for tie in many)
    for bridge in found.changes.bridges:
        ends = called[bridge.key], called[bridge.other]
        yield [_("New bridge"), *ends, label(bridge.helix), "", bridge.first, ""]
    for key, first in found.changes.newcomers:
        yield [_("New here"), called[key], "", "", "", first, ""]


def _tie_row(words: str, tie: TieChange, called: dict[str, str]) -> list[Any]:
    kinds = ", ".join(str(source(kind).label) for kind in tie.kinds)
    return [words, called[tie.one], called[tie.other], kinds, tie.weight, tie.first, tie.last]
