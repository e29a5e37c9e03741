"""Questions about replies: the list of them, and of whom one is."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import Select, func, select

from crm.core.db import session, the_one
from crm.core.permissions import Actor
from crm.messages.models import Reply
from crm.stakeholders.models import Email, Person
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.values.addresses import email_key


class Shown(StrEnum):
    """Which replies are listed."""

    OPEN = "open"
    CLOSED = "closed"


def replies(shown: Shown) -> Select[Reply]:
    """Return the statement for the replies of the project in scope, the latest first."""
    statement = select(Reply).order_by(Reply.received_at.desc(), Reply.id.desc())
    is_open = shown is Shown.OPEN
    return statement.where(Reply.closed_at.is_(None) if is_open else Reply.closed_at.is_not(None))


def open_count() -> int:
    """Return how many replies nobody has closed."""
    statement = select(func.count()).select_from(Reply).where(Reply.closed_at.is_(None))
    return session().scalar(statement) or 0


def reply(reply_id: int) -> Reply:
    """Return one reply of the project in scope, or raise `NotFound`."""
    return the_one(select(Reply).where(Reply.id == reply_id))


def names(actor: Actor, replies: Collection[Reply]) -> dict[int, str]:
    """Return by id how `actor` may see the names of the people whom these replies are of."""
    eyes = shown_as(actor)
    ids = {reply.person_id for reply in replies if reply.person_id is not None}
    statement = select(Person).where(Person.id.in_(ids))
    return {person.id: eyes.name(person) for person in session().scalars(statement)}


def sole_person_at(address: str) -> int | None:
    """Return who in the project in scope has this address, if that is one person."""
    if not address:
        return None
    # An address of a family says nothing of who wrote.
    of_key = Email.address_key == email_key(address)
    found = session().scalars(select(Email.person_id).where(of_key).distinct().limit(2)).all()
    return found[0] if len(found) == 1 else None
