"""Ties that are declared, asked for by mail, and names that are looked up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from crm.core import clock, tokens
from crm.core.commands import command
from crm.core.db import add_missing, among, change_many, lock, session
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.core.ties import id_of, is_organisation
from crm.messages.models import MessageBatch
from crm.messages.queries import reach
from crm.messages.queries.reach import People
from crm.messages.services import batches, writing
from crm.messages.services.batches import NewBatch, Sending
from crm.networks.models import LINK_LASTS, DeclaredTie, DeclaringLink, NameLookup, SaidBy
from crm.networks.policy import NetworkPermission
from crm.networks.queries import declared_ties
from crm.networks.queries.declared_ties import own_ties
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.queries import organisations, persons
from crm.stakeholders.rules.visibility import shown_as

_Ids = tuple[int | None, int | None]


@command(NetworkPermission.DECLARE)
def ask_ties(actor: Actor, project: Project, *, people: People, how: Sending) -> MessageBatch:
    """
    Ask those of `people` who may be written to with whom they work; once for each key.

    A link that they have already stays, and works for as long as a new one.

    :raises InThePast, NobodyToSendTo, PossiblyTwice, LanguageLacking: see `sending`
    """
    known = batches.begun(actor, project, key=how.key)
    if known is not None:
        return known
    to = reach.recipients(people, declared_ties.question())
    batches.hold_rules(project, to, how)
    pinned = batches.pinned(Purpose.TIES, (recipient.language for recipient in to))
    ids = [recipient.person_id for recipient in to if recipient.person_id is not None]
    start = how.not_before or clock.now()
    until = {"expires_at": start + LINK_LASTS}
    rows = [
        {
            "person_id": person_id,
            # Nobody knows this token: the one in the message is signed, and opens by the hash.
            "token_hash": tokens.hashed(tokens.new()),
            "made_at": start,
            "missed": "",
            **until,
        }
        for person_id in ids
    ]
    # The hash of a link that is there stays, so that what was sent before goes on opening it.
    add_missing(DeclaringLink, rows, unique=["person_id"])
    change_many(DeclaringLink, among(DeclaringLink.person_id, ids), until)
    new = NewBatch(how.key, Purpose.TIES, "", how.not_before, pinned)
    batch = batches.make(actor, project, new=new)
    writing.queue(batch, to, {})
    return batch


class TiedToItself(Invalid):
    """A tie has two different ends."""

    message = _l("Choose somebody else: a tie joins two.")
    field = "stakeholder"


class AlreadyDeclared(Conflict):
    """The team noted this tie before, and it has not ended."""

    message = _l("The project team noted this tie already. Change that one instead.")
    field = "stakeholder"


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared of a tie; `other` is the key of its other end."""

    other: str
    about: str = ""
    since: date | None = None
    until: date | None = None


@command(NetworkPermission.DECLARE)
def declare(
    _actor: Actor, stakeholder: Person | Organisation, *, declared: Declared
) -> DeclaredTie:
    """
    Note that a stakeholder works with another, as the project team knows it.

    :raises NotFound: if the other end is not in this project
    :raises TiedToItself: if both ends are one
    :raises AlreadyDeclared: if the team noted the same tie and it runs
    :raises EndBeforeStart: if the period ends before it starts
    """
    # Two who note the same tie at once come one after the other.
    lock(stakeholder)
    made = DeclaredTie(
        said_by=SaidBy.TEAM,
        about=declared.about.strip(),
        since=declared.since,
        until=declared.until,
        **_end("", stakeholder),
        **_end("other_", _found(declared.other)),
    )
    if made.ends[0] == made.ends[1]:
        raise TiedToItself
    made.check_period()
    # In either order: who of two was asked for first says nothing of the tie.
    there = (made.person_id, made.organisation_id)
    beyond = (made.other_person_id, made.other_organisation_id)
    noted = select(DeclaredTie.id).where(
        DeclaredTie.said_by == SaidBy.TEAM,
        DeclaredTie.until.is_(None),
        or_(_joins(there, beyond), _joins(beyond, there)),
    )
    if session().scalar(noted.limit(1)) is not None:
        raise AlreadyDeclared
    session().add(made)
    session().flush()
    return made


