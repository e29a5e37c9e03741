"""Pages about being shown in the network: somebody objects to it, or takes that back."""

from collections.abc import Mapping

from flask.typing import ResponseReturnValue

from crm.core import clock
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.showing import LiftForm, ObjectionForm
from crm.stakeholders.models import Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services import showing as services
from crm.stakeholders.views.persons import about, address_of, form_page, saved
from crm.web.forms import Form
from crm.web.pages import Pages

EDIT = StakeholderPermission.EDIT
# Pages are known by this name in links and in the table of permissions.
pages = Pages("showing", find=about)
SHOWING = "/persons/<int:person_id>/showing"


@pages.get(SHOWING, requires=EDIT)
def showing(actor: Actor, _project: Project, person: Person) -> ResponseReturnValue:
    """Ask where a person said that they object to being shown, or took that back."""
    return _showing_page(actor, person, objection_form(is_lifted=person.is_hidden))


@pages.post(SHOWING, requires=EDIT)
def hide(actor: Actor, project: Project, person: Person) -> ResponseReturnValue:
    """Note that a person objects to being shown in the network."""
    form, address = ObjectionForm(), address_of(project, person.id)
    form.attempt(lambda given: services.hide(actor, person, said=given))
    done = _("It is noted. In the network this person now has a pseudonym for everybody.")
    return saved(form, address, done) or _showing_page(actor, person, form)


@pages.post(f"{SHOWING}/again", requires=EDIT)
def show_again(actor: Actor, project: Project, person: Person) -> ResponseReturnValue:
    """Show a person in the network by name again."""
    form, address = LiftForm(), address_of(project, person.id)
    form.attempt(lambda source: services.show_again(actor, person, reason=source))
    done = _("It is noted. In the network this person has a name again.")
    return saved(form, address, done) or _showing_page(actor, person, form)


def _showing_page(actor: Actor, person: Person, form: Form) -> ResponseReturnValue:
    template = "person_show_again" if isinstance(form, LiftForm) else "person_hide"
    return form_page(f"stakeholders/{template}.html", actor, person, form)


def objection_form(*, is_lifted: bool) -> LiftForm | ObjectionForm:
    """Return the form that asks where they said it, or where they took that back."""
    if is_lifted:
        return LiftForm(formdata=None)
    return ObjectionForm(formdata=None, data={"on": clock.today()})


def of_person(_actor: Actor, person: Person) -> Mapping[str, object]:
    """Return what the card on the page of a person shows of it."""
    return {"person": person}
