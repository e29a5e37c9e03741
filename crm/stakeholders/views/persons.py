"""Pages about persons."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import access, fields
from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.neighbourhoods import queries as neighbourhoods
from crm.projects.models import Project
from crm.stakeholders.forms import persons as forms
from crm.stakeholders.forms.selections import Ticked
from crm.stakeholders.models import Affiliation, Kind, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import duplicates as records
from crm.stakeholders.queries import organisations
from crm.stakeholders.queries import persons as queries
from crm.stakeholders.rules.visibility import Shown, address_gate, shown_as
from crm.stakeholders.services import duplicates
from crm.stakeholders.services import persons as services
from crm.stakeholders.views.duplicates import Side, twins_of
from crm.steps.views.pages import notice_of, undo_address
from crm.web import gate
from crm.web.fields import FieldsForm
from crm.web.forms import Form
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("persons")
READ, EDIT = StakeholderPermission.READ, StakeholderPermission.EDIT
PURPOSE = "stakeholders.contact"


def about(ids: dict[str, Any]) -> list[Person | Affiliation]:
    """Return the person, or their role, that an address names, for a view to get."""
    person_id, role_id = (ids.pop(name, None) for name in ("person_id", "affiliation_id"))
    if person_id is None:
        return []
    # A role is sought with its person: an address put together from two leads nowhere.
    found = queries.person(person_id)
    return [found if role_id is None else queries.affiliation(found, role_id)]


@pages.get("/persons", requires=READ)
def persons(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show the persons of the project, narrowed by what stands in the address."""
    form = filter_form(actor, project)
    chosen, wanted = form.chosen(), asked_number("page") or 1
    place_id, count_all = chosen.organisation_id, request.args.get("count") == "all"
    found, eyes = (
        queries.page_of_persons(actor, chosen, wanted, count_all=count_all),
        shown_as(actor),
    )
    further = filter(eyes.may_see, fields.of(Person, fields.Where.LIST))
    return page(
        "stakeholders/persons.html",
        form=form,
        found=found,
        eyes=eyes,
        columns=[(one, eyes.values(one, found.items)) for one in further],
        place=None if place_id is None else organisations.organisation(place_id),
        may_edit=gate.may(EDIT),
        undo_url=undo_address(project, asked_number("step")),
    )


