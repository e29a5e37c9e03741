"""The communities of the network: each one mark in a picture, and the same as lists."""

from typing import Any

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from crm.core.errors import NotFound
from crm.core.permissions import Actor
from crm.networks import queries
from crm.networks.measures.catalogue import catalogue_of
from crm.networks.policy import NetworkPermission
from crm.networks.queries import Communities, Measured
from crm.networks.views.asking import asked
from crm.networks.views.figures import measured_by, progress_of
from crm.networks.views.packing import asked_for
from crm.networks.views.pages import pages
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.web.rendering import page

COMMUNITIES, TIES = "communities", "ties"
LONGEST = 100


@pages.get("/network/communities", requires=NetworkPermission.READ)
def communities(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show of which communities the network is made, as a picture and as lists."""
    form, measured = asked(actor, project), measured_by(actor, project)
    found = queries.communities(actor, measured)
    return page(
        "networks/communities.html",
        communities=found,
        filters=asked_for(form, measured.seen),
        helixes=list(Helix),
        catalogue=catalogue_of(two_modes=measured.subject.has_two_modes),
        **(_listed(found) if found else {}),
        **(_opened(actor, measured, found) if found else {}),
        **progress_of(measured, project, form, then=COMMUNITIES),
    )


@pages.get("/network/communities.json", requires=NetworkPermission.READ)
def communities_picture(actor: Actor, project: Project) -> Response:
    """
    Answer the data of the picture of the communities.

    :raises NotFound: if they are not worked out yet
    """
    data = queries.communities_picture(actor, measured_by(actor, project))
    if data is None:
        raise NotFound
    response = make_response(data, {"Content-Type": "application/json"})
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def _listed(found: Communities) -> dict[str, Any]:
    """Return a page of the communities, or of the ties between them, as the address asks."""
    sort, find = request.args.get("sort", ""), request.args.get("find", "").strip()[:LONGEST]
    if request.args.get("list") == TIES:
        rows: list[Any]
        rows, sort = queries.community_ties_by(found, sort, find)
        shown = TIES
    else:
        rows, sort = queries.communities_by(found, sort, find)
        shown = COMMUNITIES
    number = request.args.get("page", 1, type=int)
    return {"list": shown, "sort": sort, "find": find, "found": queries.page_of(rows, number)}


def _opened(actor: Actor, measured: Measured, found: Communities) -> dict[str, Any]:
    """Return who is in the community that the address opens, a page of them."""
    number = request.args.get("of", 1, type=int)
    key = request.args.get("community", "")
    opened = queries.community_members(actor, measured, found, key, number)
    one, members = opened or (None, None)
    return {"opened": one, "members": members}
