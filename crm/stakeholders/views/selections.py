"""The page on which something is done with many people of a list at once."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.bulk_changes import Changed
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.selections import SelectionForm
from crm.stakeholders.models import BulkOrder
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import person_lists
from crm.stakeholders.services.bulk_orders import MOST_AT_ONCE, Wanted, order
from crm.stakeholders.services.selections import SelectionChanged
from crm.stakeholders.views.bulk_orders import address_of
from crm.stakeholders.views.persons import asked_for
from crm.web import bulk
from crm.web.feature import BulkAction
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("selections")


@pages.get("/persons/selection", requires=StakeholderPermission.READ)
def choose(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show what can be done with the people who were ticked."""
    return _page(actor, project)


@pages.post("/persons/selection", requires=StakeholderPermission.EDIT)
def carry_out(actor: Actor, project: Project) -> ResponseReturnValue:
    """Do what is asked, and go back to the list, where it can be taken back."""
    action = bulk.action(request.args.get("do", ""))
    form = action.form()
    done = form.attempt(lambda asked: _done(actor, project, action, form, asked))
    if done is None:
        return _page(actor, project, action.key, form)
    if isinstance(done, BulkOrder):
        return redirect(address_of(project, done), 303)
    flash(action.words(done.persons), "success" if done.step else "info")
    return redirect(_list(project, done), 303)


def _done(
    actor: Actor, project: Project, action: BulkAction, form: SelectionForm, asked: object
) -> Changed | BulkOrder:
    ids = person_lists.ids_of(asked_for(actor, project))
    if form.seen is not None and form.seen != len(ids):
        raise SelectionChanged
    if len(ids) > MOST_AT_ONCE:
        return order(actor, project, wanted=Wanted(action.change, ids, asked))
    return action.change.carry_out(actor, project, ids, asked)


def _page(
    actor: Actor, project: Project, key: str = "", tried: SelectionForm | None = None
) -> ResponseReturnValue:
    chosen = asked_for(actor, project)
    count = person_lists.page_of_persons(actor, chosen, 1, count_all=True).total
    forms = {one.key: tried if one.key == key and tried else _new(one) for one in bulk.actions()}
    for one in forms.values():
        one.expected.data = str(count)
    return page(
        "stakeholders/selection.html",
        count=count,
        most_at_once=MOST_AT_ONCE,
        actions=bulk.actions(),
        forms=forms,
        asked={name: one for name, one in request.args.to_dict(flat=False).items() if name != "do"},
        status=tried.status if tried else 200,
    )


def _new(action: BulkAction) -> SelectionForm:
    form: SelectionForm = action.form()
    return form


def _list(project: Project, done: Changed) -> str:
    """Return the address of the list from which people were ticked."""
    left_out = {"person", "everybody", "page", "step", "do"}
    kept = {name: text for name, text in request.args.items() if name not in left_out}
    return url_for("persons.persons", project_slug=project.slug, step=done.step, **kept)  # type: ignore[arg-type]  # parts of an address
