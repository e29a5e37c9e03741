"""Two networks beside each other: one project on two dates, or two projects one may see."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from crm.core import permissions
from crm.core.db import project_scope
from crm.core.permissions import Actor
from crm.networks import queries
from crm.networks.forms import NetworkFilterForm
from crm.networks.forms.comparing import CompareForm
from crm.networks.policy import NetworkPermission
from crm.networks.queries import Comparison, Measured
from crm.networks.selection import Selection
from crm.networks.views.addresses import Addresses
from crm.networks.views.asking import asked
from crm.networks.views.figures import strength
from crm.networks.views.packing import asked_for
from crm.networks.views.pages import pages
from crm.projects import queries as projects
from crm.projects.models import Membership, Project
from crm.web.rendering import page, write_date

READ = NetworkPermission.READ


@pages.get("/network/compare", requires=READ)
def compare(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show two networks beside each other, with their differences and what those mean."""
    form, others = asked(actor, project), _others(actor, project)
    chosen = CompareForm(request.args, others)
    seen = queries.look(actor, project.id, _for_both(form, chosen, others))
    return page(
        "networks/compare.html",
        form=chosen,
        filters=asked_for(form, seen),
        keep={**form.query(), **strength()},
        addresses=Addresses(project, form.query()),
        **_compared(actor, project, form, chosen, others),
    )


def _for_both(form: NetworkFilterForm, chosen: CompareForm, others: list[Membership]) -> Selection:
    """Return what holds for both sides: two dates say themselves until when each goes."""
    selection = form.chosen()
    with_project = any(one.project.slug == chosen.other.data for one in others)
    if chosen.dates is None or with_project:
        return selection
    return replace(selection, until=None, month=None)


def _compared(
    actor: Actor,
    project: Project,
    form: NetworkFilterForm,
    chosen: CompareForm,
    others: list[Membership],
) -> dict[str, Any]:
    """Return the comparison that is asked for, the names of both sides and where they stand."""
    there = next((one for one in others if one.project.slug == chosen.other.data), None)
    if there is not None:
        return _with_project(actor, project, form, there)
    if chosen.dates is not None:
        return _on_dates(actor, project, form, chosen.dates)
    return {"comparison": None, "sides": ()}


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
    with project_scope(there.project_id):
        as_there = actor.in_project(there.project_id, there.role)
        beyond = _measured(as_there, there.project, queries.elsewhere(form.chosen()))
    sides = [
        (one.name, Addresses(one, form.query()).figures(**strength()))
        for one in (project, there.project)
    ]
    return {"comparison": Comparison(here, beyond), "sides": sides}


def _others(actor: Actor, project: Project) -> list[Membership]:
    """Return the other projects whose network the actor may see."""
    return [
        one
        for one in projects.memberships_of(actor)
        if one.project_id != project.id
        and permissions.allows(actor.in_project(one.project_id, one.role), READ, one.project)
    ]


def _measured(actor: Actor, project: Project, selection: Selection) -> Measured:
    return queries.measured(actor, project.id, selection, by_strength=bool(strength()))
