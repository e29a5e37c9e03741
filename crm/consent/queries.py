"""Questions about whom one may write to: as conditions in SQL, and of persons one by one."""

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

from crm.consent.models import Basis, ContactBasis, ContactPurpose, Objection
from crm.consent.rules import (
    COVERS,
    THE_ONE,
    USUAL_OF_CONTACTS,
    Allowed,
    Ground,
    Standing,
    is_contact,
    rule,
)
from crm.core import clock
from crm.core.db import among, session
from crm.core.mail import Purpose, Reason
from crm.stakeholders.models import Affiliation, Email, Helix, Objected, Person


def speaks_for_others(day: date) -> ColumnElement[bool]:
    """Return the condition for roles of officials and of contacts of organisations."""
    in_organisation = Affiliation.organisation_id.is_not(None)
    return and_(
        Affiliation.running_on(day),
        Affiliation.helix != Helix.END_USERS,
        or_(in_organisation, Affiliation.helix == Helix.GOVERNMENT),
    )


def may_be_written_to(purpose: ContactPurpose, day: date) -> ColumnElement[bool]:
    """
    Return the condition for persons with an address to whom we may begin to write on `day`.

    It is `consent.refusal` for whatever we begin ourselves, said in SQL.
    """
    always = Allowed.ALWAYS
    allowed = [basis for basis in Basis if rule(basis, purpose).follow_up is always]
    yes = _has_ground(purpose, ContactBasis.basis.in_(allowed))
    # A wider consent never beats a no for this purpose itself.
    not_asked = ~_has_ground(purpose, ContactBasis.basis != Basis.NOT_ASKED)
    ways = [yes]
    if USUAL_OF_CONTACTS[purpose] in allowed:
        ways.append(and_(_is_contact(day), ~_has_ground(purpose)))
    ways += [
        and_(not_asked, _has_ground(wider, ContactBasis.basis == Basis.CONSENT))
        for wider, covered in COVERS.items()
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
    refuses, is_open = [], []
    for purpose in purposes:
        verdicts = {basis: rule(basis, purpose).consent_request for basis in Basis}
        refusing = [basis for basis, verdict in verdicts.items() if isinstance(verdict, Reason)]
        refuses.append(_has_ground(purpose, ContactBasis.basis.in_(refusing)))
        is_open.append(~_has_ground(purpose, ContactBasis.basis != Basis.NOT_ASKED))
    # As `Standing.had_the_one` has it: an invitation that the public task allows is not the one.
    noted = _has_ground(ContactPurpose.SESSION, ContactBasis.basis == Basis.PUBLIC_TASK)
    usual = and_(_is_contact(day), ~_has_ground(ContactPurpose.SESSION))
    invited = and_(had(THE_ONE), ~or_(noted, usual))
    had_the_one = or_(had((Purpose.CONSENT_REQUEST,)), invited)
    return and_(~or_(*refuses), or_(*is_open), ~had_the_one, _is_reachable())


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
    speaking = (among(Affiliation.person_id, ids), speaks_for_others(day or clock.today()))
    roles = select(Affiliation.person_id).join(Person, Person.id == Affiliation.person_id)
    contacts = set(session().scalars(roles.where(*speaking, ~Person.is_private)))
    noted, objections = _said(ids)
    statement = select(Person).where(among(Person.id, ids)).order_by(Person.id)
    # Loaded for all in one go, or `consent.recipient` would ask for each person apart.
    session().scalars(statement.options(selectinload(Person.emails))).all()
    return {key: Standing(key, key in contacts, noted[key], objections.get(key)) for key in ids}


def standings_of_loaded(persons: Collection[Person]) -> dict[int, Standing]:
    """Return the same for today, in one statement; load roles and addresses with the persons."""
    day = clock.today()
    noted, objections = _said([person.id for person in persons])
    contacts = {person.id: is_contact(person, day) for person in persons}
    return {
        key: Standing(key, speaks, noted[key], objections.get(key))
        for key, speaks in contacts.items()
    }


def standing(person: Person) -> Standing:
    """Return what decides today whether a person may be written to, in one statement."""
    return standings_of_loaded([person])[person.id]


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
