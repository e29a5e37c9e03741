"""What is asked of the network in the address of a page."""

from flask import request

from crm.core.permissions import Actor
from crm.networks import queries
from crm.networks.forms import NetworkFilterForm
from crm.projects.models import Project


def asked(actor: Actor, project: Project) -> NetworkFilterForm:
    """Return what the address asks, as a form that offers what there is in `project`."""
    form = NetworkFilterForm(request.args)
    form.offer(queries.offers(actor, project))
    return form
