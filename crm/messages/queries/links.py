"""What a link in a message opens."""

from sqlalchemy import select

from crm.core import tokens
from crm.core.db import session, unscoped
from crm.core.db.scope import enter_project
from crm.core.errors import NotFound
from crm.messages.links import DETAILS, UNSUBSCRIBE
from crm.messages.models import OutboxMessage, PersonLink

_BY_LINK = unscoped("a personal link tells of which project it is")


def message_by_link(token: str) -> OutboxMessage:
    """
    Return the message of which a link to unsubscribe is, and hold what follows to its project.

    :raises NotFound: if it opens none, whether malformed, unknown or of another purpose
    """
    name = tokens.public_part(token)
    statement = select(OutboxMessage).where(OutboxMessage.public_name == name)
    found = session().scalar(statement, execution_options=_BY_LINK)
    if not tokens.opens(token, UNSUBSCRIBE, name) or found is None:
        raise NotFound
    if found.project_id is not None:
        enter_project(found.project_id)
    return found


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
