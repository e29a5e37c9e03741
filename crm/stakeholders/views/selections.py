"""The page on which something is done with many people of a list at once."""

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import conditions
from crm.core.bulk_changes import Changed
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.persons import PersonFilterForm
from crm.stakeholders.forms.selections import SelectionForm, Ticked
from crm.stakeholders.models import BulkOrder, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import condition_filter, persons
from crm.stakeholders.queries.condition_filter import Narrowing
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.services.bulk_orders import MOST_AT_ONCE, Wanted, order
from crm.stakeholders.services.selections import SelectionChanged
from crm.stakeholders.views.bulk_orders import address_of
from crm.stakeholders.views.persons import asked_for
from crm.stakeholders.visibility import shown_as
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
    return redirect(_list(project, done.step), 303)


def _done(
    actor: Actor, project: Project, action: BulkAction, form: SelectionForm, asked: object
) -> Changed | BulkOrder:
    ids = persons.ids_of(_meant(actor, project))
    if not ids or (form.seen is not None and form.seen != len(ids)):
        raise SelectionChanged
    if len(ids) > MOST_AT_ONCE:
        return order(actor, project, wanted=Wanted(action.change, ids, asked))
    return action.change.carry_out(actor, project, ids, asked)


def _meant(actor: Actor, project: Project) -> PersonFilter:
    """Return who is meant; nobody, where neither people nor all of the list were ticked."""
    ticked = Ticked.of(request.args)
    if not ticked.ids and not ticked.everybody:
        return PersonFilter(ids=frozenset())
    return asked_for(actor, project)


def _page(
    actor: Actor, project: Project, key: str = "", tried: SelectionForm | None = None
) -> ResponseReturnValue:
    meant = _meant(actor, project)
    found = persons.page_of_persons(actor, meant, 1, count_all=True)
    forms = {one.key: tried if one.key == key and tried else _new(one) for one in bulk.actions()}
    for one in forms.values():
        one.expected.data = str(found.total)
    return page(
        "stakeholders/selection.html",
        count=found.total,
        **_in_words(actor, meant, found.items),
        back=_list(project),
        most_at_once=MOST_AT_ONCE,
        actions=bulk.actions(),
        forms=forms,
        asked={name: one for name, one in request.args.to_dict(flat=False).items() if name != "do"},
        status=tried.status if tried else 200,
    )


def _in_words(actor: Actor, meant: PersonFilter, shown: Sequence[Person]) -> dict[str, object]:
    """Return how to say who is meant: the names of who was ticked, or what the list is asked."""
    if meant.ids is not None:
        eyes = shown_as(actor)
        return {"names": [eyes.name(one) for one in shown], "narrowed": Narrowing(), "sought": ""}
    form = PersonFilterForm(request.args)
    form.narrow(actor)
    narrowed = condition_filter.read(conditions.write(form.as_conditions()), actor)
    return {"names": [], "narrowed": narrowed, "sought": meant.search}


def _new(action: BulkAction) -> SelectionForm:
    form: SelectionForm = action.form()
    return form


def _list(project: Project, step: int | None = None) -> str:
    """Return the address of the list from which people were ticked."""
    left_out = {"person", "everybody", "page", "step", "do"}
    kept = {name: text for name, text in request.args.items() if name not in left_out}
    return url_for("persons.persons", project_slug=project.slug, step=step, **kept)  # type: ignore[arg-type]  # parts of an address
