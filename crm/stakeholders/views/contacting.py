"""Pages about what may be done with somebody: grounds, objections, and being shown."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from crm.core import clock
from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders import consent
from crm.stakeholders.consent import Asking
from crm.stakeholders.forms.contacting import GroundForm, LiftForm, ObjectionForm
from crm.stakeholders.models import ContactPurpose, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import contacting as queries
from crm.stakeholders.queries import persons
from crm.stakeholders.services import contacting as services
from crm.stakeholders.views.persons import address_of
from crm.stakeholders.visibility import shown_as
from crm.web.forms import Form
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("contacting")
READ, EDIT = StakeholderPermission.READ, StakeholderPermission.EDIT
GROUND = "/persons/<int:person_id>/contact/<aim>"
OBJECTION = "/persons/<int:person_id>/objection"


@pages.get("/contact-rules", requires=READ)
def rules(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show the table that decides whom one may write to, as it is."""
    return page(
        "stakeholders/contact_rules.html",
        rows=consent.TABLE,
        askings=list(Asking),
        purposes=list(ContactPurpose),
        usual_of_contacts=consent.USUAL_OF_CONTACTS,
        usual_of_residents=consent.USUAL_OF_RESIDENTS,
    )


@pages.get(GROUND, requires=EDIT)
def ground(actor: Actor, _project: Project, person_id: int, aim: str) -> ResponseReturnValue:
    """Ask on which ground a person may be written to for a purpose."""
    found, what = persons.person(person_id), _purpose(aim)
    form = GroundForm.of_noted(queries.standing(found).noted.get(what))
    return _ground_page(actor, found, what, form)


@pages.post(GROUND, requires=EDIT)
def note(actor: Actor, project: Project, person_id: int, aim: str) -> ResponseReturnValue:
    """Note on which ground a person may be written to for a purpose."""
    found, what = persons.person(person_id), _purpose(aim)
    form = GroundForm()
    form.offer(what, queries.standing(found).usual(what))
    form.attempt(
        lambda given: services.note_ground(
            actor, found, purpose=what, ground=given.ground, reason=given.reason
        )
    )
    if form.is_refused:
        return _ground_page(actor, found, what, form)
    flash(_("It is noted."), "success")
    return redirect(address_of(project, person_id), 303)


@pages.get(OBJECTION, requires=EDIT)
def objection(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Ask where a person said that they do not want to be written to, or took that back."""
    found = persons.person(person_id)
    return _objection_page(actor, found, _asked(is_lifted=bool(queries.standing(found).objection)))


@pages.post(OBJECTION, requires=EDIT)
def object_to(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Note that a person does not want to be written to."""
    form, found = ObjectionForm(), persons.person(person_id)
    form.attempt(lambda given: services.note_objection(actor, found, said=given))
    if form.is_refused:
        return _objection_page(actor, found, form)
    flash(_("It is noted. From now on nothing is sent to this person."), "success")
    return redirect(address_of(project, person_id), 303)


@pages.post(f"{OBJECTION}/lift", requires=EDIT)
def lift(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Let the grounds of a person count again."""
    form, found = LiftForm(), persons.person(person_id)
    form.attempt(lambda source: services.lift_objection(actor, found, reason=source))
    if form.is_refused:
        return _objection_page(actor, found, form)
    flash(_("The objection is lifted. What was noted for each purpose counts again."), "success")
    return redirect(address_of(project, person_id), 303)


def _asked(*, is_lifted: bool) -> LiftForm | ObjectionForm:
    if is_lifted:
        return LiftForm(formdata=None)
    return ObjectionForm(formdata=None, data={"on": clock.today()})


def _purpose(text: str) -> ContactPurpose:
    if text not in set(ContactPurpose):
        raise NotFound
    return ContactPurpose(text)


def _ground_page(
    actor: Actor, person: Person, purpose: ContactPurpose, form: GroundForm
) -> ResponseReturnValue:
    form.offer(purpose, queries.standing(person).usual(purpose))
    return form_page("stakeholders/person_ground.html", actor, person, form, purpose=purpose)


def _objection_page(actor: Actor, person: Person, form: Form) -> ResponseReturnValue:
    standing = queries.standing(person)
    template = "person_objection_lift" if isinstance(form, LiftForm) else "person_objection"
    return form_page(
        f"stakeholders/{template}.html", actor, person, form, objection=standing.objection
    )


def form_page(
    template: str, actor: Actor, person: Person, form: Form, **values: object
) -> ResponseReturnValue:
    """Return a page that asks something about a person, who stands above it by name."""
    name = shown_as(actor).name(person)
    return page(template, form=form, person=person, name=name, status=form.status, **values)


# Pages are known by this name in links and in the table of permissions.
showing_pages = Pages("showing")
SHOWING = "/persons/<int:person_id>/showing"


@showing_pages.get(SHOWING, requires=EDIT)
def showing(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Ask where a person said that they object to being shown, or took that back."""
    found = persons.person(person_id)
    return _showing_page(actor, found, _asked(is_lifted=found.is_hidden))


@showing_pages.post(SHOWING, requires=EDIT)
def hide(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Note that a person objects to being shown in the network."""
    form, found = ObjectionForm(), persons.person(person_id)
    form.attempt(lambda given: services.hide(actor, found, said=given))
    if form.is_refused:
        return _showing_page(actor, found, form)
    flash(
        _("It is noted. In the network this person now has a pseudonym for everybody."), "success"
    )
    return redirect(address_of(project, person_id), 303)


@showing_pages.post(f"{SHOWING}/again", requires=EDIT)
def show_again(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Show a person in the network by name again."""
    form, found = LiftForm(), persons.person(person_id)
    form.attempt(lambda source: services.show_again(actor, found, reason=source))
    if form.is_refused:
        return _showing_page(actor, found, form)
    flash(_("It is noted. In the network this person has a name again."), "success")
    return redirect(address_of(project, person_id), 303)


def _showing_page(actor: Actor, person: Person, form: Form) -> ResponseReturnValue:
    template = "person_show_again" if isinstance(form, LiftForm) else "person_hide"
    return form_page(f"stakeholders/{template}.html", actor, person, form)
