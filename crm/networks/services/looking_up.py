"""Looking up who stands behind a pseudonym of the network."""

from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.networks.models import NameLookup
from crm.networks.policy import NetworkPermission
from crm.stakeholders.models import Person
from crm.stakeholders.visibility import shown_as


class ReasonNeeded(Invalid):
    """Who does not want to be shown may know why they were looked up."""

    message = _l("Say why you need this name. The person may read it.")
    field = "reason"


@command(NetworkPermission.LOOK_UP)
def look_up(actor: Actor, person: Person, *, reason: str) -> str:
    """
    Return the name behind a pseudonym, and keep who asked for it and why.

    :param reason: in the actor's words; kept with the person and in the audit trail
    :raises ReasonNeeded: if there is none
    """
    if not reason.strip():
        raise ReasonNeeded
    made = NameLookup(person_id=person.id, account_id=actor.account_id, reason=reason.strip())
    session().add(made)
    return shown_as(actor).name(person)
