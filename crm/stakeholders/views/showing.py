"""Pages about whether a person stands in the network by name."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from crm.core import clock
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.contacting import LiftForm, ObjectionForm
from crm.stakeholders.models import Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import persons
from crm.stakeholders.services import showing as services
from crm.stakeholders.views.contacting import form_page
from crm.stakeholders.views.persons import address_of
from crm.web.forms import Form
from crm.web.pages import Pages

pages = Pages("showing")
EDIT = StakeholderPermission.EDIT
SHOWING = "/persons/<int:person_id>/showing"


@pages.get(SHOWING, requires=EDIT)
def showing(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Ask where a person said that they object to being shown, or took that back."""
    found = persons.person(person_id)
    if found.is_hidden:
        return _form_page(actor, found, LiftForm(formdata=None))
    return _form_page(actor, found, ObjectionForm(formdata=None, data={"on": clock.today()}))


@pages.post(SHOWING, requires=EDIT)
def hide(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Note that a person objects to being shown in the network."""
    form, found = ObjectionForm(), persons.person(person_id)
    form.attempt(lambda given: services.hide(actor, found, said=given))
    if form.is_refused:
        return _form_page(actor, found, form)
    flash(
        _("It is noted. In the network this person now has a pseudonym for everybody."), "success"
    )
    return redirect(address_of(project, person_id), 303)


@pages.post(f"{SHOWING}/again", requires=EDIT)
def show_again(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Show a person in the network by name again."""
    form, found = LiftForm(), persons.person(person_id)
    form.attempt(lambda source: services.show_again(actor, found, reason=source))
    if form.is_refused:
        return _form_page(actor, found, form)
    flash(_("It is noted. In the network this person has a name again."), "success")
    return redirect(address_of(project, person_id), 303)


def _form_page(actor: Actor, person: Person, form: Form) -> ResponseReturnValue:
    template = "person_show_again" if isinstance(form, LiftForm) else "person_hide"
    return form_page(f"stakeholders/{template}.html", actor, person, form)
