"""What initiatives add to the page of a person and of an organisation."""

from collections.abc import Mapping
from typing import Any, Protocol

from crm.core import permissions
from crm.core.permissions import Actor
from crm.initiatives import queries
from crm.initiatives.models import Involvement
from crm.initiatives.policy import InitiativePermission
from crm.stakeholders.visibility import shown_as


class HasId(Protocol):
    """The person or organisation whose page it is."""

    id: int


def of_person(actor: Actor, person: HasId) -> Mapping[str, Any]:
    """Return what a person is and was involved in."""
    address = ("initiatives.involve_person", {"person_id": person.id})
    return _values(actor, queries.involvement_of_person(person.id), address)


def of_organisation(actor: Actor, organisation: HasId) -> Mapping[str, Any]:
    """Return what an organisation is and was involved in."""
    address = ("initiatives.involve_organisation", {"organisation_id": organisation.id})
    return _values(actor, queries.involvement_of_organisation(organisation.id), address)


def _values(
    actor: Actor, involvements: list[Involvement], address: tuple[str, dict[str, int]]
) -> Mapping[str, Any]:
    eyes = shown_as(actor)
    return {
        "participants": [queries.participant(eyes, one) for one in involvements],
        "add_endpoint": address[0],
        "stakeholder": address[1],
        "today": eyes.day,
        "may_edit": permissions.allows(actor, InitiativePermission.EDIT),
    }
