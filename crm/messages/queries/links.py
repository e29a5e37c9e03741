"""What a link in a message opens."""

from sqlalchemy import select

from crm.core import tokens
from crm.core.db import session, unscoped
from crm.core.db.scope import enter_project
from crm.core.errors import NotFound
from crm.core.mail import Purpose
from crm.messages.links import CONSENT, DETAILS, UNSUBSCRIBE
from crm.messages.models import OutboxMessage, PersonLink
from crm.stakeholders.models import Person

_BY_LINK = unscoped("a personal link tells of which project it is")


def message_by_link(token: str, purpose: str = UNSUBSCRIBE) -> OutboxMessage:
    """
    Return the message of which a link is, by default the one to unsubscribe, in its project.

    :raises NotFound: if it opens none, whether malformed, unknown or of another purpose
    """
    name = tokens.public_part(token)
    statement = select(OutboxMessage).where(OutboxMessage.public_name == name)
    found = session().scalar(statement, execution_options=_BY_LINK)
    if not tokens.opens(token, purpose, name) or found is None:
        raise NotFound
    if found.project_id is not None:
        enter_project(found.project_id)
    return found


def asked_by_link(token: str) -> tuple[OutboxMessage, Person]:
    """
    Return the request for consent of which a link is, with whom it asks, in its project.

    :raises NotFound: if it opens none, or the person is not known any more
    """
    message = message_by_link(token, CONSENT)
    person = session().scalar(select(Person).where(Person.id == message.person_id))
    if message.purpose is not Purpose.CONSENT_REQUEST or person is None:
        raise NotFound
    return message, person


def person_link(token: str) -> PersonLink:
    """
    Return the link to somebody's own details, also one that has ended, in its project.

    :raises NotFound: if it opens none, whether malformed, unknown or of another purpose
    """
    name = tokens.public_part(token)
    statement = select(PersonLink).where(PersonLink.public_name == name)
    found = session().scalar(statement, execution_options=_BY_LINK)
    if not tokens.opens(token, DETAILS, name) or found is None:
        raise NotFound
    enter_project(found.project_id)
    return found
