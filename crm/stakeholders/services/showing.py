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
    _hide(person, said)


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
    _show(person)


@command(StakeholderPermission.CORRECT_OWN)
def hide_oneself(_actor: Actor, person: Person, *, reason: str) -> None:
    """
    Give whoever says so on their own page a pseudonym in the network, for everybody.

    :param reason: the page on which they say it; kept as the source and in the audit trail
    """
    lock(person)
    _hide(person, Objected(reason, clock.now()))


@command(StakeholderPermission.CORRECT_OWN)
def show_oneself_again(
    _actor: Actor,
    person: Person,
    *,
    reason: str,  # noqa: ARG001 - kept in the audit trail by the command
) -> None:
    """Show by name again who says so on their own page, whoever noted the objection."""
    lock(person)
    _show(person)


def _hide(person: Person, said: Objected) -> None:
    if not person.is_hidden:
        person.hidden_at, person.hidden_source = said.at, said.source.strip()


def _show(person: Person) -> None:
    person.hidden_at, person.hidden_source = None, ""
