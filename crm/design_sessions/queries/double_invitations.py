"""Questions about sessions to which two persons who become one are both invited."""

from collections.abc import Collection, Sequence
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from crm.core import clock
from crm.core.db import among, session
from crm.core.mail import Purpose
from crm.design_sessions.mail_checks import ITEM
from crm.design_sessions.models import Answer, DesignSession, Invitation, SessionState
from crm.design_sessions.queries.notification_log import ARRIVED
from crm.messages.models import HANDED_OVER, OutboxMessage
from crm.stakeholders.addresses import email_key
from crm.stakeholders.models import Email

# Only these bring an item into a calendar.
BRINGING = (Purpose.CONFIRMATION, Purpose.CHANGE)


def invited_both(kept_id: int, gone_id: int) -> list[tuple[Invitation, Invitation]]:
    """Return the invitations of both to each coming session, that of the one that stays first."""
    both = Invitation.person_id.in_((kept_id, gone_id))
    twice = select(Invitation.design_session_id).where(both)
    twice = twice.group_by(Invitation.design_session_id).having(func.count() > 1)
    statement = (
        select(Invitation)
        .join(Invitation.design_session)
        .where(both, DesignSession.id.in_(twice), DesignSession.ends_at > clock.now())
        .options(contains_eager(Invitation.design_session), joinedload(Invitation.person))
        .order_by(Invitation.design_session_id)
        .execution_options(populate_existing=True)
    )
    found = groupby(session().scalars(statement), key=lambda one: one.design_session_id)
    pairs = (sorted(group, key=lambda one: one.person_id == gone_id) for _id, group in found)
    return [(kept, gone) for kept, gone in pairs]


def addresses_of_items(
    invitations: Sequence[Invitation], *, kept_id: int, gone_id: int
) -> dict[int, Email]:
    """
    Return by id of the invitation the address to which its calendar item went.

    Only where it is an address of either person still; where it is one of both, that which stays.
    """
    ids = [one.id for one in invitations]
    sent = select(OutboxMessage.about_id, OutboxMessage.address).where(
        among(OutboxMessage.about_id, ids),
        OutboxMessage.purpose.in_(BRINGING),
        OutboxMessage.state.in_(HANDED_OVER),
    )
    told = {
        one: address for one, address in session().execute(sent.order_by(OutboxMessage.id)) if one
    }
    theirs = select(Email).where(Email.person_id.in_((kept_id, gone_id)))
    emails = sorted(session().scalars(theirs), key=lambda one: one.person_id == kept_id)
    known = {one.address_key: one for one in emails}
    return {
        about: known[key] for about, address in told.items() if (key := email_key(address)) in known
    }


def items_taken(person_ids: Collection[int]) -> list[tuple[Invitation, OutboxMessage]]:
    """
    Return invitations to coming sessions whose calendar item a message took away that left.

    They do not know it: the message was about one person that two others were for a while.
    """
    statement = (
        select(Invitation)
        .join(Invitation.design_session)
        .where(among(Invitation.person_id, person_ids), DesignSession.starts_at > clock.now())
        .options(contains_eager(Invitation.design_session), joinedload(Invitation.person))
        .order_by(Invitation.id)
        .execution_options(populate_existing=True)
    )
    found = {one.calendar_id: one for one in session().scalars(statement)}
    left = select(OutboxMessage).where(
        among(OutboxMessage.about_id, [one.id for one in found.values()]),
        OutboxMessage.purpose == Purpose.CANCELLATION,
        OutboxMessage.state.in_(ARRIVED),
    )
    letters = session().scalars(left.order_by(OutboxMessage.id))
    taken = [(found.get(one.params.get(ITEM, "")), one) for one in letters]
    return [(one, letter) for one, letter in taken if one is not None and one.has_calendar_item]


def waited_for(invitation_ids: Collection[int]) -> list[DesignSession]:
    """Return the sessions of these invitations that take answers and have somebody who waits."""
    waiting = select(Invitation.design_session_id).where(Invitation.answer == Answer.WAITING)
    statement = (
        select(DesignSession)
        .join(Invitation)
        .where(
            among(Invitation.id, invitation_ids),
            DesignSession.state == SessionState.OPEN,
            DesignSession.starts_at > clock.now(),
            DesignSession.id.in_(waiting),
        )
        .options(selectinload(DesignSession.targets))
        .order_by(DesignSession.id)
        .execution_options(populate_existing=True)
    )
    return list(session().scalars(statement).unique())
