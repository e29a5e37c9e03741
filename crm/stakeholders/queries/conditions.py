"""Conditions on roles and on persons that several questions share."""

from collections.abc import Callable, Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from crm.core.mail import Purpose, Reason
from crm.stakeholders import consent
from crm.stakeholders.consent import THE_ONE, Allowed, Asking
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
