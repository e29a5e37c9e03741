"""Where the points of a view stand: laying them out anew, and putting them back."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.networks import queries, services
from crm.networks.forms import NetworkFilterForm
from crm.networks.policy import NetworkPermission
from crm.networks.views.addresses import Addresses
from crm.networks.views.pages import pages
from crm.projects.models import Project


@pages.post("/network/lay-out-anew", requires=NetworkPermission.ARRANGE)
def lay_out_anew(actor: Actor, project: Project) -> ResponseReturnValue:
    """Lay the whole view out anew, for everybody."""
    form = NetworkFilterForm(request.args)
    view = form.chosen().view
    stood = queries.placed_in(project.id, view)
    found = queries.anew(project.id, queries.whole_of_view(project.id, view))
    services.lay_out_anew(actor, project, view=view, stood=stood, found=found)
    flash(_("The picture is laid out anew, for everybody. You can put it back."), "success")
    return redirect(Addresses(project, form.query()).network(), 303)


@pages.post("/network/put-back", requires=NetworkPermission.ARRANGE)
def put_back(actor: Actor, project: Project) -> ResponseReturnValue:
    """Put the points back to where they stood before they were laid out anew."""
    form = NetworkFilterForm(request.args)
    services.put_back(actor, project, view=form.chosen().view)
    flash(_("Everybody stands where they stood before."), "success")
    return redirect(Addresses(project, form.query()).network(), 303)
