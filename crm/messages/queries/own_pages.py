"""What a personal link opens: a message, a request for consent, or all that is kept of somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, select

from crm.consent import queries, rules
from crm.consent.models import ContactPurpose
from crm.core import references, tokens
from crm.core.db import Base, session, unscoped
from crm.core.db.scope import enter_project
from crm.core.errors import NotFound
from crm.core.mail import Purpose, Reason, Recipient
from crm.messages.models import OutboxMessage, PersonLink
from crm.messages.rules.links import CONSENT
from crm.stakeholders.models import Person
from crm.stakeholders.rules.fields import PERSON, columns_of

_BY_LINK = unscoped("a personal link tells of which project it is")
_Linked = TypeVar("_Linked", OutboxMessage, PersonLink)
# The column by which people know a record.
NAMES = ("title", "name", "label")


@dataclass(frozen=True, slots=True)
class Kept:
    """
    One kind of row that is kept about a person.

    :ivar key: its table, and the column that leads to the person
    :ivar columns: what is told of each row; a reference to a record is told as its name
    """

    key: tuple[str, str]
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def asked_by_link(token: str) -> tuple[OutboxMessage, Person]:
    """Return the request for consent of which a link is, and whom it asks; else `NotFound`."""
    message = opened(OutboxMessage, token, CONSENT)
    person = session().scalar(select(Person).where(Person.id == message.person_id))
    if message.purpose is not Purpose.CONSENT_REQUEST or person is None:
        raise NotFound
    return message, person


def opened(model: type[_Linked], token: str, purpose: str) -> _Linked:
    """
    Return what a link for a purpose is of, in its project; also one to own details that has ended.

    :raises NotFound: if it opens none, whether malformed, unknown or of another purpose
    """
    name = tokens.public_part(token)
    statement = select(model).where(model.public_name == name)
    found = session().scalar(statement, execution_options=_BY_LINK)
    # Looked up before the proof is judged, so that a wrong proof takes as long as a wrong name.
    if not tokens.opens(token, purpose, name) or found is None:
        raise NotFound
    if found.project_id is not None:
        enter_project(found.project_id)
    return found


def links_since(person: Person, moment: datetime) -> int:
    """Return how many links to their own details were made for a person since a moment."""
    chosen = (PersonLink.person_id == person.id) & (PersonLink.made_at > moment)
    return session().scalar(select(func.count(PersonLink.id)).where(chosen)) or 0


def link(link_id: int) -> PersonLink | None:
    """Return one link of the project in scope; none if it is gone."""
    return session().scalar(select(PersonLink).where(PersonLink.id == link_id))


def person_of(link: PersonLink) -> Person:
    """Return whose details a link shows; they are there as long as the link is."""
    return session().scalars(select(Person).where(Person.id == link.person_id)).one()


def recipient(person: Person) -> Recipient | Reason:
    """Return the person as somebody who may get the link that they asked for, or why not."""
    standing = queries.standings([person])[person.id]
    # Asked for by themselves: also whoever objected to all mail has a right to see what is kept.
    return rules.recipient(
        person, standing, purpose=ContactPurpose.SESSION, asking=rules.Asking.REQUESTED
    )


def kept_about(person: Person) -> list[Kept]:
    """Return all rows about a person by kind, their own first; without kinds that have none."""
    found = [_kept(Person, "id", [*columns_of(PERSON)], Person.id == person.id)]
    # By the registry and not by a list of tables: what a higher feature adds is told as well.
    for reference in references.to(Person):
        model, column = reference.model, reference.column
        refers = getattr(model, column) == person.id
        found.append(_kept(model, column, reference.told, refers))
        for part in reference.parts:
            belongs = getattr(part.model, part.column).in_(select(model.id).where(refers))
            found.append(_kept(part.model, part.column, part.told, belongs))
    return [kind for kind in found if kind.rows]


def _kept(model: type[Base], column: str, told: Sequence[str], where: ColumnElement[bool]) -> Kept:
    statement = select(*(getattr(model, name) for name in told)).where(where).order_by(model.id)
    rows = [tuple(row) for row in session().execute(statement)]
    for place, name in enumerate(told):
        # A number says nothing to its reader: a reference is told by the name of the record.
        tables = {key.column.table for key in model.__table__.c[name].foreign_keys}
        mappers = (known for known in Base.registry.mappers if known.local_table in tables)
        target = next((mapper.class_ for mapper in mappers), None)
        if target is not None:
            called = next(getattr(target, name) for name in NAMES if hasattr(target, name))
            ids = {row[place] for row in rows} - {None}
            chosen = select(target.id, called).where(target.id.in_(ids)).order_by(target.id)
            names = {row.id: row[1] for row in session().execute(chosen)}
            rows = [(*row[:place], names.get(row[place], ""), *row[place + 1 :]) for row in rows]
    columns = tuple(name.removesuffix("_id") for name in told)
    return Kept((model.__tablename__, column), columns, rows)
