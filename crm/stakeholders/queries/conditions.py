"""Conditions on roles and on persons that several questions share."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from crm.stakeholders import consent
from crm.stakeholders.consent import Allowed
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
        role = (Affiliation.person_id == Person.id, speaks_for_others(day))
        contact = and_(~Person.is_private, select(Affiliation.id).where(*role).exists())
        ways.append(and_(contact, ~_has_ground(purpose)))
    ways += [
        and_(not_asked, _has_ground(wider, ContactBasis.basis == Basis.CONSENT))
        for wider, covered in consent.COVERS.items()
        if covered is purpose
    ]
    objects = Person.id.in_(select(Objection.person_id))
    reachable = select(Email.id).where(Email.person_id == Person.id).exists()
    return and_(or_(*ways), ~objects, reachable)


def _has_ground(purpose: ContactPurpose, *held: ColumnElement[bool]) -> ColumnElement[bool]:
    # Few have a ground of their own: their ids are looked up once, and not for each person anew.
    noted = select(ContactBasis.person_id).where(ContactBasis.purpose == purpose, *held)
    return Person.id.in_(noted)
