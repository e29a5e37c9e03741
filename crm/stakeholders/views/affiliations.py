"""Pages about the roles of a person."""

from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.persons import AffiliationForm, RemoveForm, number
from crm.stakeholders.models import Affiliation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.services import affiliations as services
from crm.stakeholders.views.persons import about, address_of, form_page, saved, told
from crm.web.pages import Pages

pages = Pages("roles", find=about)
EDIT = StakeholderPermission.EDIT
NEW = "/persons/<int:person_id>/roles/new"
ONE = "/persons/<int:person_id>/roles/<int:affiliation_id>"


@pages.get(NEW, requires=EDIT)
def new(actor: Actor, _project: Project, person: Person) -> ResponseReturnValue:
    """Ask about a new role of a person."""
    # Somebody with roles has a main one, so only a first role is proposed as such.
    form = AffiliationForm(formdata=None, data={"is_main": not person.affiliations})
    return form_page("stakeholders/person_role_new.html", actor, person, form)


@pages.post(NEW, requires=EDIT)
def add(actor: Actor, project: Project, person: Person) -> ResponseReturnValue:
    """Give a person a role."""
    form, address = AffiliationForm(), address_of(project, person.id)
    form.attempt(lambda given: services.add_affiliation(actor, person, details=given))
    asked_again = "stakeholders/person_role_new.html"
    answer = saved(form, address, _("The role is added."))
    return answer or form_page(asked_again, actor, person, form)


@pages.get(f"{ONE}/edit", requires=EDIT)
def edit(actor: Actor, _project: Project, role: Affiliation) -> ResponseReturnValue:
    """Ask what changes about a role."""
    return _edit_page(actor, role, AffiliationForm.of(role))


@pages.post(f"{ONE}/edit", requires=EDIT)
def save(actor: Actor, project: Project, role: Affiliation) -> ResponseReturnValue:
    """Save a role."""
    form, address = AffiliationForm(), address_of(project, role.person_id)
    # What is no number was never a revision, so it is told as one that grew old.
    seen = number(form.revision.data) or 0
    form.attempt(lambda given: services.edit_affiliation(actor, role, details=given, revision=seen))
    return saved(form, address, _("The role is saved.")) or _edit_page(actor, role, form)


@pages.post(f"{ONE}/end", requires=EDIT)
def end(actor: Actor, project: Project, role: Affiliation) -> ResponseReturnValue:
    """Let a role end today."""
    form, address = ActionForm(), address_of(project, role.person_id)
    form.attempt(lambda _none: services.end_affiliation(actor, role))
    return saved(form, address, _("The role ends today.")) or told(form, address)


@pages.post(f"{ONE}/main", requires=EDIT)
def make_main(actor: Actor, project: Project, role: Affiliation) -> ResponseReturnValue:
    """Make a role the main one."""
    form, address = ActionForm(), address_of(project, role.person_id)
    form.attempt(lambda _none: services.make_main(actor, role))
    return saved(form, address, _("This is the main role now.")) or told(form, address)


@pages.get(f"{ONE}/remove", requires=EDIT)
def ask_to_remove(actor: Actor, _project: Project, role: Affiliation) -> ResponseReturnValue:
    """Ask whether a role was really never there."""
    return _remove_page(actor, role, RemoveForm(formdata=None))


@pages.post(f"{ONE}/remove", requires=EDIT)
def remove(actor: Actor, project: Project, role: Affiliation) -> ResponseReturnValue:
    """Remove a role."""
    # Asked before the command: a role that is gone knows its person no more.
    form, address = RemoveForm(), address_of(project, role.person_id)
    form.attempt(lambda reason: services.remove_affiliation(actor, role, reason=reason))
    return saved(form, address, _("The role is removed.")) or _remove_page(actor, role, form)


def _edit_page(actor: Actor, role: Affiliation, form: AffiliationForm) -> ResponseReturnValue:
    return form_page("stakeholders/person_role_edit.html", actor, role.person, form, role=role)


def _remove_page(actor: Actor, role: Affiliation, form: RemoveForm) -> ResponseReturnValue:
    eyes = shown_as(actor)
    shown = eyes.role(role, hidden=eyes.hides(role.person))
    return form_page("stakeholders/person_role_remove.html", actor, role.person, form, role=shown)
