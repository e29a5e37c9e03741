"""Pages to change everybody who was chosen: what can be done, choosing, and orders under way."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core import conditions, fields
from crm.core.bulk_changes import BulkChange, Changed
from crm.core.i18n import _l, ngettext
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.persons import PersonFilterForm
from crm.stakeholders.forms.selections import RoleForm, SelectionForm, TagForm, Ticked, ValueForm
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import condition_filter, persons
from crm.stakeholders.queries.condition_filter import Narrowing
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.services import bulk as services
from crm.stakeholders.services import selections
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import JOB, MOST_AT_ONCE, Wanted
from crm.stakeholders.services.selections import SelectionChanged
from crm.stakeholders.views.persons import asked_for, told
from crm.steps.queries import step_of
from crm.tasks import queries as tasks
from crm.tasks.models import LongTask
from crm.web import bulk
from crm.web.feature import BulkAction
from crm.web.pages import Pages
from crm.web.rendering import page

EDIT = StakeholderPermission.EDIT


def _change(
    key: str,
    command: Callable[..., Changed],
    name: str,
    write: Callable[[Any], Mapping[str, Any]],
    read: Callable[[Mapping[str, Any]], Any],
) -> BulkChange:
    """Return a command on many persons as a change, which is given what is asked by `name`."""

    def carry_out(actor: Actor, project: Project, ids: Sequence[int], asked: object) -> Changed:
        return command(actor, project, person_ids=ids, **{name: asked})

    # An order is carried out later, by a job: what was asked stands in its row as JSON meanwhile.
    return BulkChange(key, EDIT, carry_out, write, read)


def _change_of_tags(key: str, command: Callable[..., Changed]) -> BulkChange:
    return _change(key, command, "word", lambda word: {"word": word}, lambda kept: kept["word"])


def _write_role(details: AffiliationDetails) -> Mapping[str, Any]:
    # Whether the organisation is made is not kept: the first part has made it.
    return {
        "organisation": details.organisation,
        "role": details.role,
        "helix": details.helix,
        "helix_reason": details.helix_reason,
        "since": details.since.isoformat() if details.since else None,
        "until": details.until.isoformat() if details.until else None,
    }


def _read_role(kept: Mapping[str, Any]) -> AffiliationDetails:
    since, until, helix = kept["since"], kept["until"], kept["helix"]
    return AffiliationDetails(
        organisation=kept["organisation"],
        role=kept["role"],
        helix=Helix(helix) if helix else None,
        helix_reason=kept["helix_reason"],
        since=date.fromisoformat(since) if since else None,
        until=date.fromisoformat(until) if until else None,
    )


ACTIONS = (
    BulkAction(
        _change_of_tags("tag", selections.tag_persons),
        _l("Give a tag"),
        lambda: TagForm(prefix="tag-"),
        "stakeholders/_selection_tag.html",
        lambda number: ngettext(
            "Tags given to %(num)s person.", "Tags given to %(num)s people.", number
        ),
        place=10,
    ),
    BulkAction(
        _change_of_tags("untag", selections.untag_persons),
        _l("Take a tag away"),
        lambda: TagForm(prefix="untag-"),
        "stakeholders/_selection_tag.html",
        lambda number: ngettext(
            "Tags taken from %(num)s person.", "Tags taken from %(num)s people.", number
        ),
        place=20,
    ),
    BulkAction(
        _change("affiliate", selections.affiliate_persons, "details", _write_role, _read_role),
        _l("Give a role"),
        lambda: RoleForm(prefix="affiliate-"),
        "stakeholders/_selection_role.html",
        lambda number: ngettext(
            "%(num)s person got the role.", "%(num)s people got the role.", number
        ),
        place=30,
    ),
)


def of_fields() -> list[BulkAction]:
    """Return for each field of persons that many can get at once how they get it."""
    return [_of_field(one) for one in fields.of(Person, fields.Where.BULK)]


def _of_field(one: fields.Field) -> BulkAction:
    def carry_out(actor: Actor, project: Project, ids: Sequence[int], asked: object) -> Changed:
        return selections.set_values(actor, project, person_ids=ids, name=one.name, value=asked)

    return BulkAction(
        BulkChange(
            f"set_{one.name}",
            EDIT,
            carry_out,
            lambda value: {"value": one.kind.write(value)},
            lambda kept: one.kind.of(kept["value"]),
        ),
        _l("Change %(field)s", field=one.label),
        lambda: ValueForm(one),
        "stakeholders/_selection_value.html",
        lambda number: ngettext(
            "Changed for %(num)s person.", "Changed for %(num)s people.", number
        ),
        place=40,
    )


# Steps lead to its page by this name.
order_pages = Pages("bulk_orders", find=lambda ids: [tasks.task(JOB, ids.pop("order_id"))])


@order_pages.get("/persons/selection/<int:order_id>", requires=EDIT)
def order(_actor: Actor, _project: Project, found: LongTask) -> ResponseReturnValue:
    """Show how far it is, or what came of it and the way back."""
    # None if the action belonged to a feature that is no longer there.
    action = bulk.action_of(found.about["action"])
    return page(
        "stakeholders/bulk_order.html",
        order=found,
        headway=tasks.headway(found),
        label=action.label if action else "",
        words=action.words(found.changed) if action and found.changed else "",
        step=step_of(found.step_id),
    )


@order_pages.get("/persons/selection/<int:order_id>/progress", requires=EDIT)
def progress(_actor: Actor, _project: Project, found: LongTask) -> ResponseReturnValue:
    """Show only how far it is, for a page that stays open."""
    headway = tasks.headway(found)
    return page("stakeholders/_bulk_order_progress.html", order=found, headway=headway)


@order_pages.post("/persons/selection/<int:order_id>/stop", requires=EDIT)
def stop(actor: Actor, project: Project, found: LongTask) -> ResponseReturnValue:
    """Change nobody more."""
    form = ActionForm()
    form.attempt(lambda _none: services.stop(actor, found))
    return told(form, address_of(project, found))


def address_of(project: Project, found: LongTask) -> str:
    """Return the address of the page of one."""
    return url_for("bulk_orders.order", project_slug=project.slug, order_id=found.id)


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
    if isinstance(done, LongTask):
        return redirect(address_of(project, done), 303)
    flash(action.words(done.persons), "success" if done.step else "info")
    return redirect(_list(project, done.step), 303)


def _done(
    actor: Actor, project: Project, action: BulkAction, form: SelectionForm, asked: object
) -> Changed | LongTask:
    ids = persons.ids_of(_meant(actor, project))
    if not ids or (form.seen is not None and form.seen != len(ids)):
        raise SelectionChanged
    if len(ids) > MOST_AT_ONCE:
        return services.order(actor, project, wanted=Wanted(action.change, ids, asked))
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
    forms: dict[str, SelectionForm] = {action.key: action.form() for action in bulk.actions()}
    if tried is not None:
        forms[key] = tried
    for form in forms.values():
        # So that a list that changed before it is sent is noticed.
        form.expected.data = str(found.total)
    return page(
        "stakeholders/selection.html",
        count=found.total,
        **_in_words(actor, meant, found.items),
        back=_list(project),
        most_at_once=MOST_AT_ONCE,
        actions=bulk.actions(),
        forms=forms,
        asked={
            name: texts for name, texts in request.args.to_dict(flat=False).items() if name != "do"
        },
        status=tried.status if tried else 200,
    )


def _in_words(actor: Actor, meant: PersonFilter, shown: Sequence[Person]) -> dict[str, object]:
    """Return how to say who is meant: the names of who was ticked, or what the list is asked."""
    if meant.ids is not None:
        eyes = shown_as(actor)
        names = [eyes.name(person) for person in shown]
        return {"names": names, "narrowed": Narrowing(), "sought": ""}
    form = PersonFilterForm(request.args)
    form.narrow(actor)
    narrowed = condition_filter.read(conditions.write(form.as_conditions()), actor)
    return {"names": [], "narrowed": narrowed, "sought": meant.search}


def _list(project: Project, step: int | None = None) -> str:
    """Return the address of the list from which people were ticked."""
    left_out = {"person", "everybody", "page", "step", "do"}
    kept = {name: text for name, text in request.args.items() if name not in left_out}
    return url_for("persons.persons", project_slug=project.slug, step=step, **kept)  # type: ignore[arg-type]  # parts of an address
