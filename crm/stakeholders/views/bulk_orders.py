"""Pages of a change of very many people: how far it is, and what came of it."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.models import BulkOrder
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import bulk_orders as queries
from crm.stakeholders.services import bulk_orders as services
from crm.steps.queries import step_of
from crm.web import bulk
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("bulk_orders")
EDIT = StakeholderPermission.EDIT


@pages.get("/persons/selection/<int:order_id>", requires=EDIT)
def order(_actor: Actor, _project: Project, order_id: int) -> ResponseReturnValue:
    """Show how far it is, or what came of it and the way back."""
    found = queries.bulk_order(order_id)
    return page("stakeholders/bulk_order.html", **_shown(found))


@pages.get("/persons/selection/<int:order_id>/progress", requires=EDIT)
def progress(_actor: Actor, _project: Project, order_id: int) -> ResponseReturnValue:
    """Show only how far it is, for a page that stays open."""
    found = queries.bulk_order(order_id)
    return page("stakeholders/_bulk_order_progress.html", order=found)


@pages.post("/persons/selection/<int:order_id>/stop", requires=EDIT)
def stop(actor: Actor, project: Project, order_id: int) -> ResponseReturnValue:
    """Change nobody more."""
    found, form = queries.bulk_order(order_id), ActionForm()
    form.attempt(lambda _none: services.stop(actor, found))
    for refusal in form.refusals:
        flash(refusal, "danger")
    return redirect(address_of(project, found), 303)


def address_of(project: Project, found: BulkOrder) -> str:
    """Return the address of the page of one."""
    return url_for("bulk_orders.order", project_slug=project.slug, order_id=found.id)


def _shown(found: BulkOrder) -> dict[str, Any]:
    action = bulk.action_of(found.action)
    return {
        "order": found,
        "label": action.label if action else "",
        "words": action.words(found.changed) if action and found.changed else "",
        "step": step_of(found.step_id),
    }