@command(NetworkPermission.DECLARE)
def end_tie(_actor: Actor, tie: DeclaredTie) -> None:
    """Let a declared tie end today; raise `EndBeforeStart` if it begins later."""
    tie.until = clock.today()
    tie.check_period()


@command(NetworkPermission.DECLARE)
def remove_tie(_actor: Actor, tie: DeclaredTie) -> None:
    """Remove a tie that was declared by mistake."""
    session().delete(tie)


@command(NetworkPermission.DECLARE)
def make_declaring_link(_actor: Actor, person: Person) -> str:
    """Return the token of a link by which a person says with whom they work; the last one works."""
    lock(person)
    link = session().scalar(select(DeclaringLink).where(DeclaringLink.person_id == person.id))
    if link is None:
        link = DeclaringLink(person_id=person.id)
        session().add(link)
    token = tokens.new()
    link.token_hash, link.made_at = tokens.hashed(token), clock.now()
    link.expires_at = clock.now() + LINK_LASTS
    return token


@command(NetworkPermission.DECLARE)
def end_declaring_link(_actor: Actor, link: DeclaringLink) -> None:
    """End a link at once; what was said by it stays."""
    session().delete(link)


@command(NetworkPermission.DECLARE_OWN)
def say_own_ties(
    _actor: Actor, person: Person, *, chosen: Collection[str], offered: Collection[str], missed: str
) -> None:
    """
    Keep with whom somebody says they work; what they said before and not again ends today.

    :param chosen: keys of those who were ticked; of them only those that were offered count
    :param offered: keys of those who could be ticked
    :param missed: whom they missed, in their own words
    """
    lock(person)
    said = {tie.ends[1]: tie for tie in own_ties(person)}
    today = clock.today()
    for key in sorted(set(chosen) & set(offered) - set(said)):
        other = _end("other_", _found(key))
        new = DeclaredTie(person_id=person.id, said_by=SaidBy.THEMSELVES, since=today, **other)
        session().add(new)
    for key in sorted(set(said) & set(offered) - set(chosen)):
        # What was ticked by mistake on the same day was never so.
        if said[key].since == today:
            session().delete(said[key])
        else:
            said[key].until = today
    link = (
        session().scalars(select(DeclaringLink).where(DeclaringLink.person_id == person.id)).one()
    )
    link.answered_at, link.missed = clock.now(), missed.strip()


def _joins(one: _Ids, other: _Ids) -> ColumnElement[bool]:
    return and_(
        DeclaredTie.person_id.is_not_distinct_from(one[0]),
        DeclaredTie.organisation_id.is_not_distinct_from(one[1]),
        DeclaredTie.other_person_id.is_not_distinct_from(other[0]),
        DeclaredTie.other_organisation_id.is_not_distinct_from(other[1]),
    )


def _found(key: str) -> Person | Organisation:
    if is_organisation(key):
        return organisations.organisation(id_of(key))
    return persons.person(id_of(key))


def _end(which: str, found: Person | Organisation) -> dict[str, int]:
    return {f"{which}{'person' if isinstance(found, Person) else 'organisation'}_id": found.id}


class ReasonNeeded(Invalid):
    """Who does not want to be shown may know why they were looked up."""

    message = _l("Say why you need this name. The person may read it.")
    field = "reason"


@command(NetworkPermission.LOOK_UP)
def look_up(actor: Actor, person: Person, *, reason: str) -> str:
    """Return the name behind a pseudonym, and keep who asked and why; or raise `ReasonNeeded`."""
    # The reason is kept with the person and in the audit trail.
    if not reason.strip():
        raise ReasonNeeded
    # Kept before the name is given: whoever is looked up can read of it.
    made = NameLookup(person_id=person.id, account_id=actor.account_id, reason=reason.strip())
    session().add(made)
    return shown_as(actor).name(person)
