"""Pages on which conditions are put together, and kept as segments."""

from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core import conditions
from crm.core.conditions import ConditionRefused
from crm.core.i18n import _
from crm.core.permissions import Actor, allows, require
from crm.projects.models import Project
from crm.segments import forms, queries, services
from crm.segments.forms import Rows, SegmentForm
from crm.segments.models import Segment
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import condition_filter, persons
from crm.stakeholders.queries.condition_filter import Narrowing
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.views.persons import asked_number, filter_form, saved
from crm.steps.views.pages import undo_address
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("segments")
KEEP = StakeholderPermission.KEEP
ONE = "/segments/<int:segment_id>"


@pages.get("/segments", requires=KEEP)
def segments(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show the segments that somebody can open, and let them keep the conditions they come with."""
    where = request.args.get("where", "")
    return _page(actor, project, SegmentForm(formdata=None, data={"where": where}))


@pages.post("/segments", requires=KEEP)
def save(actor: Actor, project: Project) -> ResponseReturnValue:
    """Keep conditions under a name."""
    form = SegmentForm()
    made = form.attempt(lambda given: services.save_segment(actor, project, details=given))
    if made is None:
        return _page(actor, project, form)
    flash(_("The segment is saved. Whoever fits is in it, also later."), "success")
    return redirect(people_of(project, made), 303)


@pages.get(f"{ONE}/edit", requires=KEEP)
def edit(actor: Actor, _project: Project, segment_id: int) -> ResponseReturnValue:
    """Ask for another name of a segment, other conditions, and who finds it."""
    found = _changeable(actor, segment_id)
    form = SegmentForm.of(found)
    form.where.data = request.args.get("where") or found.conditions
    return _edit_page(actor, found, form)


@pages.post(f"{ONE}/edit", requires=KEEP)
def change(actor: Actor, project: Project, segment_id: int) -> ResponseReturnValue:
    """Change a segment."""
    found, form = _changeable(actor, segment_id), SegmentForm()
    form.attempt(lambda given: services.change_segment(actor, found, details=given))
    # The address of its people is that of the conditions as they are now.
    answer = saved(form, people_of(project, found), _("The segment is changed."))
    return answer or _edit_page(actor, found, form)


@pages.post(f"{ONE}/remove", requires=KEEP)
def remove(actor: Actor, project: Project, segment_id: int) -> ResponseReturnValue:
    """Remove a segment."""
    found = _changeable(actor, segment_id)
    step = ActionForm().attempt(lambda _none: services.remove_segment(actor, found))
    flash(_("The segment is removed. The people in it stay."), "success")
    return redirect(url_for("segments.segments", project_slug=project.slug, step=step), 303)


def people_of(project: Project, segment: Segment) -> str:
    """Return the address of the people in a segment."""
    where = queries.address_of(segment)
    return url_for("persons.persons", project_slug=project.slug, where=where)


def _changeable(actor: Actor, segment_id: int) -> Segment:
    """Return a segment; `Forbidden` if the project shares it and the actor only reads."""
    found = queries.segment(actor, segment_id)
    require(actor, KEEP, found)
    return found


def _page(actor: Actor, project: Project, form: SegmentForm) -> ResponseReturnValue:
    return page(
        "segments/segments.html",
        form=form,
        asked=condition_filter.read(form.where.data or "", actor),
        segments=queries.segments(actor),
        address_of=queries.address_of,
        may_share=allows(actor, StakeholderPermission.EDIT),
        undo_url=undo_address(project, asked_number("step")),
        status=form.status,
    )


def _edit_page(actor: Actor, segment: Segment, form: SegmentForm) -> ResponseReturnValue:
    return page(
        "segments/segment.html",
        form=form,
        segment=segment,
        asked=condition_filter.read(form.where.data or "", actor),
        may_share=segment.is_shared or allows(actor, StakeholderPermission.EDIT),
        status=form.status,
    )


# Pages are known by this name in links and in the table of permissions.
builder_pages = Pages("narrowing")


@builder_pages.get("/persons/conditions", requires=StakeholderPermission.READ)
def build(actor: Actor, project: Project) -> ResponseReturnValue:
    """Put conditions together, and lead to the people who fit when that is asked."""
    rows, refusal = _rows(actor, project)
    found = _narrowing(actor, rows)
    if request.args.get("do") in {"show", "keep"} and not found.refusal:
        return redirect(_shown(project, found), 303)
    return page(
        "segments/conditions.html",
        rows=rows,
        kinds=conditions.kinds(actor),
        found=found,
        refusal=refusal or found.refusal,
        words_sought=_sought(),
        segment=asked_number("segment"),
        count=persons.page_of_persons(
            actor, PersonFilter(search=_sought(), where=found.meant), 1, count_all=True
        ).total,
    )


def _rows(actor: Actor, project: Project) -> tuple[Rows, str]:
    """Return the rows as they were sent, or those of the conditions in the address."""
    if f"match-{forms.WHOLE}" in request.args:
        return forms.of_address(request.args, actor), ""
    form = filter_form(actor, project)
    return forms.of_conditions(form.as_conditions(), actor), form.narrowing.refusal


def _narrowing(actor: Actor, rows: Rows) -> Narrowing:
    """Return what the rows ask; where a row is wrong, what the others ask."""
    asked = conditions.tidy(rows.expression(actor))
    try:
        conditions.parse(conditions.write(asked))
        found = condition_filter.of(asked, actor)
    except ConditionRefused as refusal:
        return Narrowing(refusal=str(refusal))
    return replace(found, refusal=_("Complete the conditions.")) if rows.is_wrong else found


def _sought() -> str:
    return request.args.get("q", "").strip()


def _shown(project: Project, found: Narrowing) -> str:
    """Return the address of the people who fit, or of where the conditions are kept."""
    where = found.address or None
    if request.args.get("do") == "show":
        q = _sought() or None
        return url_for("persons.persons", project_slug=project.slug, q=q, where=where)
    # Whose conditions are changed, if it is those of a segment.
    kept = asked_number("segment")
    if kept is None:
        return url_for("segments.segments", project_slug=project.slug, where=where)
    return url_for("segments.edit", project_slug=project.slug, segment_id=kept, where=where)
