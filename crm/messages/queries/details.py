"""Questions for the page on which somebody sees what is kept about them."""

from datetime import datetime

from sqlalchemy import func, select

from crm.core.db import session
from crm.core.mail import Reason, Recipient
from crm.messages.models import PersonLink
from crm.stakeholders import consent
from crm.stakeholders.consent import Asking
from crm.stakeholders.models import ContactPurpose, Person
from crm.stakeholders.queries import contacting


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
    standing = contacting.standings([person])[person.id]
    return consent.recipient(
        person, standing, purpose=ContactPurpose.SESSION, asking=Asking.REQUESTED
    )
