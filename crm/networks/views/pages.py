"""The network of a project: its picture, the same as tables, and what made each tie."""

from typing import Any

from flask import Response, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from crm.core import clock, permissions
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.core.ties import organisation_key, person_key
from crm.networks.forms.asked import AppearanceForm, NetworkFilterForm
from crm.networks.policy import NetworkPermission
from crm.networks.queries import figures, listing, materials, network_views, pictures
from crm.networks.rules import words
from crm.networks.rules.catalogue import catalogue_of
from crm.networks.rules.graph import Lines
from crm.networks.rules.picture import AT_HAND, is_carried, month_number
from crm.networks.rules.selection import NetworkView
from crm.networks.services import results
from crm.networks.views.addresses import Addresses
from crm.networks.views.packing import filters
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.web import gate
from crm.web.pages import Pages
from crm.web.rendering import page
from crm.web.streaming import streamed

pages = Pages("networks")

TOLD = 5  # ties beside the picture
TIES, POINTS, MATRIX = "ties", "points", "helixes"
LONGEST = 100


@pages.get("/network", requires=NetworkPermission.READ)
def network(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show the network: picture, figures, two sentences, and the same as a table."""
    form = asked(actor, project)
    seen = network_views.look(actor, project.id, form.chosen())
    if seen.selection.where is None:
        form.refuse_segment()
    looks = AppearanceForm(request.args)
    return streamed(
        "networks/network.html",
        form=form,
        addresses=_addresses(project, form, looks, seen),
        **_pictured(actor, project, form, looks, seen),
        **_listed(seen),
    )


@pages.get("/network/picture.json", requires=NetworkPermission.READ)
def picture(actor: Actor, project: Project) -> ResponseReturnValue:
    """Answer the data of the picture, unless the browser has just these."""
    chosen = NetworkFilterForm(request.args).chosen(), AppearanceForm(request.args).chosen()
    mark = pictures.mark(actor, project.id, *chosen)
    if request.if_none_match.contains_weak(mark):
        return _kept(Response(status=304), mark)
    data = pictures.picture(actor, project.id, *chosen)
    return _kept(make_response(data, {"Content-Type": "application/json"}), mark)


@pages.get("/network/people/<int:person_id>", requires=NetworkPermission.READ)
def person(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Show the ties of a person, and what made the one that is asked for."""
    return _stakeholder(actor, project, person_key(person_id))


@pages.get("/network/organisations/<int:organisation_id>", requires=NetworkPermission.READ)
def organisation(actor: Actor, project: Project, organisation_id: int) -> ResponseReturnValue:
    """Show the ties of an organisation, and what made the one that is asked for."""
    return _stakeholder(actor, project, organisation_key(organisation_id))


def _stakeholder(actor: Actor, project: Project, key: str) -> ResponseReturnValue:
    form = NetworkFilterForm(request.args)
    seen = network_views.look(actor, project.id, form.chosen())
    about = _about(actor, project, seen, key, request.args.get("with", ""))
    addresses = _addresses(project, form, AppearanceForm(request.args), seen)
    if request.args.get("part") == "panel":
        return page("networks/_panel.html", what=about, addresses=addresses)
    return page(
        "networks/stakeholder.html",
        **about,
        found=listing.page_of(listing.ties_of(actor, seen, key, _sort()), _number()),
        may_declare=gate.may(NetworkPermission.DECLARE),
        sort=_sort() or listing.TIE_SORT,
        addresses=addresses,
    )


def _about(
    actor: Actor, project: Project, seen: network_views.Look, key: str, other: str
) -> dict[str, Any]:
    """Return who `key` is, its figures, and its heaviest ties or what ties it to `other`."""
    point = listing.point(actor, seen, key)
    measured = figures.measured(actor, project.id, NetworkFilterForm(request.args).chosen())
    return {
        "point": point,
        "tie": listing.evidence(actor, seen, key, other) if other else None,
        "ties": [] if other else listing.ties_of(actor, seen, key, listing.TIE_SORT)[:TOLD],
        "standing": figures.standing_of(actor, measured, key),
        "breaking": figures.breaking(actor, measured, key),
        "catalogue": catalogue_of(two_modes=measured.subject.has_two_modes),
    }


def _pictured(
    actor: Actor,
    project: Project,
    form: NetworkFilterForm,
    looks: AppearanceForm,
    seen: network_views.Look,
) -> dict[str, Any]:
    """Return what is in the picture and in words, how it looks, and what is chosen in it."""
    is_drawn, appearance = bool(seen.measures.ties or (form.used and seen.shown)), looks.chosen()
    asked, size = (actor, project.id, form.chosen()), appearance.size
    carried = ""
    # The page carries the data along; many ties are fetched beside it, while the rest is read.
    if is_drawn and is_carried(seen.drawn.ties):
        data = pictures.picture(*asked, appearance).decode().replace("<", "\\u003c")
        carried = Markup(data)  # noqa: S704 - inside a script, only "<" could end it
    may_arrange = permissions.allows(actor, NetworkPermission.ARRANGE)
    return {
        "seen": seen,
        "sentences": words.sentences(seen.measures, seen.selection.view, seen.drawn),
        "asked": filters(form, seen),
        "appearance": looks,
        "helixes": list(Helix),
        # How many points have lines, only lighter ties, or no tie.
        "counts": {
            Lines.SHOWN: seen.drawn.nodes,
            Lines.LIGHTER: seen.lighter,
            Lines.WITHOUT: seen.measures.isolates,
        },
        "is_drawn": is_drawn,
        "carried": carried,
        "months": _months(actor, project, form),
        "is_held_back": appearance.is_held_back(len(seen.shown)),
        "opened": _opened(actor, project, seen),
        "is_sized": size in AT_HAND or pictures.sizes(*asked, size) is not None,
        "missing": pictures.missing(pictures.seats(*asked)) if appearance.chairs else None,
        "today": clock.today(),
        "may_arrange": may_arrange,
        "can_put_back": may_arrange and network_views.can_put_back(seen.selection.view),
    }


def _months(actor: Actor, project: Project, form: NetworkFilterForm) -> tuple[int, int, int] | None:
    """Return the first and last month that can be chosen, and the one that is, as numbers."""
    chosen = form.chosen()
    if chosen.month is None:
        return None
    days = network_views.months(actor, project.id, chosen) or (chosen.month, chosen.month)
    first, last, month = map(month_number, (*days, chosen.month))
    return min(first, month), max(last, month), month


def _opened(actor: Actor, project: Project, seen: network_views.Look) -> dict[str, Any] | None:
    """Return what the address says was chosen in the picture, if there is such a thing."""
    key, other = request.args.get("point", ""), request.args.get("with", "")
    if key not in seen.shown:
        return None
    other = other if seen.whole.has_edge(key, other) else ""
    return _about(actor, project, seen, key, other)


def _listed(seen: network_views.Look) -> dict[str, Any]:
    """Return one of the three lists: the ties, the points, or the ties between helixes."""
    chosen, find = request.args.get("list", ""), request.args.get("find", "").strip()[:LONGEST]
    if chosen == MATRIX and seen.selection.view is not NetworkView.SESSIONS:
        return {"list": MATRIX, "matrix": listing.between_helixes(seen)}
    # To whom the list of points is narrowed: with lines, lighter ties only, or none.
    narrowed = request.args.get("lines", "")
    lines = Lines(narrowed) if narrowed in set(Lines) else None
    if chosen == POINTS or not seen.drawn.ties:
        rows: list[Any] = listing.points(seen, _sort(), find, lines)
        shown, usual = POINTS, listing.POINT_SORT
    else:
        rows = listing.ties(seen, _sort(), find)
        shown, usual = TIES, listing.TIE_SORT
    found = listing.page_of(rows, _number(), listing.UNDER_PICTURE)
    return {"found": found, "list": shown, "sort": _sort() or usual, "find": find, "lines": lines}


def _sort() -> str:
    return request.args.get("sort", "")


def _number() -> int:
    return request.args.get("page", 1, type=int)


def _kept(response: Response, mark: str) -> Response:
    """Mark an answer, for who asks whether it still holds; no browser keeps it on its disk."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.set_etag(mark, weak=True)
    return response


def _addresses(
    project: Project, form: NetworkFilterForm, looks: AppearanceForm, seen: network_views.Look
) -> Addresses:
    return Addresses(project, form.query() | looks.query(), seen.hidden)


def asked(actor: Actor, project: Project) -> NetworkFilterForm:
    """Return what the address asks, as a form that offers what there is in `project`."""
    form = NetworkFilterForm(request.args)
    form.offer(materials.offers(actor, project))
    return form


@pages.post("/network/lay-out-anew", requires=NetworkPermission.ARRANGE)
def lay_out_anew(actor: Actor, project: Project) -> ResponseReturnValue:
    """Lay the whole view out anew, for everybody."""
    form = NetworkFilterForm(request.args)
    view = form.chosen().view
    stood = network_views.placed_in(project.id, view)
    found = network_views.anew(project.id, network_views.whole_of_view(project.id, view))
    results.lay_out_anew(actor, project, view=view, stood=stood, found=found)
    flash(_("The picture is laid out anew, for everybody. You can put it back."), "success")
    return redirect(Addresses(project, form.query()).network(), 303)


@pages.post("/network/put-back", requires=NetworkPermission.ARRANGE)
def put_back(actor: Actor, project: Project) -> ResponseReturnValue:
    """Put the points back to where they stood before they were laid out anew."""
    form = NetworkFilterForm(request.args)
    results.put_back(actor, project, view=form.chosen().view)
    flash(_("Everybody stands where they stood before."), "success")
    return redirect(Addresses(project, form.query()).network(), 303)
