"""Changes of whether somebody is shown: that they object to it, and that they took it back."""

from datetime import UTC, date, datetime, time

from crm.core import clock
from crm.core.commands import command
from crm.core.db import lock
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.stakeholders.models import Objected, Person
from crm.stakeholders.policy import StakeholderPermission


class SourceMissing(Invalid):
    """What somebody said has a place where they said it."""

    message = _l("Say where they said this: a form, a call, a meeting.")
    field = "source"


class SaidInTheFuture(Invalid):
    """Nobody has said yet what they will say tomorrow."""

    message = _l("This date is still to come.")
    field = "on"


def check_said(said: Objected) -> None:
    """
    Hold an objection to a place where it was said, and a moment that has been.

    :raises SourceMissing: if nobody knows where they said it
    :raises SaidInTheFuture: if its date is still to come
    """
    if not said.source.strip():
        raise SourceMissing
    if said.at > clock.now():
        raise SaidInTheFuture


def moment_of(day: date) -> datetime:
    """Return a moment on a day of which only the date is known: now, or else its noon."""
    return clock.now() if day == clock.today() else datetime.combine(day, time(12), UTC)


@command(StakeholderPermission.EDIT)
def hide(_actor: Actor, person: Person, *, said: Objected) -> None:
    """
    Note that a person objects to being shown: from now on the network has a pseudonym for all.

    The first time counts: who says it again has been hidden since then. Errors are as in
    `check_said`.
    """
    check_said(said)
    _hide(person, said)


@command(StakeholderPermission.EDIT)
def show_again(_actor: Actor, person: Person, *, reason: str) -> None:
    """Show a person by name again, because they said so, and `reason` says where."""
    if not reason.strip():
        raise SourceMissing
    lock(person)
    person.hidden_at, person.hidden_source = None, ""


@command(StakeholderPermission.CORRECT_OWN)
def hide_oneself(_actor: Actor, person: Person, *, reason: str) -> None:
    """Give whoever says so on their own page, which is the `reason`, a pseudonym for everybody."""
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
    person.hidden_at, person.hidden_source = None, ""


def _hide(person: Person, said: Objected) -> None:
    lock(person)
    # Hidden already, they keep the first time and place.
    if not person.is_hidden:
        person.hidden_at, person.hidden_source = said.at, said.source.strip()
