"""Questions about whom a message would reach: counted by the database, people by the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from crm.consent.models import ContactPurpose
from crm.consent.queries import may_be_asked, may_be_written_to
from crm.consent.rules import Asking
from crm.core import clock
from crm.core.db import session
from crm.core.mail import Purpose, Recipient
from crm.messages.queries import addressing, suppressions, templates
from crm.messages.queries.addressing import ASKED_FOR, Addressed, Selection
from crm.stakeholders.models import Email, Person

People = Select[Person]
# So many persons are in memory at once.
IN_MEMORY = 1_000
MOST_DOUBLES = 50


@dataclass(frozen=True, slots=True)
class Aim:
    """
    What people would be written for: one rule, said twice.

    :param may: the rule as a condition on `Person`, but for addresses that get no mail: it counts a
        hundred thousand people at once
    :param judge: the rule held to a few persons, one by one, with the reasons; it decides
    """

    purpose: Purpose
    may: ColumnElement[bool]
    judge: Callable[[Sequence[Person]], Selection]


@dataclass(frozen=True, slots=True)
class Reach:
    """
    Whom a message would reach now.

    :ivar total: how many people were chosen, whether it reaches them or not
    :ivar languages: how many get it in each language
    :ivar stopped: ids of those who may get it, at an address that gets no such mail
    """

    aim: Aim
    people: People
    total: int
    languages: list[tuple[str, int]]
    stopped: frozenset[int]

    @property
    def number(self) -> int:
        """How many people get it."""
        return sum(number for _language, number in self.languages)

    @property
    def to(self) -> People:
        """The statement for those who get it, by name."""
        return self.people.where(self.aim.may, ~_is_one_of(self.stopped))

    @property
    def others(self) -> People:
        """The statement for those who do not, by name."""
        return self.people.where(or_(~self.aim.may, _is_one_of(self.stopped)))

    def lacking(self) -> list[str]:
        """Return the languages that some of them read and that have no words for this purpose."""
        read = [code for code, _number in self.languages]
        return templates.languages_lacking(self.aim.purpose, read)


def free(contact: ContactPurpose) -> Aim:
    """Return what it is to write to people for a purpose of contact."""
    judge = partial(addressing.asked, Purpose.NEWS, contact=contact, asking=Asking.FOLLOW_UP)
    return Aim(Purpose.NEWS, may_be_written_to(contact, clock.today()), judge)


def consent_request() -> Aim:
    """Return what it is to ask people, once, whether they may be written to for more."""
    may = may_be_asked(ASKED_FOR, clock.today(), had=addressing.had)
    return Aim(Purpose.CONSENT_REQUEST, may, addressing.to_ask)


def reach(people: People, aim: Aim) -> Reach:
    """Return whom it would reach of `people`, a statement by name; always a few statements."""
    known, stopped = suppressions.digests(), frozenset[int]()
    if known:
        # Those addresses are only known by a keyed digest, which no database can make.
        chosen = select(Person.id, Email.address).join(Email, _is_first_address())
        chosen = chosen.where(Person.id.in_(_columns(people.where(aim.may), Person.id)))
        found = session().execute(chosen.order_by(Person.id))
        stopped = frozenset(who for who, address in found if suppressions.digest(address) in known)
    counted = _columns(
        people.where(aim.may, ~_is_one_of(stopped)), Person.language, func.count(Person.id)
    )
    rows = session().execute(counted.group_by(Person.language).order_by(Person.language))
    total = session().scalar(_columns(people, func.count(Person.id))) or 0
    return Reach(aim, people, total, [(row[0], row[1]) for row in rows], stopped)


def recipients(people: People, aim: Aim) -> list[Recipient]:
    """Return everybody of `people` whom it reaches, each judged by the rule itself, in parts."""
    ids = list(session().scalars(_columns(people.where(aim.may), Person.id).order_by(Person.id)))
    found: list[Recipient] = []
    for start in range(0, len(ids), IN_MEMORY):
        part = ids[start : start + IN_MEMORY]
        chosen = select(Person).where(Person.id.in_(part)).order_by(Person.id)
        judged = aim.judge(session().scalars(chosen).all())
        found += [addressed.recipient for addressed in judged.to]
    return found


def doubles(found: Reach) -> list[list[Person]]:
    """Return those who share an address, perhaps one human known twice; at most fifty groups."""
    # Narrowed to addresses that several persons have at all, before it is asked who gets it.
    several = (
        select(Email.address_key)
        .group_by(Email.address_key)
        .having(func.count(Email.person_id.distinct()) > 1)
    )
    chosen = select(Person.id, Email.address_key).join(Email, _is_first_address())
    chosen = chosen.where(Person.id.in_(_columns(found.to, Person.id)))
    by_address: dict[str, list[int]] = {}
    ordered = chosen.where(Email.address_key.in_(several)).order_by(Email.address_key, Person.id)
    for person_id, key in session().execute(ordered):
        by_address.setdefault(key, []).append(person_id)
    groups = [ids for ids in by_address.values() if len(ids) > 1][:MOST_DOUBLES]
    if not groups:
        return []
    wanted = found.people.where(Person.id.in_([person_id for ids in groups for person_id in ids]))
    persons = {person.id: person for person in session().scalars(wanted)}
    return [[persons[person_id] for person_id in ids] for ids in groups]


@dataclass(frozen=True, slots=True)
class Place:
    """One recipient, with who is before and after them by name."""

    person: Person
    number: int
    previous: int | None
    following: int | None


def place(found: Reach, person_id: int | None = None) -> Place | None:
    """Return a recipient, else the first one; none if it reaches nobody."""
    mine = found.to.where(Person.id == person_id).limit(1)
    person = session().scalar(mine) or session().scalar(found.to.limit(1))
    if person is None:
        return None
    key, number = person.sort_key, person.id
    level = Person.sort_key == key
    before = found.to.where(or_(Person.sort_key < key, level & (Person.id < number)))
    after = found.to.where(or_(Person.sort_key > key, level & (Person.id > number)))
    back = _columns(before, Person.id).order_by(Person.sort_key.desc(), Person.id.desc())
    on = _columns(after, Person.id).order_by(Person.sort_key, Person.id)
    return Place(
        person,
        number=1 + (session().scalar(_columns(before, func.count(Person.id))) or 0),
        previous=session().scalar(back.limit(1)),
        following=session().scalar(on.limit(1)),
    )


def addressed(aim: Aim, person: Person) -> Addressed | None:
    """Return one person as somebody who gets it, if they do."""
    return next(iter(aim.judge([person]).to), None)


def _is_first_address() -> ColumnElement[bool]:
    # A person is written to at the first of their addresses, and at no other.
    earlier = aliased(Email)
    first = (
        select(earlier.id)
        .where(earlier.person_id == Person.id)
        .order_by(earlier.position, earlier.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    return (Email.person_id == Person.id) & (Email.id == first)


def _is_one_of(ids: frozenset[int]) -> ColumnElement[bool]:
    # Written into the statement itself, as there may be more than a database takes as values.
    return Person.id.in_(bindparam("ids", sorted(ids), expanding=True, literal_execute=True))


def _columns(people: Select[Any], *columns: Any) -> Select[Any]:
    return people.with_only_columns(*columns).order_by(None)
