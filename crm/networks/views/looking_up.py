"""The page on which a leader looks up who stands behind a pseudonym."""

from flask import redirect
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.permissions import Actor
from crm.networks.forms import LookupForm
from crm.networks.policy import NetworkPermission
from crm.networks.services import looking_up as services
from crm.networks.views.pages import pages
from crm.projects.models import Project
from crm.stakeholders.models import Person
from crm.stakeholders.queries import persons
from crm.stakeholders.views.persons import address_of
from crm.stakeholders.visibility import shown_in_network
from crm.web import gate
from crm.web.rendering import page

NAME = "/network/people/<int:person_id>/name"


@pages.get(NAME, requires=NetworkPermission.READ)
def ask_for_name(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Say why there is a pseudonym, and ask a leader why the name is needed."""
    found = persons.person(person_id)
    if not found.is_hidden:
        return redirect(address_of(project, found.id), 303)
    return _page(actor, found, LookupForm(formdata=None))


@pages.post(NAME, requires=NetworkPermission.LOOK_UP)
def look_up_name(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Show the name once, and keep who asked and why."""
    form, found = LookupForm(), persons.person(person_id)
    if not found.is_hidden:
        return redirect(address_of(project, found.id), 303)
    name = form.attempt(lambda reason: services.look_up(actor, found, reason=reason))
    if name is not None:
        access.note(access.Access("network.name", NetworkPermission.LOOK_UP, found.id))
    return _page(actor, found, form, name=name)


def _page(
    actor: Actor, person: Person, form: LookupForm, name: str | None = None
) -> ResponseReturnValue:
    return page(
        "networks/name.html",
        person=person,
        alias=shown_in_network(actor).name(person),
        name=name,
        form=form,
        may_look_up=gate.may(NetworkPermission.LOOK_UP),
        status=form.status,
    )