@pages.get("/persons/new", requires=EDIT)
def new(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Ask about a new person."""
    return _new_page(forms.NewPersonForm(formdata=None), ())


@pages.post("/persons/new", requires=EDIT)
def add(actor: Actor, project: Project) -> ResponseReturnValue:
    """Add a person."""
    form = forms.NewPersonForm()
    add, seen = duplicates.add_person_unless_known, form.seen
    made = form.attempt(lambda given: add(actor, project, new=given, seen=seen))
    if made is None:
        return _new_page(form, twins_of(actor, form))
    flash(_("The person is added."), "success")
    return redirect(address_of(project, made.id), 303)


@pages.post("/persons/twins", requires=EDIT)
def look_for_twins(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Answer who may be meant by what is typed so far; it stands in the body, in no address."""
    return page("stakeholders/twins.html", twins=twins_of(actor, forms.NewPersonForm()))


@pages.get("/persons/<int:person_id>", requires=READ)
def person(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Show one person with everything they take part in; whoever was merged leads to the other."""
    try:
        found, eyes = queries.person(person_id), shown_as(actor)
    except NotFound:
        return redirect(address_of(project, records.now_at(Kind.PERSON, person_id)), 302)
    if found.counts_as_private(eyes.day):
        access.note(access.Access("person.card", PURPOSE, found.id))
    for_editors: dict[str, Any] = {"may_write": gate.may(EDIT) and address_gate().is_open(found)}
    for_editors |= undo_of(project, Kind.PERSON, found.id)
    for_editors["further"] = further_of(eyes, forms.PersonForm, found)
    shown, roles = eyes.person(found), eyes.roles(found)
    return page("stakeholders/person.html", person=found, shown=shown, roles=roles, **for_editors)


@pages.get("/persons/<int:person_id>/edit", requires=EDIT)
def edit(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Ask what changes about a person."""
    found = queries.person(person_id)
    return _edit_page(actor, found, forms.PersonForm.of(found))


@pages.post("/persons/<int:person_id>/edit", requires=EDIT)
def save(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Save a person."""
    form, found = forms.PersonForm(), queries.person(person_id)
    seen = form.seen_revision
    form.attempt(lambda given: services.edit_person(actor, found, details=given, revision=seen))
    address = address_of(project, person_id)
    return saved(form, address, _("The person is saved.")) or _edit_page(actor, found, form)


@pages.get("/persons/<int:person_id>/remove", requires=EDIT)
def ask_to_remove(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Say what removing a person takes along, and ask whether that is meant."""
    return _remove_page(actor, queries.person(person_id), forms.RemoveForm(formdata=None))


@pages.post("/persons/<int:person_id>/remove", requires=EDIT)
def remove(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Remove a person."""
    form, found = forms.RemoveForm(), queries.person(person_id)
    form.attempt(lambda reason: services.remove_person(actor, found, reason=reason))
    address = url_for("persons.persons", project_slug=project.slug)
    return saved(form, address, _("The person is removed.")) or _remove_page(actor, found, form)


def asked_number(name: str) -> int | None:
    """Return the number that the address gives by this name, or nothing."""
    return forms.number(request.args.get(name))


def filter_form(actor: Actor, project: Project, *, in_list: bool = True) -> forms.PersonFilterForm:
    """Return the filters of the list as the address has them, with choices for the list or not."""
    form = forms.PersonFilterForm(request.args)
    form.narrow(actor)
    areas, tags = neighbourhoods.in_use(project), queries.tags_in_use(actor)
    form.offer(actor, areas, tags, in_list=in_list)
    return form


def asked_for(actor: Actor, project: Project) -> queries.PersonFilter:
    """
    Return whom a step is about: who is ticked in the address, or all that its filters leave.

    :raises ConditionRefused: if its conditions cannot be read
    """
    ticked = Ticked.of(request.args)
    if ticked.ids and not ticked.everybody:
        return queries.PersonFilter(ids=ticked.ids)
    form = filter_form(actor, project)
    form.narrowing.held()
    return form.chosen()


def address_of(project: Project, person_id: int) -> str:
    """Return the address of a person's page."""
    return url_for("persons.person", project_slug=project.slug, person_id=person_id)


def undo_of(project: Project, kind: Kind, record_id: int) -> dict[str, Any]:
    """Return whether a record may be changed, and the way back from what was just done to it."""
    may_edit = gate.may(EDIT)
    return {
        "may_edit": may_edit,
        "undo_url": undo_address(project, asked_number("step") if may_edit else None),
        "being_undone": notice_of(project, kind, record_id) if may_edit else "",
    }


def further_of(eyes: Shown, form: type[FieldsForm], record: Any) -> list[tuple[str, str]]:
    """Return label and value of the fields for which the page of a record has no place."""
    asked = fields.of(form.model, fields.Where.FORM)
    rows = [(one, eyes.values(one, [record])) for one in asked if one.name not in form.laid_out]
    said = [(str(one.label), one.kind.say(of[record.id])) for one, of in rows if record.id in of]
    return [(label, text) for label, text in said if text]


def saved(form: Form, address: str, words: str) -> ResponseReturnValue | None:
    """Say that it is done and lead to `address`; return nothing if the form was refused."""
    if form.is_refused:
        return None
    flash(words, "success")
    # By 303 the browser reads the next page, so that reloading it sends nothing again.
    return redirect(address, 303)


def told(form: Form, address: str) -> ResponseReturnValue:
    """Lead to `address` and tell there why a button did nothing, for it has no form around it."""
    for refusal in form.refusals:
        flash(refusal, "danger")
    return redirect(address, 303)


def form_page(
    template: str, actor: Actor, person: Person, form: Form, **values: object
) -> ResponseReturnValue:
    """Return a page that asks something about a person, who stands above it by name."""
    name = shown_as(actor).name(person)
    return page(template, form=form, person=person, name=name, status=form.status, **values)


def _edit_page(actor: Actor, person: Person, form: forms.PersonForm) -> ResponseReturnValue:
    areas = neighbourhoods.names()
    return form_page("stakeholders/person_edit.html", actor, person, form, areas=areas)


def _new_page(form: forms.NewPersonForm, twins: Sequence[Side]) -> ResponseReturnValue:
    areas, template = neighbourhoods.names(), "stakeholders/person_new.html"
    return page(template, form=form, areas=areas, twins=twins, status=form.status)


def _remove_page(actor: Actor, person: Person, form: forms.RemoveForm) -> ResponseReturnValue:
    count = queries.rows_that_refer(person)
    return form_page("stakeholders/person_remove.html", actor, person, form, count=count)
