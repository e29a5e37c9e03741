"""Questions about answers by mail: whose calendar item it is, and what was written about it."""

from datetime import datetime

from sqlalchemy import func, select

from crm.core import clock
from crm.core.db import session, unscoped
from crm.core.mail import Purpose
from crm.design_sessions.models import GONE, DesignSession, Invitation
from crm.design_sessions.queries.notification_log import PURPOSES
from crm.messages.models import OutboxMessage
from crm.stakeholders.addresses import email_key
from crm.stakeholders.models import Email

_BY_NAME = unscoped("the name of a calendar item, which nobody else knows, tells of which project")

_BY_ADDRESS = unscoped("an answer that proves nothing waits where it can only belong")


def invitation_of_item(name: str) -> Invitation | None:
    """Return the invitation whose calendar item has this name."""
    statement = select(Invitation).where(Invitation.calendar_id == name)
    return session().scalar(statement, execution_options=_BY_NAME)


def sole_coming_item(address: str, starts_at: datetime) -> Invitation | None:
    """Return the item of a coming session of that moment in the calendar of who has an address."""
    statement = (
        select(Invitation)
        .join(DesignSession, Invitation.design_session_id == DesignSession.id)
        .join(Email, Invitation.person_id == Email.person_id)
        .where(
            Email.address_key == email_key(address),
            DesignSession.starts_at == starts_at,
            DesignSession.starts_at > clock.now(),
            Invitation.answer.not_in(GONE),
            Invitation.calendar_sequence >= 0,
        )
        .distinct()
        .limit(2)
    )
    found = session().scalars(statement, execution_options=_BY_ADDRESS).all()
    return found[0] if len(found) == 1 else None


def addresses_of(invitation: Invitation) -> set[str]:
    """Return the folded addresses of an invited person, and those that were written to."""
    theirs = select(Email.address).where(Email.person_id == invitation.person_id)
    written = select(OutboxMessage.address).where(
        OutboxMessage.purpose.in_(PURPOSES), OutboxMessage.about_id == invitation.id
    )
    found = {*session().scalars(theirs), *session().scalars(written)}
    return {email_key(one) for one in found if one}


def changed_at(invitation: Invitation) -> datetime | None:
    """Return when somebody was last written to about a change of time or place."""
    statement = select(func.max(OutboxMessage.queued_at)).where(
        OutboxMessage.purpose == Purpose.CHANGE, OutboxMessage.about_id == invitation.id
    )
    return session().scalar(statement)
