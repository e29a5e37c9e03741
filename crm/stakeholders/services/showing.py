"""Changes of who is shown in the network: somebody objects to it, or takes that back."""

from crm.core import clock
from crm.core.commands import command
from crm.core.db import lock
from crm.core.permissions import Actor
from crm.stakeholders.consent import Objected
from crm.stakeholders.models import Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services.contacting import SaidInTheFuture, SourceMissing


@command(StakeholderPermission.EDIT)
def hide(_actor: Actor, person: Person, *, said: Objected) -> None:
    """
    Note that a person objects to being shown: from now on the network has a pseudonym for all.

    The first time counts: who says it again has been hidden since then.

    :raises SourceMissing: if nobody knows where they said it
    :raises SaidInTheFuture: if its date is still to come
    """
    if not said.source.strip():
        raise SourceMissing
    if said.at > clock.now():
        raise SaidInTheFuture
    lock(person)
    if not person.is_hidden:
        person.hidden_at, person.hidden_source = said.at, said.source.strip()


@command(StakeholderPermission.EDIT)
def show_again(_actor: Actor, person: Person, *, reason: str) -> None:
    """
    Show a person by name again, because they said so.

    :param reason: where they said it; kept in the audit trail
    :raises SourceMissing: if nobody knows where they said it
    """
    if not reason.strip():
        raise SourceMissing
    lock(person)
    person.hidden_at, person.hidden_source = None, ""
