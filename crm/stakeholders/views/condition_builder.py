"""The page on which conditions on people are put together."""

from dataclasses import replace

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import conditions
from crm.core.conditions import ConditionRefused
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms import condition_builder
from crm.stakeholders.forms.condition_builder import Rows
from crm.stakeholders.forms.persons import number
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import condition_filter, persons
from crm.stakeholders.queries.condition_filter import Narrowing
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.views.persons import filter_form
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("narrowing")


@pages.get("/persons/conditions", requires=StakeholderPermission.READ)
def build(actor: Actor, project: Project) -> ResponseReturnValue:
    """Put conditions together, and lead to the people who fit when that is asked."""
    rows, refusal = _rows(actor, project)
    found = _narrowing(actor, rows)
    if request.args.get("do") in {"show", "keep"} and not found.refusal:
        return redirect(_shown(project, found), 303)
    return page(
        "stakeholders/conditions.html",
        rows=rows,
        kinds=conditions.kinds(actor),
        found=found,
        refusal=refusal or found.refusal,
        words_sought=_sought(),
        segment=_segment(),
        count=_count(actor, found),
    )


def _rows(actor: Actor, project: Project) -> tuple[Rows, str]:
    """Return the rows as they were sent, or those of the conditions in the address."""
    if f"match-{condition_builder.WHOLE}" in request.args:
        return condition_builder.of_address(request.args, actor), ""
    form = filter_form(actor, project)
    return condition_builder.of_conditions(form.as_conditions(), actor), form.narrowing.refusal


def _narrowing(actor: Actor, rows: Rows) -> Narrowing:
    """Return what the rows ask; where a row is wrong, what the others ask."""
    asked = conditions.tidy(rows.expression(actor))
    try:
        conditions.parse(conditions.write(asked))
        found = condition_filter.of(asked, actor)
    except ConditionRefused as refusal:
        return Narrowing(refusal=str(refusal))
    return replace(found, refusal=_("Complete the conditions.")) if rows.is_wrong else found


def _count(actor: Actor, found: Narrowing) -> int:
    chosen = PersonFilter(search=_sought(), where=found.meant)
    return persons.page_of_persons(actor, chosen, 1, count_all=True).total


def _sought() -> str:
    return request.args.get("q", "").strip()


def _segment() -> int | None:
    """Return the id of the segment whose conditions are changed, if it is one."""
    return number(request.args.get("segment"))


def _shown(project: Project, found: Narrowing) -> str:
    """Return the address of the people who fit, or of where the conditions are kept."""
    where = found.address or None
    if request.args.get("do") == "show":
        q = _sought() or None
        return url_for("persons.persons", project_slug=project.slug, q=q, where=where)
    kept = _segment()
    if kept is None:
        return url_for("segments.segments", project_slug=project.slug, where=where)
    return url_for("segments.edit", project_slug=project.slug, segment_id=kept, where=where)
