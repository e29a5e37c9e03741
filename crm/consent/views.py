"""Pages about whom one may write to: grounds, objections, and the rule for everybody."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask.typing import ResponseReturnValue
from wtforms import DateField, RadioField, StringField
from wtforms.validators import Length, Optional

from crm.consent import queries, services
from crm.consent import rules as consent
from crm.consent.declared import standing_of
from crm.consent.models import Basis, ContactPurpose
from crm.consent.rules import Asking, Ground
from crm.core import clock
from crm.core.errors import NotFound
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.showing import LONGEST, LiftForm, ObjectionForm
from crm.stakeholders.models import Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services.showing import moment_of
from crm.stakeholders.views.persons import about, address_of, form_page, saved
from crm.stakeholders.views.showing import objection_form
from crm.web.forms import Form, SelectChoice, choices_of
from crm.web.pages import Pages
from crm.web.rendering import label, page

pages = Pages("contacting", find=about)
READ, EDIT = StakeholderPermission.READ, StakeholderPermission.EDIT
GROUND = "/persons/<int:person_id>/contact/<aim>"
OBJECTION = "/persons/<int:person_id>/objection"
USUAL = ""


class GroundForm(Form):
    """On which ground somebody may be written to for one purpose."""

    basis = RadioField(_l("Basis"), default=USUAL)
    source = StringField(_l("Where they said this"), [Length(max=LONGEST)])
    on = DateField(_l("Date"), [Optional()])
    reason = StringField(_l("Reason of this change"), [Length(max=LONGEST)])

    def offer(self, purpose: ContactPurpose, usual: Basis) -> None:
        """Fill the choices: the usual ground, and those that reach this purpose."""
        # The usual one is offered once, unless it was noted by itself.
        offered = [basis for basis in Basis if basis is not usual or basis == self.basis.data]
        fitting = [basis for basis in offered if consent.fits(basis, purpose)]
        as_usual = SelectChoice(USUAL, _("As usual: %(basis)s", basis=label(usual)))
        self.basis.choices = [as_usual, *choices_of(fitting)]

    @classmethod
    def of_noted(cls, known: Ground | None) -> "GroundForm":
        """Return the form filled from what was noted; the date is that of today otherwise."""
        if known is None:
            return cls(formdata=None, data={"on": clock.today()})
        at = (known.at or clock.now()).astimezone(ZoneInfo(clock.zone()))
        typed = {"basis": known.basis.value, "source": known.source, "on": at.date()}
        return cls(formdata=None, data=typed)

    def details(self) -> dict[str, Any]:
        """Return the ground, none for the usual one, and why it changes, as it is noted."""
        ground = None
        if self.basis.data != USUAL:
            at = moment_of(self.on.data or clock.today())
            ground = Ground(Basis(self.basis.data), self.source.data or "", at)
        return {"ground": ground, "reason": self.reason.data or ""}


@pages.get("/contact-rules", requires=READ)
def rules(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show the table that decides whom one may write to, as it is."""
    return page(
        "consent/rules.html",
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
    form = objection_form(is_lifted=bool(queries.standing(person).objection))
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


def _purpose(text: str) -> ContactPurpose:
    # The purpose stands in the address, where anything can be typed.
    if text not in set(ContactPurpose):
        raise NotFound
    return ContactPurpose(text)


def _ground_page(
    actor: Actor, person: Person, purpose: ContactPurpose, form: GroundForm
) -> ResponseReturnValue:
    form.offer(purpose, queries.standing(person).usual(purpose))
    return form_page("consent/ground.html", actor, person, form, purpose=purpose)


def _objection_page(actor: Actor, person: Person, form: Form) -> ResponseReturnValue:
    objection = queries.standing(person).objection
    # A form that was refused is shown as it was sent, whatever somebody else did since.
    template = "objection_lift" if isinstance(form, LiftForm) else "objection"
    return form_page(f"consent/{template}.html", actor, person, form, objection=objection)


def of_person(_actor: Actor, person: Person) -> Mapping[str, object]:
    """Return for what somebody may be written to, and why, for the card on their page."""
    standing = standing_of(person)
    begin = {purpose: consent.may_begin(standing, purpose) for purpose in ContactPurpose}
    return {"person": person, "standing": standing, "begin": begin}
