"""Pages about the roles of a person."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.persons import AffiliationForm, RemoveForm, number
from crm.stakeholders.models import Affiliation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import persons as queries
from crm.stakeholders.services import affiliations as services
from crm.stakeholders.views.persons import address_of
from crm.stakeholders.visibility import shown_as
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("roles")
EDIT = StakeholderPermission.EDIT
ONE = "/persons/<int:person_id>/roles/<int:affiliation_id>"


@pages.get("/persons/<int:person_id>/roles/new", requires=EDIT)
def new(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Ask about a new role of a person."""
    found = queries.person(person_id)
    first = not found.affiliations
    form = AffiliationForm(formdata=None, data={"is_main": first})
    return _form_page("stakeholders/person_role_new.html", actor, found, form)


@pages.post("/persons/<int:person_id>/roles/new", requires=EDIT)
def add(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Give a person a role."""
    form, found = AffiliationForm(), queries.person(person_id)
    made = form.attempt(lambda given: services.add_affiliation(actor, found, details=given))
    if made is None:
        return _form_page("stakeholders/person_role_new.html", actor, found, form)
    flash(_("The role is added."), "success")
    return redirect(address_of(project, person_id), 303)


@pages.get(f"{ONE}/edit", requires=EDIT)
def edit(
    actor: Actor, _project: Project, person_id: int, affiliation_id: int
) -> ResponseReturnValue:
    """Ask what changes about a role."""
    role = _role(person_id, affiliation_id)
    return _edit_page(actor, role, AffiliationForm.of(role))


@pages.post(f"{ONE}/edit", requires=EDIT)
def save(
    actor: Actor, project: Project, person_id: int, affiliation_id: int
) -> ResponseReturnValue:
    """Save a role."""
    form, role = AffiliationForm(), _role(person_id, affiliation_id)
    seen = number(form.revision.data) or 0
    form.attempt(lambda given: services.edit_affiliation(actor, role, details=given, revision=seen))
    if form.is_refused:
        return _edit_page(actor, role, form)
    flash(_("The role is saved."), "success")
    return redirect(address_of(project, person_id), 303)


@pages.post(f"{ONE}/end", requires=EDIT)
def end(actor: Actor, project: Project, person_id: int, affiliation_id: int) -> ResponseReturnValue:
    """Let a role end today."""
    form, role = ActionForm(), _role(person_id, affiliation_id)
    form.attempt(lambda _none: services.end_affiliation(actor, role))
    return _back(form, project, person_id, done=_("The role ends today."))


@pages.post(f"{ONE}/main", requires=EDIT)
def make_main(
    actor: Actor, project: Project, person_id: int, affiliation_id: int
) -> ResponseReturnValue:
    """Make a role the main one."""
    form, role = ActionForm(), _role(person_id, affiliation_id)
    form.attempt(lambda _none: services.make_main(actor, role))
    return _back(form, project, person_id, done=_("This is the main role now."))


@pages.get(f"{ONE}/remove", requires=EDIT)
def ask_to_remove(
    actor: Actor, _project: Project, person_id: int, affiliation_id: int
) -> ResponseReturnValue:
    """Ask whether a role was really never there."""
    return _remove_page(actor, _role(person_id, affiliation_id), RemoveForm(formdata=None))


@pages.post(f"{ONE}/remove", requires=EDIT)
def remove(
    actor: Actor, project: Project, person_id: int, affiliation_id: int
) -> ResponseReturnValue:
    """Remove a role."""
    form, role = RemoveForm(), _role(person_id, affiliation_id)
    form.attempt(lambda reason: services.remove_affiliation(actor, role, reason=reason))
    if form.is_refused:
        return _remove_page(actor, _role(person_id, affiliation_id), form)
    flash(_("The role is removed."), "success")
    return redirect(address_of(project, person_id), 303)


def _role(person_id: int, affiliation_id: int) -> Affiliation:
    return queries.affiliation(queries.person(person_id), affiliation_id)


def _back(form: ActionForm, project: Project, person_id: int, *, done: str) -> ResponseReturnValue:
    for refusal in form.refusals:
        flash(refusal, "danger")
    if not form.is_refused:
        flash(done, "success")
    return redirect(address_of(project, person_id), 303)


def _edit_page(actor: Actor, role: Affiliation, form: AffiliationForm) -> ResponseReturnValue:
    return page(
        "stakeholders/person_role_edit.html",
        form=form,
        person=role.person,
        name=shown_as(actor).name(role.person),
        role=role,
        status=form.status,
    )


def _form_page(
    template: str, actor: Actor, person: Person, form: AffiliationForm
) -> ResponseReturnValue:
    name = shown_as(actor).name(person)
    return page(template, form=form, person=person, name=name, status=form.status)


def _remove_page(actor: Actor, role: Affiliation, form: RemoveForm) -> ResponseReturnValue:
    eyes = shown_as(actor)
    return page(
        "stakeholders/person_role_remove.html",
        form=form,
        person=role.person,
        name=eyes.name(role.person),
        role=eyes.role(role, hidden=eyes.hides(role.person)),
        status=form.status,
    )
