"""Pages of what was done as one thing, and the way back."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import press
from crm.core import permissions, undo
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.core.undo import Step, StepKind
from crm.projects.models import Project
from crm.steps import queries, services
from crm.steps.forms import UndoForm
from crm.steps.policy import StepPermission
from crm.steps.views.appearance import conflicts_of, counts_of, decisions_in, kept_records
from crm.tasks.queries import headway
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("steps")
MOST_CONFLICTS = 100


@pages.get("/steps", requires=StepPermission.SEE)
def steps(actor: Actor, project: Project) -> ResponseReturnValue:
    """List what was done as one thing, newest first."""
    found = queries.steps(request.args.get("page", 1, type=int))
    return page(
        "steps/steps.html",
        steps=found,
        makers=queries.makers(found.items),
        subjects=queries.subjects_of(actor, found.items),
        kind_of=undo.kind_of,
        address=_address_of(project),
    )


@pages.get("/steps/<int:step_id>", requires=StepPermission.SEE)
def step(actor: Actor, project: Project, step_id: int) -> ResponseReturnValue:
    """Show a step and, if it can be undone, all that undoing it would do."""
    return _step_page(actor, project, queries.step(step_id), UndoForm(formdata=None))


@pages.get("/steps/<int:step_id>/progress", requires=StepPermission.SEE)
def progress(_actor: Actor, _project: Project, step_id: int) -> ResponseReturnValue:
    """Show only how far undoing a step is, for a page that stays open."""
    found = queries.step(step_id)
    return page("steps/_progress.html", step=found, **_how_far(found))


@pages.post("/steps/<int:step_id>/undo", requires=StepPermission.UNDO)
def take_back(actor: Actor, project: Project, step_id: int) -> ResponseReturnValue:
    """Undo a step, with what was decided about what was changed since."""
    found, form = queries.step(step_id), UndoForm()
    form.attempt(lambda decisions: services.start(actor, found, decisions=decisions))
    if form.is_refused:
        return _step_page(actor, project, queries.step(step_id), form)
    if found.undone_at is not None:
        flash(_("It is undone. You can undo that too, on this page."), "success")
    next_id = (found.undone_by_id if found.undone_at else None) or step_id
    return redirect(url_for("steps.step", project_slug=project.slug, step_id=next_id), 303)


@pages.post("/steps/<int:step_id>/stop", requires=StepPermission.UNDO)
def stop(actor: Actor, project: Project, step_id: int) -> ResponseReturnValue:
    """Undo no more of a step; what went back so far stays so."""
    found = queries.step(step_id)
    press(lambda: services.stop(actor, found))
    return redirect(url_for("steps.step", project_slug=project.slug, step_id=step_id), 303)


def undo_address(project: Project, step_id: int | None) -> str:
    """Return the address of the page on which a step is taken back; nothing for no step."""
    if step_id is None:
        return ""
    return url_for("steps.step", project_slug=project.slug, step_id=step_id)


def notice_of(project: Project, table: str, row_id: int) -> str:
    """Return the address of the step that is being undone now and touches a record, if one is."""
    found = queries.undone_now(table, row_id)
    return undo_address(project, found.id) if found is not None else ""


def _step_page(actor: Actor, project: Project, found: Step, form: UndoForm) -> ResponseReturnValue:
    kind = undo.kind_of(found)
    origin = queries.origin_of(found)
    may = permissions.allows(actor, undo.kind_of(origin).requires, origin)
    plan = undo.plan(found) if found.can_be_undone and may else None
    return page(
        "steps/step.html",
        step=found,
        kind=kind,
        subject=queries.subjects_of(actor, [found])[found.id],
        maker=queries.makers([found]).get(found.made_by_id, ""),
        address=_address_of(project)(kind, found),
        form=form,
        plan=plan,
        left=queries.left_by(found),
        kept=kept_records(actor, found),
        counts=counts_of(plan) if plan else [],
        conflicts=conflicts_of(actor, plan, most=MOST_CONFLICTS) if plan else [],
        more=max(0, decisions_in(plan) - MOST_CONFLICTS) if plan else 0,
        status=form.status,
        **_how_far(found),
    )


def _how_far(found: Step) -> dict[str, Any]:
    task = queries.undoing_of(found)
    return {"headway": headway(task), "failed": task is not None and task.state == "failed"}


def _address_of(project: Project) -> Callable[[StepKind, Step], str]:
    def address(kind: StepKind, found: Step) -> str:
        if not kind.endpoint or kind.argument not in found.about:
            return ""
        given = {kind.argument: found.about[kind.argument]}
        return url_for(kind.endpoint, project_slug=project.slug, **given)

    return address
