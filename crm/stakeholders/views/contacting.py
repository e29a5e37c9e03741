"""Pages about what may be done with somebody: grounds, objections, and being shown."""

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
from crm.stakeholders.services import contacting as services
from crm.stakeholders.views.persons import about, address_of, form_page, saved
from crm.web.forms import Form
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("contacting", find=about)
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
def ground(actor: Actor, _project: Project, person: Person, aim: str) -> ResponseReturnValue:
    """Ask on which ground a person may be written to for a purpose."""
    purpose = _purpose(aim)
    form = GroundForm.of_noted(queries.standing(person).noted.get(purpose))
    return _ground_page(actor, person, purpose, form)


@pages.post(GROUND, requires=EDIT)
def note(actor: Actor, project: Project, person: Person, aim: str) -> ResponseReturnValue:
    """Note on which ground a person may be written to for a purpose."""
    purpose, form, address = _purpose(aim), GroundForm(), address_of(project, person.id)
    # What was sent is judged by the choices that the page had.
    form.offer(purpose, queries.standing(person).usual(purpose))
    form.attempt(lambda given: services.note_ground(actor, person, purpose=purpose, **given))
    return saved(form, address, _("It is noted.")) or _ground_page(actor, person, purpose, form)


@pages.get(OBJECTION, requires=EDIT)
def objection(actor: Actor, _project: Project, person: Person) -> ResponseReturnValue:
    """Ask where a person said that they do not want to be written to, or took that back."""
    form = _asked(is_lifted=bool(queries.standing(person).objection))
    return _objection_page(actor, person, form)


@pages.post(OBJECTION, requires=EDIT)
def object_to(actor: Actor, project: Project, person: Person) -> ResponseReturnValue:
    """Note that a person does not want to be written to."""
    form, address = ObjectionForm(), address_of(project, person.id)
    form.attempt(lambda given: services.note_objection(actor, person, said=given))
    done = _("It is noted. From now on nothing is sent to this person.")
    return saved(form, address, done) or _objection_page(actor, person, form)


@pages.post(f"{OBJECTION}/lift", requires=EDIT)
def lift(actor: Actor, project: Project, person: Person) -> ResponseReturnValue:
    """Let the grounds of a person count again."""
    form, address = LiftForm(), address_of(project, person.id)
    form.attempt(lambda source: services.lift_objection(actor, person, reason=source))
    done = _("The objection is lifted. What was noted for each purpose counts again.")
    return saved(form, address, done) or _objection_page(actor, person, form)


def _asked(*, is_lifted: bool) -> LiftForm | ObjectionForm:
    if is_lifted:
        return LiftForm(formdata=None)
    return ObjectionForm(formdata=None, data={"on": clock.today()})


def _purpose(text: str) -> ContactPurpose:
    # The purpose stands in the address, where anything can be typed.
    if text not in set(ContactPurpose):
        raise NotFound
    return ContactPurpose(text)


def _ground_page(
    actor: Actor, person: Person, purpose: ContactPurpose, form: GroundForm
) -> ResponseReturnValue:
    form.offer(purpose, queries.standing(person).usual(purpose))
    return form_page("stakeholders/person_ground.html", actor, person, form, purpose=purpose)


def _objection_page(actor: Actor, person: Person, form: Form) -> ResponseReturnValue:
    objection = queries.standing(person).objection
    # A form that was refused is shown as it was sent, whatever somebody else did since.
    template = "person_objection_lift" if isinstance(form, LiftForm) else "person_objection"
    return form_page(f"stakeholders/{template}.html", actor, person, form, objection=objection)


# Pages are known by this name in links and in the table of permissions.
showing_pages = Pages("showing", find=about)
SHOWING = "/persons/<int:person_id>/showing"


@showing_pages.get(SHOWING, requires=EDIT)
def showing(actor: Actor, _project: Project, person: Person) -> ResponseReturnValue:
    """Ask where a person said that they object to being shown, or took that back."""
    return _showing_page(actor, person, _asked(is_lifted=person.is_hidden))


@showing_pages.post(SHOWING, requires=EDIT)
def hide(actor: Actor, project: Project, person: Person) -> ResponseReturnValue:
    """Note that a person objects to being shown in the network."""
    form, address = ObjectionForm(), address_of(project, person.id)
    form.attempt(lambda given: services.hide(actor, person, said=given))
    done = _("It is noted. In the network this person now has a pseudonym for everybody.")
    return saved(form, address, done) or _showing_page(actor, person, form)


@showing_pages.post(f"{SHOWING}/again", requires=EDIT)
def show_again(actor: Actor, project: Project, person: Person) -> ResponseReturnValue:
    """Show a person in the network by name again."""
    form, address = LiftForm(), address_of(project, person.id)
    form.attempt(lambda source: services.show_again(actor, person, reason=source))
    done = _("It is noted. In the network this person has a name again.")
    return saved(form, address, done) or _showing_page(actor, person, form)


def _showing_page(actor: Actor, person: Person, form: Form) -> ResponseReturnValue:
    template = "person_show_again" if isinstance(form, LiftForm) else "person_hide"
    return form_page(f"stakeholders/{template}.html", actor, person, form)
