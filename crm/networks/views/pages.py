"""The network of a project: its picture, the same as tables, and what made each tie."""

from typing import Any

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from crm.core import clock, permissions
from crm.core.permissions import Actor
from crm.core.ties import organisation_key, person_key
from crm.networks import queries, words
from crm.networks.appearance import AT_HAND, Appearance, is_carried
from crm.networks.forms import AppearanceForm, NetworkFilterForm
from crm.networks.lines import Lines
from crm.networks.measures.catalogue import catalogue_of
from crm.networks.picture import month_number
from crm.networks.policy import NetworkPermission
from crm.networks.selection import NetworkView
from crm.networks.views.addresses import Addresses
from crm.networks.views.asking import asked
from crm.networks.views.packing import filters
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.web import gate
from crm.web.pages import Pages
from crm.web.rendering import page
from crm.web.streaming import streamed

pages = Pages("networks")

JSON = "application/json"
TOLD = 5  # ties beside the picture
TIES, POINTS, MATRIX = "ties", "points", "helixes"
LONGEST = 100


@pages.get("/network", requires=NetworkPermission.READ)
def network(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show the network: picture, figures, two sentences, and the same as a table."""
    form = asked(actor, project)
    seen = queries.look(actor, project.id, form.chosen())
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
    mark = queries.mark(actor, project.id, *chosen)
    if request.if_none_match.contains_weak(mark):
        return _kept(Response(status=304), mark)
    data = queries.picture(actor, project.id, *chosen)
    return _kept(make_response(data, {"Content-Type": JSON}), mark)


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
    seen = queries.look(actor, project.id, form.chosen())
    about = _about(actor, project, seen, key, request.args.get("with", ""))
    addresses = _addresses(project, form, AppearanceForm(request.args), seen)
    if request.args.get("part") == "panel":
        return page("networks/_panel.html", what=about, addresses=addresses)
    return page(
        "networks/stakeholder.html",
        **about,
        found=queries.page_of(queries.ties_of(actor, seen, key, _sort()), _number()),
        may_declare=gate.may(NetworkPermission.DECLARE),
        sort=_sort() or queries.TIE_SORT,
        addresses=addresses,
    )


def _about(
    actor: Actor, project: Project, seen: queries.Look, key: str, other: str
) -> dict[str, Any]:
    """Return who `key` is, its figures, and its heaviest ties or what ties it to `other`."""
    point = queries.point(actor, seen, key)
    measured = queries.measured(actor, project.id, NetworkFilterForm(request.args).chosen())
    return {
        "point": point,
        "tie": queries.evidence(actor, seen, key, other) if other else None,
        "ties": [] if other else queries.ties_of(actor, seen, key, queries.TIE_SORT)[:TOLD],
        "standing": queries.standing_of(actor, measured, key),
        "breaking": queries.breaking(actor, measured, key),
        "catalogue": catalogue_of(two_modes=measured.subject.has_two_modes),
    }


def _pictured(
    actor: Actor,
    project: Project,
    form: NetworkFilterForm,
    looks: AppearanceForm,
    seen: queries.Look,
) -> dict[str, Any]:
    """Return what is in the picture and in words, how it looks, and what is chosen in it."""
    is_drawn, appearance = bool(seen.measures.ties or (form.used and seen.shown)), looks.chosen()
    return {
        "seen": seen,
        "sentences": words.sentences(seen.measures, seen.selection.view, seen.drawn),
        "asked": filters(form, seen),
        "appearance": looks,
        "helixes": list(Helix),
        "counts": _counts(seen),
        "is_drawn": is_drawn,
        "carried": _carried(actor, project, form, appearance, seen) if is_drawn else "",
        "months": _months(actor, project, form),
        "is_held_back": appearance.is_held_back(len(seen.shown)),
        "opened": _opened(actor, project, seen),
        "is_sized": _is_sized(actor, project, form, appearance),
        "missing": _missing(actor, project, form, appearance),
        "today": clock.today(),
        **_arranging(actor, seen),
    }


def _months(actor: Actor, project: Project, form: NetworkFilterForm) -> tuple[int, int, int] | None:
    """Return the first and last month that can be chosen, and the one that is, as numbers."""
    chosen = form.chosen()
    if chosen.month is None:
        return None
    days = queries.months(actor, project.id, chosen) or (chosen.month, chosen.month)
    first, last, month = map(month_number, (*days, chosen.month))
    return min(first, month), max(last, month), month


def _counts(seen: queries.Look) -> dict[Lines, int]:
    """Return how many points have lines, only lighter ties, or no tie."""
    return {
        Lines.SHOWN: seen.drawn.nodes,
        Lines.LIGHTER: seen.lighter,
        Lines.WITHOUT: seen.measures.isolates,
    }


def _carried(
    actor: Actor,
    project: Project,
    form: NetworkFilterForm,
    appearance: Appearance,
    seen: queries.Look,
) -> str:
    """Return the data of the picture, for a page that carries it along; of many ties, nothing."""
    if not is_carried(seen.drawn.ties):
        return ""
    data = queries.picture(actor, project.id, form.chosen(), appearance).decode()
    return Markup(data.replace("<", "\\u003c"))  # noqa: S704 - inside a script, only this could end it


def _missing(
    actor: Actor, project: Project, form: NetworkFilterForm, appearance: Appearance
) -> dict[str, list[Helix]] | None:
    """Return who is missing where, if that is asked for."""
    if not appearance.chairs:
        return None
    return queries.missing(queries.seats(actor, project.id, form.chosen()))


def _is_sized(
    actor: Actor, project: Project, form: NetworkFilterForm, appearance: Appearance
) -> bool:
    """Whether what marks are to grow with is known."""
    asked = project.id, form.chosen(), appearance.size
    return appearance.size in AT_HAND or queries.sizes(actor, *asked) is not None


def _opened(actor: Actor, project: Project, seen: queries.Look) -> dict[str, Any] | None:
    """Return what the address says was chosen in the picture, if there is such a thing."""
    key, other = request.args.get("point", ""), request.args.get("with", "")
    if key not in seen.shown:
        return None
    other = other if seen.whole.has_edge(key, other) else ""
    return _about(actor, project, seen, key, other)


def _listed(seen: queries.Look) -> dict[str, Any]:
    """Return one of the three lists: the ties, the points, or the ties between helixes."""
    chosen, find = request.args.get("list", ""), request.args.get("find", "").strip()[:LONGEST]
    if chosen == MATRIX and seen.selection.view is not NetworkView.SESSIONS:
        return {"list": MATRIX, "matrix": queries.between_helixes(seen)}
    lines = _lines()
    if chosen == POINTS or not seen.drawn.ties:
        rows: list[Any] = queries.points(seen, _sort(), find, lines)
        shown, usual = POINTS, queries.POINT_SORT
    else:
        rows = queries.ties(seen, _sort(), find)
        shown, usual = TIES, queries.TIE_SORT
    found = queries.page_of(rows, _number(), queries.UNDER_PICTURE)
    return {"found": found, "list": shown, "sort": _sort() or usual, "find": find, "lines": lines}


def _lines() -> Lines | None:
    """Return to whom the list of points is narrowed: with lines, lighter ties only, or none."""
    asked = request.args.get("lines", "")
    return Lines(asked) if asked in set(Lines) else None


def _arranging(actor: Actor, seen: queries.Look) -> dict[str, bool]:
    """Return whether the places may be changed, and whether those before can be put back."""
    may = permissions.allows(actor, NetworkPermission.ARRANGE)
    return {"may_arrange": may, "can_put_back": may and queries.can_put_back(seen.selection.view)}


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
    project: Project, form: NetworkFilterForm, looks: AppearanceForm, seen: queries.Look
) -> Addresses:
    return Addresses(project, form.query() | looks.query(), seen.hidden)
