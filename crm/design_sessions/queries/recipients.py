"""Invited people as recipients: who may get which message about a session."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import session
from crm.core.mail import Purpose, Reason, Recipient
from crm.design_sessions.models import Answer, AnsweredBy, Invitation
from crm.design_sessions.queries.people import TO_SHOW
from crm.messages.queries import written
from crm.stakeholders import consent
from crm.stakeholders.consent import Asking, Standing

# What follows from an answer; a change or cancellation is that only for who answered.
REPLIES = (Purpose.CONFIRMATION, Purpose.WAITING, Purpose.OFFER)
NEWS_OF_SESSION = (Purpose.CHANGE, Purpose.CANCELLATION)


def recipients(
    invitations: Collection[Invitation], purpose: Purpose, *, before: int | None = None
) -> dict[int, Recipient | Reason]:
    """
    Return by id of the invitation who may get a message of this purpose, or why they may not.

    :param before: the message that is about to be sent itself, which does not count as written
    """
    persons = {one.person_id: one.person for one in invitations}
    standings = written.standings(list(persons.values()), before=before)
    return {one.id: recipient(one, purpose, standings[one.person_id]) for one in invitations}


def recipient(invitation: Invitation, purpose: Purpose, standing: Standing) -> Recipient | Reason:
    """Return an invited person as somebody who may get this message, or why they may not."""
    agreed = invitation.answered_by is AnsweredBy.LINK
    return consent.recipient(
        invitation.person,
        standing.agreeing(answered=agreed),
        purpose=invitation.purpose,
        asking=asking(invitation, purpose),
    )


def asking(invitation: Invitation, purpose: Purpose) -> Asking:
    """Return what a message of this purpose asks of an invited person, or answers."""
    answered = invitation.answer is not Answer.NONE or invitation.answered_at is not None
    if purpose in REPLIES or (purpose in NEWS_OF_SESSION and answered):
        return Asking.REPLY
    if purpose is Purpose.INVITE and invitation.gave_address:
        return Asking.FIRST
    return Asking.FOLLOW_UP


def to_write(invitation_id: int) -> Invitation | None:
    """Return an invitation with all that a message about it needs, if it is there still."""
    statement = (
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .options(
            joinedload(Invitation.design_session),
            joinedload(Invitation.person).options(*TO_SHOW),
        )
        .execution_options(populate_existing=True)
    )
    return session().scalar(statement)
