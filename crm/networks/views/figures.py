"""The figures of the network, its communities, what changed since a day, and two compared."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue

from crm.core import access, permissions
from crm.core.db import project_scope
from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.core.ties import label_of
from crm.networks.forms.asked import ChangesForm, CompareForm, NetworkFilterForm
from crm.networks.policy import NetworkPermission
from crm.networks.queries import communities as community_queries
from crm.networks.queries import figures as figure_queries
from crm.networks.queries import listing, network_views
from crm.networks.queries.communities import Communities
from crm.networks.queries.figures import Comparison, Measured
from crm.networks.queries.listing import SHOWN, Changed
from crm.networks.rules.catalogue import POINTS, catalogue_of
from crm.networks.rules.figures import PointMeasure
from crm.networks.rules.selection import Selection
from crm.networks.rules.words import against_chance, has_clear_groups
from crm.networks.services.results import ask_for_figures
from crm.networks.views.addresses import Addresses
from crm.networks.views.packing import asked_for
from crm.networks.views.pages import asked, pages
from crm.projects import queries as projects
from crm.projects.models import Membership, Project
from crm.stakeholders.models import Helix
from crm.tasks.queries import headway
from crm.web.downloads import csv_file
from crm.web.rendering import label, page, write_date

READ = NetworkPermission.READ
LARGEST_COMMUNITIES = 12
COMMUNITIES, TIES = "communities", "ties"
LONGEST = 100


@pages.get("/network/figures", requires=READ)
def figures(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show all figures with their meanings, and the points with theirs as a table."""
    form, measured = asked(actor, project), measured_by(actor, project)
    found = community_queries.communities(actor, measured)
    number = request.args.get("page", 1, type=int)
    return page(
        "networks/figures.html",
        filters=asked_for(form, measured.seen),
        communities=found.communities[:LARGEST_COMMUNITIES] if found else (),
        found=figure_queries.standings(actor, measured, _sort(), number),
        sort=_sort() or figure_queries.STANDING_SORT,
        catalogue=catalogue_of(two_modes=measured.subject.has_two_modes),
        helixes=list(Helix),
        reading=against_chance(measured.figures) if measured.figures else "",
        are_clear=bool(measured.figures and has_clear_groups(measured.figures)),
        export=NetworkPermission.EXPORT,
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
    rows = figure_queries.all_standings(actor, measured_by(actor, project), _sort())
    headings = [_("Name"), _("Helix"), *(POINTS[measure].label for measure in PointMeasure)]
    return csv_file(
        "-".join((project.slug, _("figures"))),
        headings,
        (
            [row.name, label(row.helix), *(row.figures[measure] for measure in PointMeasure)]
            for row in rows
        ),
    )


def strength() -> dict[str, Any]:
    """Return the part of an address that asks for ways by strength, where this one does."""
    return {"by": "strength"} if request.args.get("by") == "strength" else {}


def progress_of(
    measured: Measured, project: Project, form: NetworkFilterForm, then: str = ""
) -> dict[str, Any]:
    """Return what the progress of figures needs; `then` communities, if it stands on their page."""
    addresses = Addresses(project, form.query())
    to_communities = then == "communities"
    return {
        "measured": measured,
        "headway": headway(measured.task),
        "addresses": addresses,
        "strength": strength(),
        "onward": strength() | ({"then": then} if to_communities else {}),
        "here": addresses.communities() if to_communities else addresses.figures(**strength()),
    }


def measured_by(actor: Actor, project: Project) -> Measured:
    """Return the network that the address asks for, with its figures where they are there."""
    selection = NetworkFilterForm(request.args).chosen()
    return figure_queries.measured(actor, project.id, selection, by_strength=bool(strength()))


def _sort() -> str:
    return request.args.get("sort", "")


@pages.get("/network/communities", requires=NetworkPermission.READ)
def communities(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show of which communities the network is made, as a picture and as lists."""
    form, measured = asked(actor, project), measured_by(actor, project)
    found = community_queries.communities(actor, measured)
    return page(
        "networks/communities.html",
        communities=found,
        filters=asked_for(form, measured.seen),
        helixes=list(Helix),
        catalogue=catalogue_of(two_modes=measured.subject.has_two_modes),
        **(_listed(actor, measured, found) if found else {}),
        **progress_of(measured, project, form, then=COMMUNITIES),
    )


@pages.get("/network/communities.json", requires=NetworkPermission.READ)
def communities_picture(actor: Actor, project: Project) -> Response:
    """Answer the data of the picture of the communities; raise `NotFound` until there are any."""
    data = community_queries.communities_picture(actor, measured_by(actor, project))
    if data is None:
        raise NotFound
    # Names are in it: no browser keeps it on its disk.
    response = make_response(data, {"Content-Type": "application/json"})
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Cookie, Accept-Language"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def _listed(actor: Actor, measured: Measured, found: Communities) -> dict[str, Any]:
    """Return a page of the communities or of their ties, and who is in the one that is opened."""
    sort, find = request.args.get("sort", ""), request.args.get("find", "").strip()[:LONGEST]
    if request.args.get("list") == TIES:
        rows: list[Any]
        rows, sort = community_queries.community_ties_by(found, sort, find)
        shown = TIES
    else:
        rows, sort = community_queries.communities_by(found, sort, find)
        shown = COMMUNITIES
    number, of = (request.args.get(name, 1, type=int) for name in ("page", "of"))
    key = request.args.get("community", "")
    opened, members = community_queries.community_members(actor, measured, found, key, of) or (
        None,
        None,
    )
    return {
        "list": shown,
        "sort": sort,
        "find": find,
        "found": listing.page_of(rows, number),
        "opened": opened,
        "members": members,
    }


@pages.get("/network/compare", requires=READ)
def compare(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show two networks beside each other, with their differences and what those mean."""
    form, others = asked(actor, project), _others(actor, project)
    chosen = CompareForm(request.args, others)
    there = next((found for found in others if found.project.slug == chosen.other.data), None)
    selection = form.chosen()
    compared: dict[str, Any] = {"comparison": None, "sides": ()}
    if there is not None:
        compared = _with_project(actor, project, form, there)
    elif chosen.dates is not None:
        # Two dates say themselves until when each goes; the rest holds for both sides.
        selection = replace(selection, until=None, month=None)
        compared = _on_dates(actor, project, form, chosen.dates)
    return page(
        "networks/compare.html",
        form=chosen,
        filters=asked_for(form, network_views.look(actor, project.id, selection)),
        keep={**form.query(), **strength()},
        addresses=Addresses(project, form.query()),
        **compared,
    )


def _others(actor: Actor, project: Project) -> list[Membership]:
    """Return the other projects whose network the actor may see."""
    return [
        membership
        for membership in projects.memberships_of(actor)
        if membership.project_id != project.id
        and permissions.allows(
            actor.in_project(membership.project_id, membership.role), READ, membership.project
        )
    ]


def _on_dates(
    actor: Actor, project: Project, form: NetworkFilterForm, dates: tuple[date, date]
) -> dict[str, Any]:
    selection, query = form.chosen(), form.query()
    both = [_measured(actor, project, replace(selection, until=day, month=None)) for day in dates]
    sides = [
        (
            write_date(day),
            Addresses(project, {**query, "until": day, "month": None}).figures(**strength()),
        )
        for day in dates
    ]
    return {"comparison": Comparison(*both), "sides": sides}


def _with_project(
    actor: Actor, project: Project, form: NetworkFilterForm, there: Membership
) -> dict[str, Any]:
    here = _measured(actor, project, form.chosen())
    # With the eyes and in the scope of the other project: a leader here may be a reviewer there.
    with project_scope(there.project_id):
        as_there = actor.in_project(there.project_id, there.role)
        beyond = _measured(as_there, there.project, figure_queries.elsewhere(form.chosen()))
    sides = [
        (side.name, Addresses(side, form.query()).figures(**strength()))
        for side in (project, there.project)
    ]
    return {"comparison": Comparison(here, beyond), "sides": sides}


def _measured(actor: Actor, project: Project, selection: Selection) -> Measured:
    return figure_queries.measured(actor, project.id, selection, by_strength=bool(strength()))


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
        filters=asked_for(form, network_views.look(actor, project.id, selection)),
        found=listing.changed(actor, project.id, selection, chosen.day) if chosen.day else None,
        addresses=Addresses(project, form.query()),
    )


@pages.get("/network/changes.csv", requires=NetworkPermission.EXPORT)
def changes_csv(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download everything that changed; without a day, lead to where one is chosen."""
    day = ChangesForm(request.args).day
    if day is None:
        query = NetworkFilterForm(request.args).query()
        return redirect(Addresses(project, query).to("changes"), 303)
    access.note(access.Access("network.changes", NetworkPermission.EXPORT))
    selection = NetworkFilterForm(request.args).chosen()
    found = listing.changed(actor, project.id, selection, day, None)
    what = [_("What changed"), _("Name"), _("And"), _("Kind"), _("Weight")]
    headings = [*what, _("From"), _("Until")]
    return csv_file("-".join((project.slug, _("changes"))), headings, _changed_rows(found))


def _changed_rows(found: Changed) -> Iterator[list[Any]]:
    called = found.names
    for words, many in (
        (_("New tie"), found.changes.new),
        (_("Lost tie"), found.changes.lost),
        (_("Silent tie"), found.changes.silent),
    ):
        for tie in many:
            kinds = ", ".join(str(label_of(kind)) for kind in tie.kinds)
            ends = called[tie.one], called[tie.other]
            yield [words, *ends, kinds, tie.weight, tie.first, tie.last]
    for bridge in found.changes.bridges:
        ends = called[bridge.key], called[bridge.other]
        yield [_("New bridge"), *ends, label(bridge.helix), "", bridge.first, ""]
    for key, first in found.changes.newcomers:
        yield [_("New here"), called[key], "", "", "", first, ""]
