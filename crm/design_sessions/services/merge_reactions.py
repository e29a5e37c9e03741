"""What follows in sessions when two persons are one, and which invitations are then double."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from crm.consent.rules import at_address
from crm.core import clock
from crm.core.db import among, remove_many, session
from crm.core.mail import Letter, Priority, Purpose, Recipient
from crm.core.undo import UNDO, Step, Undoing, Undone
from crm.design_sessions.models import Answer, DesignSession, Invitation, Need, SessionState
from crm.design_sessions.queries import answers
from crm.design_sessions.queries.answers import staying_away
from crm.design_sessions.queries.notification_log import ARRIVED, recipients
from crm.design_sessions.rules import calendars
from crm.design_sessions.rules.mail_checks import BACK, ITEM, TOLD
from crm.design_sessions.rules.merge_rules import item_to_clear
from crm.design_sessions.services.answering import rebalance
from crm.messages.models import HANDED_OVER, OutboxMessage
from crm.messages.services import outbox
from crm.stakeholders.events import MergeAsked, PersonsMerged, PersonsMerging
from crm.stakeholders.models import Email
from crm.stakeholders.services.merging import PERSONS
from crm.stakeholders.values.addresses import email_key

# A merge that was a mistake is often taken back at once.
PAUSE = timedelta(minutes=10)


def hold_sessions(fact: MergeAsked) -> None:
    """Hold their sessions before the persons, as an answer does: else each waits for the other."""
    answers.hold_coming(fact.kept_id, fact.gone_id)


def clear_calendars(fact: PersonsMerging) -> None:
    """
    Take one of two items of a session out of the calendar: nobody would tell it of changes.

    It is written to the address that the item went to, if they still have it and may be written to
    there; who had one item reads nothing.
    """
    pairs = _invited_both(fact.kept_id, fact.gone_id)
    spare = [item for item in (item_to_clear(kept, gone) for kept, gone in pairs) if item]
    _take_away([(item, item) for item in spare], kept_id=fact.kept_id, gone_id=fact.gone_id)


def free_places(fact: PersonsMerged) -> None:
    """Give the place to who waits, where one person held two; who stays away needs nothing."""
    joined = [
        invitation_id
        for invitation_id in fact.joined.get("invitation", {}).values()
        if invitation_id is not None
    ]
    if not joined:
        return
    remove_many(Need, among(Need.invitation_id, staying_away(joined)))
    theirs = select(Invitation.design_session_id).where(among(Invitation.id, joined))
    waiting = select(Invitation.design_session_id).where(Invitation.answer == Answer.WAITING)
    statement = select(DesignSession).where(
        DesignSession.id.in_(theirs),
        DesignSession.state == SessionState.OPEN,
        DesignSession.starts_at > clock.now(),
        DesignSession.id.in_(waiting),
    )
    ordered = statement.order_by(DesignSession.id).execution_options(populate_existing=True)
    rebalance(*session().scalars(ordered))


def give_items_back(fact: Undone) -> None:
    """
    Send again, where a merge is undone, the items that were taken out of calendars meanwhile.

    A calendar takes an item back by a higher SEQUENCE than that of what took it away. Whoever
    said no since, or may not be written to, gets nothing.
    """
    if fact.kind != PERSONS:
        return
    taken = _items_taken([fact.about["person_id"], fact.about["gone"]])
    for invitation, letter in taken:
        known = letter.sequence, letter.params["item_sequence"], invitation.design_session.sequence
        invitation.calendar_sequence = max(known)
        invitation.calendar_status = calendars.CANCEL
    session().flush()
    coming = {invitation: letter for invitation, letter in taken if invitation.answer in TOLD}
    found = recipients(list(coming), Purpose.CONFIRMATION)
    to_write = list[tuple[Recipient, Letter]]()
    for invitation, taking in coming.items():
        if not isinstance(to := found[invitation.id], Recipient):
            continue
        theirs, email_id = {email.id for email in invitation.person.emails}, taking.params["email"]
        address = {"email": email_id} if email_id in theirs else {}
        back = Letter(
            purpose=Purpose.CONFIRMATION,
            dedup_key=f"inv:{invitation.id}:back:{invitation.calendar_sequence}",
            about_id=invitation.id,
            sequence=invitation.design_session.sequence,
            params={"answer": invitation.answer.value, BACK: True, **address},
            priority=Priority.ANSWER,
            send_not_after=invitation.design_session.starts_at,
        )
        to_write.append((to, back))
    outbox.queue_many(to_write)


def take_items_again(fact: Undoing) -> None:
    """
    Take items away once more that came back, where two who were taken apart are one after all.

    Of whoever is left as two, the invitation stays, and so does its item.
    """
    apart = session().get(Step, fact.about["step"]) if fact.kind == UNDO else None
    if apart is None or apart.kind != PERSONS:
        return
    kept_id, gone_id = apart.about["person_id"], apart.about["gone"]
    goes = fact.removes.get("invitation", ())
    # The message is about what stays: merging let what was about the other follow it.
    spare = [
        (kept, gone)
        for kept, gone in _invited_both(kept_id, gone_id)
        if gone.id in goes and item_to_clear(kept, gone) is gone
    ]
    _take_away(spare, kept_id=kept_id, gone_id=gone_id)


def _take_away(
    items: Sequence[tuple[Invitation, Invitation]], *, kept_id: int, gone_id: int
) -> None:
    """Queue a message about the first of each two that takes away the item of the second."""
    if not items:
        return
    emails = _addresses_of_items(
        [spare for _about, spare in items], kept_id=kept_id, gone_id=gone_id
    )
    found = recipients([about for about, _spare in items], Purpose.CANCELLATION)
    to_write = list[tuple[Recipient, Letter]]()
    for about, spare in items:
        email, to = emails.get(spare.id), found[about.id]
        if email is None or not isinstance(to, Recipient):
            continue
        held, sequence = spare.design_session, spare.calendar_sequence + 1
        letter = Letter(
            purpose=Purpose.CANCELLATION,
            dedup_key=f"inv:{spare.id}:item:{sequence}",
            about_id=about.id,
            sequence=held.sequence,
            params={ITEM: spare.calendar_id, "item_sequence": sequence, "email": email.id},
            priority=Priority.UPDATE,
            not_before=min(clock.now() + PAUSE, held.starts_at),
            send_not_after=held.starts_at,
        )
        to_write.append((at_address(to, email), letter))
    outbox.queue_many(to_write)


# Only these bring an item into a calendar.
_BRINGING = (Purpose.CONFIRMATION, Purpose.CHANGE)


def _invited_both(kept_id: int, gone_id: int) -> list[tuple[Invitation, Invitation]]:
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
    found = groupby(
        session().scalars(statement), key=lambda invitation: invitation.design_session_id
    )
    pairs = (
        sorted(group, key=lambda invitation: invitation.person_id == gone_id)
        for _id, group in found
    )
    return [(kept, gone) for kept, gone in pairs]


def _addresses_of_items(
    invitations: Sequence[Invitation], *, kept_id: int, gone_id: int
) -> dict[int, Email]:
    """
    Return by id of the invitation the address to which its calendar item went.

    Only where it is an address of either person still; where it is one of both, that which stays.
    """
    ids = [invitation.id for invitation in invitations]
    sent = select(OutboxMessage.about_id, OutboxMessage.address).where(
        among(OutboxMessage.about_id, ids),
        OutboxMessage.purpose.in_(_BRINGING),
        OutboxMessage.state.in_(HANDED_OVER),
    )
    told = {
        about: address
        for about, address in session().execute(sent.order_by(OutboxMessage.id))
        if about
    }
    theirs = select(Email).where(Email.person_id.in_((kept_id, gone_id)))
    emails = sorted(session().scalars(theirs), key=lambda email: email.person_id == kept_id)
    known = {email.address_key: email for email in emails}
    return {
        about: known[key] for about, address in told.items() if (key := email_key(address)) in known
    }


def _items_taken(person_ids: Collection[int]) -> list[tuple[Invitation, OutboxMessage]]:
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
    found = {invitation.calendar_id: invitation for invitation in session().scalars(statement)}
    left = select(OutboxMessage).where(
        among(OutboxMessage.about_id, [invitation.id for invitation in found.values()]),
        OutboxMessage.purpose == Purpose.CANCELLATION,
        OutboxMessage.state.in_(ARRIVED),
    )
    letters = session().scalars(left.order_by(OutboxMessage.id))
    taken = [(found.get(letter.params.get(ITEM, "")), letter) for letter in letters]
    return [
        (invitation, letter)
        for invitation, letter in taken
        if invitation is not None and invitation.has_calendar_item
    ]
