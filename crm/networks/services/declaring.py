"""Declaring ties: by the project team, and by stakeholders themselves."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from crm.core import clock, tokens
from crm.core.commands import command
from crm.core.db import lock, session
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.ties import id_of, is_organisation
from crm.networks.models import LINK_LASTS, DeclaredTie, DeclaringLink, SaidBy
from crm.networks.policy import NetworkPermission
from crm.networks.queries.declared_ties import own_ties
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.queries import organisations, persons

_Ids = tuple[int | None, int | None]


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
    """
    What is declared of a tie.

    :param other: key of the other end
    """

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
    if _is_noted(made):
        raise AlreadyDeclared
    session().add(made)
    session().flush()
    return made


@command(NetworkPermission.DECLARE)
def end_tie(_actor: Actor, tie: DeclaredTie) -> None:
    """
    Let a declared tie end today.

    :raises EndBeforeStart: if it begins later than today
    """
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
    said = {one.ends[1]: one for one in own_ties(person)}
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


def _is_noted(tie: DeclaredTie) -> bool:
    """Whether the team noted a tie between the same two, in either order, that has not ended."""
    there = (tie.person_id, tie.organisation_id)
    beyond = (tie.other_person_id, tie.other_organisation_id)
    statement = select(DeclaredTie.id).where(
        DeclaredTie.said_by == SaidBy.TEAM,
        DeclaredTie.until.is_(None),
        or_(_joins(there, beyond), _joins(beyond, there)),
    )
    return session().scalar(statement.limit(1)) is not None


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


def _end(which: str, one: Person | Organisation) -> dict[str, int]:
    return {f"{which}{'person' if isinstance(one, Person) else 'organisation'}_id": one.id}
