"""Invited people as recipients: who may get which message about a session."""

from collections.abc import Collection, Mapping

from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload

from crm.core.db import session
from crm.core.mail import Purpose, Reason, Recipient
from crm.design_sessions.models import Answer, Invitation
from crm.design_sessions.queries.people import to_show
from crm.messages.queries import addressing, suppressions
from crm.stakeholders import consent
from crm.stakeholders.consent import Asking, Standing
from crm.stakeholders.models import Person
from crm.stakeholders.queries import contacting

# What follows from an answer; a change or cancellation is that only for who answered.
REPLIES = (Purpose.CONFIRMATION, Purpose.WAITING, Purpose.OFFER)
NEWS_OF_SESSION = (Purpose.CHANGE, Purpose.CANCELLATION)
# Who unsubscribed hears no more of a session, but for one that they said yes to.
SAID_YES = (Answer.YES, Answer.WAITING, Answer.OFFERED)


def recipients(
    invitations: Collection[Invitation],
    purpose: Purpose,
    *,
    before: Mapping[int, int] | None = None,
) -> dict[int, Recipient | Reason]:
    """
    Return by id of the invitation who may get a message of this purpose, or why they may not.

    :param before: by invitation, the message about to be sent itself: only older ones were written
    """
    persons = _persons(invitations)
    standings = contacting.standings(list(persons.values()))
    firsts, sent = addressing.firsts(persons), before or {}
    known = {
        one.id: addressing.older(firsts.get(one.person_id, {}), sent.get(one.id))
        for one in invitations
    }
    found = {
        one.id: recipient(one, purpose, standings[one.person_id].knowing(written=known[one.id]))
        for one in invitations
    }
    return found | (_unsubscribed(invitations, found) if purpose in NEWS_OF_SESSION else {})


def _unsubscribed(
    invitations: Collection[Invitation], found: Mapping[int, Recipient | Reason]
) -> dict[int, Reason]:
    """Return by id of the invitation who is not told, as they want no mail and never said yes."""
    addresses = {
        one.id: to.address
        for one in invitations
        if one.answer not in SAID_YES and isinstance(to := found[one.id], Recipient)
    }
    stopped = suppressions.reasons_by_scope(set(addresses.values()))
    return {
        key: reason
        for key, address in addresses.items()
        if (reason := suppressions.reason_against(stopped.get(address, {}), is_bulk=True))
    }


def _persons(invitations: Collection[Invitation]) -> dict[int, Person]:
    """Return the persons by id, read together where they were not read yet."""
    unread = {one.person_id for one in invitations if "person" in inspect(one).unloaded}
    kept = list(session().scalars(select(Person).where(Person.id.in_(unread)))) if unread else []
    found = {one.person_id: one.person for one in invitations}
    assert len(kept) <= len(found)  # noqa: S101 - kept until here, or each were read alone
    return found


def unreachable(
    invitations: Collection[Invitation], found: Mapping[int, Recipient | Reason]
) -> dict[int, Reason]:
    """Return by id of the invitation why nobody may write to somebody at all, nor can."""
    addresses = {one.address for one in found.values() if isinstance(one, Recipient)}
    stopped = suppressions.reasons_by_scope(addresses)
    reasons: dict[int, Reason] = {}
    for one in invitations:
        to = found[one.id]
        against = stopped.get(to.address, {}) if isinstance(to, Recipient) else {}
        why = to if isinstance(to, Reason) else suppressions.reason_against(against, is_bulk=False)
        if why is not None:
            reasons[one.id] = why
    return reasons


def recipient(invitation: Invitation, purpose: Purpose, standing: Standing) -> Recipient | Reason:
    """Return an invited person as somebody who may get this message, or why they may not."""
    # Whoever answers, by their link or to a planner, wants to hear what follows from it.
    agreed = invitation.answered_at is not None
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
    return all_to_write([invitation_id]).get(invitation_id)


def all_to_write(
    invitation_ids: Collection[int], *, are_written: bool = False
) -> dict[int, Invitation]:
    """
    Return invitations by id, with all that messages about them need.

    :param are_written: whether only their recipients still matter
    """
    shown = () if are_written else to_show()
    statement = (
        select(Invitation)
        .where(Invitation.id.in_(invitation_ids))
        .options(
            joinedload(Invitation.design_session),
            joinedload(Invitation.person).options(*shown),
        )
        .execution_options(populate_existing=True)
    )
    return {one.id: one for one in session().scalars(statement)}
