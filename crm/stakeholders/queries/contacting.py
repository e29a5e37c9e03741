"""Conditions on roles and on persons that several questions share."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    and_,
    bindparam,
    cast,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from crm.core import clock
from crm.core.db import among, session
from crm.core.mail import Purpose, Reason
from crm.stakeholders import consent
from crm.stakeholders.consent import THE_ONE, Allowed, Asking, Ground, Objected, Standing
from crm.stakeholders.models import (
    Affiliation,
    Basis,
    ContactBasis,
    ContactPurpose,
    Email,
    Helix,
    Objection,
    Person,
)


def running_on(day: date) -> ColumnElement[bool]:
    """Return the condition for roles that run on `day`."""
    return and_(
        or_(Affiliation.since.is_(None), Affiliation.since <= day),
        or_(Affiliation.until.is_(None), Affiliation.until >= day),
    )


def speaks_for_others(day: date) -> ColumnElement[bool]:
    """Return the condition for roles of officials and of contacts of organisations."""
    in_organisation = Affiliation.organisation_id.is_not(None)
    return and_(
        running_on(day),
        Affiliation.helix != Helix.END_USERS,
        or_(in_organisation, Affiliation.helix == Helix.GOVERNMENT),
    )


def may_be_written_to(purpose: ContactPurpose, day: date) -> ColumnElement[bool]:
    """
    Return the condition for persons with an address to whom we may begin to write on `day`.

    It is `consent.refusal` for whatever we begin ourselves, said in SQL.
    """
    allowed = [one for one in Basis if consent.rule(one, purpose).follow_up is Allowed.ALWAYS]
    yes = _has_ground(purpose, ContactBasis.basis.in_(allowed))
    # A wider consent never beats a no for this purpose itself.
    not_asked = ~_has_ground(purpose, ContactBasis.basis != Basis.NOT_ASKED)
    ways = [yes]
    if consent.USUAL_OF_CONTACTS[purpose] in allowed:
        ways.append(and_(_is_contact(day), ~_has_ground(purpose)))
    ways += [
        and_(not_asked, _has_ground(wider, ContactBasis.basis == Basis.CONSENT))
        for wider, covered in consent.COVERS.items()
        if covered is purpose
    ]
    return and_(or_(*ways), _is_reachable())


def may_be_asked(
    purposes: Collection[ContactPurpose],
    day: date,
    *,
    had: Callable[[Collection[Purpose]], ColumnElement[bool]],
) -> ColumnElement[bool]:
    """
    Return the condition for persons with an address who may be asked consent on `day`.

    It is `consent.refusal` of a request for all of the purposes at once, of which at least one is
    open still, said in SQL.

    :param had: gives the condition for persons to whom a message of these purposes was written
    """
    refuses = [
        _has_ground(one, ContactBasis.basis.in_(_that_refuse(one, Asking.CONSENT_REQUEST)))
        for one in purposes
    ]
    is_open = [~_has_ground(one, ContactBasis.basis != Basis.NOT_ASKED) for one in purposes]
    return and_(~or_(*refuses), or_(*is_open), ~_had_the_one(day, had), _is_reachable())


def _had_the_one(
    day: date, had: Callable[[Collection[Purpose]], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Return the condition for persons who had their one message: `Standing.had_the_one`."""
    session = ContactPurpose.SESSION
    noted = _has_ground(session, ContactBasis.basis == Basis.PUBLIC_TASK)
    usual = and_(_is_contact(day), ~_has_ground(session))
    return or_(had((Purpose.CONSENT_REQUEST,)), and_(had(THE_ONE), ~or_(noted, usual)))


def _that_refuse(purpose: ContactPurpose, asking: Asking) -> list[Basis]:
    return [one for one in Basis if isinstance(consent.rule(one, purpose).of(asking), Reason)]


def _is_contact(day: date) -> ColumnElement[bool]:
    role = (Affiliation.person_id == Person.id, speaks_for_others(day))
    return and_(~Person.is_private, select(Affiliation.id).where(*role).exists())


def _is_reachable() -> ColumnElement[bool]:
    objects = Person.id.in_(select(Objection.person_id))
    return and_(~objects, select(Email.id).where(Email.person_id == Person.id).exists())


def _has_ground(purpose: ContactPurpose, *held: ColumnElement[bool]) -> ColumnElement[bool]:
    # Few have a ground of their own: their ids are looked up once, and not for each person anew.
    noted = select(ContactBasis.person_id).where(ContactBasis.purpose == purpose, *held)
    return Person.id.in_(noted)


def standings(persons: Collection[Person], *, day: date | None = None) -> dict[int, Standing]:
    """
    Return by id what decides whether these persons may be written to, and load their addresses.

    It takes the same few statements for one person and for thousands.
    """
    ids = [person.id for person in persons]
    contacts = _contacts(ids, day or clock.today())
    noted, objections = _said(ids)
    statement = select(Person).where(among(Person.id, ids)).order_by(Person.id)
    # Loaded for all in one go, or `consent.recipient` would ask for each person apart.
    session().scalars(statement.options(selectinload(Person.emails))).all()
    return {one: Standing(one, one in contacts, noted[one], objections.get(one)) for one in ids}


def standings_of_loaded(persons: Collection[Person]) -> dict[int, Standing]:
    """Return the same for today, in one statement; load roles and addresses with the persons."""
    day = clock.today()
    noted, objections = _said([person.id for person in persons])
    return {
        one.id: Standing(
            one.id, consent.is_contact(one, day), noted[one.id], objections.get(one.id)
        )
        for one in persons
    }


def standing(person: Person) -> Standing:
    """Return what decides today whether a person may be written to, in one statement."""
    return standings_of_loaded([person])[person.id]


def _contacts(ids: Sequence[int], day: date) -> set[int]:
    """Return who is an official or the contact of an organisation, and not marked private."""
    statement = (
        select(Affiliation.person_id)
        .join(Person, Person.id == Affiliation.person_id)
        .where(among(Affiliation.person_id, ids), speaks_for_others(day), ~Person.is_private)
    )
    return set(session().scalars(statement))


def _said(
    ids: Sequence[int],
) -> tuple[defaultdict[int, dict[ContactPurpose, Ground]], dict[int, Objected]]:
    """Return the grounds that were noted of persons, and who objected, in one statement."""
    noted: defaultdict[int, dict[ContactPurpose, Ground]] = defaultdict(dict)
    objections: dict[int, Objected] = {}
    if len(ids) == 1:
        rows = session().execute(_of_one(), {"asked": ids[0]})
    else:
        rows = session().execute(_grounds_and_objections(lambda of: among(of, ids)))
    for person_id, about, ground, source, at in rows:
        if about is None:
            objections[person_id] = Objected(source, at)
        else:
            noted[person_id][about] = Ground(ground, source, at)
    return noted, objections


# The page of a person asks it, and making the statement took longer than the answer.
@cache
def _of_one() -> CompoundSelect[*tuple[Any, ...]]:
    return _grounds_and_objections(lambda person_id: person_id == bindparam("asked"))


def _grounds_and_objections(
    holds: Callable[[InstrumentedAttribute[int]], ColumnElement[bool]],
) -> CompoundSelect[*tuple[Any, ...]]:
    kept, against = ContactBasis, Objection
    purpose, basis = cast(null(), kept.purpose.type), cast(null(), kept.basis.type)
    grounds = select(kept.person_id, kept.purpose, kept.basis, kept.source, kept.at)
    objected = select(against.person_id, purpose, basis, against.source, against.at)
    return union_all(grounds.where(holds(kept.person_id)), objected.where(holds(against.person_id)))
