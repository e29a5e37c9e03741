"""Pages about the mail of one person: what went to them, and addresses that get none."""

from collections.abc import Mapping

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.i18n import _
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.messages.forms import LiftForm
from crm.messages.policy import MessagePermission
from crm.messages.queries import outbox
from crm.messages.queries import suppressions as stopped
from crm.messages.services import suppressions
from crm.messages.views import wording
from crm.projects.models import Project
from crm.stakeholders.models import Email, Person
from crm.stakeholders.queries import persons
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.views.persons import address_of
from crm.web.gate import may
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("person_mail")
READ, SEND = MessagePermission.READ, MessagePermission.SEND
ONE = "/persons/<int:person_id>/messages"
LIFT = "/persons/<int:person_id>/addresses/<int:email_id>/lift"
# So many messages are seen on the page of a person; the others on a page of their own.
LATEST = 5


def of_person(_actor: Actor, person: Person) -> Mapping[str, object]:
    """Return the newest messages to a person, and which of their addresses get no mail."""
    found = outbox.last_messages_to(person, LATEST + 1)
    return {
        "person": person,
        "messages": [(message, wording.status(message)) for message in found[:LATEST]],
        "has_more": len(found) > LATEST,
        "stopped": stopped.stopped_addresses(person),
        "may_lift": may(SEND),
    }


@pages.get(ONE, requires=READ)
def messages(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Show what went to a person, the newest first."""
    found = persons.person(person_id)
    access.note(access.Access("messages.of_person", READ.value, found.id))
    listed = page_of(outbox.messages_to(found), request.args.get("page", 1, type=int))
    return page(
        "messages/person_messages.html",
        person=found,
        name=shown_as(actor).name(found),
        listed=listed,
        messages=[(message, wording.status(message)) for message in listed.items],
    )


@pages.get(LIFT, requires=SEND)
def ask_to_lift(
    actor: Actor, _project: Project, person_id: int, email_id: int
) -> ResponseReturnValue:
    """Ask why mail may go to an address again."""
    found = persons.person(person_id)
    email = stopped.address(found, email_id)
    return _lift_page(actor, found, email, LiftForm(formdata=None))


@pages.post(LIFT, requires=SEND)
def lift(actor: Actor, project: Project, person_id: int, email_id: int) -> ResponseReturnValue:
    """Let mail go to an address again."""
    form, found = LiftForm(), persons.person(person_id)
    email = stopped.address(found, email_id)
    form.attempt(lambda reason: suppressions.lift(actor, email.address, reason=reason))
    if form.is_refused:
        return _lift_page(actor, found, email, form)
    flash(_("Mail goes to this address again."), "success")
    return redirect(address_of(project, person_id), 303)


def _lift_page(actor: Actor, person: Person, email: Email, form: LiftForm) -> ResponseReturnValue:
    found = stopped.stopped_addresses(person)
    return page(
        "messages/person_lift.html",
        form=form,
        person=person,
        name=shown_as(actor).name(person),
        stopped=[address for address in found if address.email.id == email.id],
        status=form.status,
    )
