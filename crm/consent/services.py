"""Changes of whom one may write to: grounds and objections."""

from sqlalchemy import select

from crm.consent.events import ObjectionAsked, PersonObjected
from crm.consent.models import Basis, ContactBasis, ContactPurpose, Objection
from crm.consent.rules import Ground, fits
from crm.core import clock
from crm.core.commands import command
from crm.core.db import lock, session
from crm.core.errors import Invalid
from crm.core.events import announce
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.stakeholders.events import MergeFollowed
from crm.stakeholders.models import Objected, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services.showing import SaidInTheFuture, SourceMissing, check_said

SAID = (Basis.CONSENT, Basis.DECLINED, Basis.WITHDRAWN)


class BasisNotFitting(Invalid):
    """Not every basis reaches every purpose."""

    message = _l("This basis cannot be used for this purpose.")
    field = "basis"


@command(StakeholderPermission.EDIT)
def note_ground(
    _actor: Actor,
    person: Person,
    *,
    purpose: ContactPurpose,
    ground: Ground | None,
    reason: str = "",  # noqa: ARG001 - kept in the audit trail by the command
) -> None:
    """
    Note on which ground a person may be written to for a purpose, or why they may not.

    :param ground: none lets the usual ground count again
    :raises BasisNotFitting: if the basis does not reach this purpose
    :raises SourceMissing: if they said it themselves and nobody knows where
    :raises SaidInTheFuture: if its date is still to come
    """
    if ground is None:
        lock(person)
        noted = _noted(person, purpose)
        if noted is not None:
            session().delete(noted)
        return
    if not fits(ground.basis, purpose):
        raise BasisNotFitting
    if ground.basis in SAID and not ground.source.strip():
        raise SourceMissing
    if ground.at is not None and ground.at > clock.now():
        raise SaidInTheFuture
    keep_ground(person, purpose, ground)


@command(StakeholderPermission.EDIT)
def note_objection(_actor: Actor, person: Person, *, said: Objected) -> None:
    """
    Note that a person does not want to be written to; from now on nothing is sent.

    :raises SourceMissing: if nobody knows where they said it
    :raises SaidInTheFuture: if its date is still to come
    """
    check_said(said)
    keep_objection(person, said)


@command(StakeholderPermission.EDIT)
def lift_objection(_actor: Actor, person: Person, *, reason: str) -> None:
    """
    Let the grounds of a person count again, because they said so.

    :param reason: where they said it; kept in the audit trail
    :raises SourceMissing: if nobody knows where they said it
    """
    if not reason.strip():
        raise SourceMissing
    lock(person)
    objection = session().scalar(select(Objection).where(Objection.person_id == person.id))
    if objection is not None:
        session().delete(objection)


def keep_ground(person: Person, purpose: ContactPurpose, ground: Ground) -> None:
    """Keep the ground for a purpose, inside a command; the last one counts."""
    lock(person)
    noted = _noted(person, purpose)
    if noted is None:
        noted = ContactBasis(person_id=person.id, purpose=purpose)
        session().add(noted)
    noted.basis, noted.source = ground.basis, ground.source.strip()
    noted.at = ground.at or clock.now()


def keep_objection(person: Person, said: Objected) -> None:
    """Keep, inside a command, that a person objects; the first time counts."""
    # What others hold before a person is held first, as in a merge: nobody waits for each other.
    announce(ObjectionAsked(person.id))
    lock(person)
    # Asked with the person held: two who say it at once make one objection.
    noted = select(Objection.id).where(Objection.person_id == person.id)
    if session().scalar(noted) is None:
        made = Objection(person_id=person.id, source=said.source.strip(), at=said.at)
        session().add(made)
        session().flush()
        announce(PersonObjected(person.id))


def tell_objection(fact: MergeFollowed) -> None:
    """Say of two who were merged that they object, if either did: what they were asked to ends."""
    objects = select(Objection.id).where(Objection.person_id == fact.kept_id)
    if session().scalar(objects) is not None:
        announce(PersonObjected(fact.kept_id))


def _noted(person: Person, purpose: ContactPurpose) -> ContactBasis | None:
    noted = select(ContactBasis).where(ContactBasis.person_id == person.id)
    return session().scalar(noted.where(ContactBasis.purpose == purpose))
