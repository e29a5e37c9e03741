"""What follows in sessions when two persons are one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from crm.core import clock
from crm.core.db import among, remove_many, session
from crm.core.mail import Letter, Priority, Purpose, Recipient
from crm.core.undo import UNDO, Step, Undoing, Undone
from crm.design_sessions import calendars
from crm.design_sessions.mail_checks import BACK, ITEM, TOLD
from crm.design_sessions.merge_rules import item_to_clear
from crm.design_sessions.models import Invitation, Need
from crm.design_sessions.queries import answers, double_invitations
from crm.design_sessions.queries.answers import staying_away
from crm.design_sessions.queries.recipients import recipients
from crm.design_sessions.services.waiting import rebalance
from crm.messages.services import outbox
from crm.stakeholders.consent import at_address
from crm.stakeholders.events import MergeAsked, PersonsMerged, PersonsMerging
from crm.stakeholders.services.merging import PERSONS

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
    pairs = double_invitations.invited_both(fact.kept_id, fact.gone_id)
    spare = [one for one in (item_to_clear(kept, gone) for kept, gone in pairs) if one]
    _take_away([(one, one) for one in spare], kept_id=fact.kept_id, gone_id=fact.gone_id)


def free_places(fact: PersonsMerged) -> None:
    """Give the place to who waits, where one person held two; who stays away needs nothing."""
    joined = [one for one in fact.joined.get("invitation", {}).values() if one is not None]
    if not joined:
        return
    remove_many(Need, among(Need.invitation_id, staying_away(joined)))
    rebalance(*double_invitations.waited_for(joined))


def give_items_back(fact: Undone) -> None:
    """
    Send again, where a merge is undone, the items that were taken out of calendars meanwhile.

    A calendar takes an item back by a higher SEQUENCE than that of what took it away. Whoever
    said no since, or may not be written to, gets nothing.
    """
    if fact.kind != PERSONS:
        return
    taken = double_invitations.items_taken([fact.about["person_id"], fact.about["gone"]])
    for one, letter in taken:
        known = letter.sequence, letter.params["item_sequence"], one.design_session.sequence
        one.calendar_sequence = max(known)
        one.calendar_status = calendars.CANCEL
    session().flush()
    coming = {one: letter for one, letter in taken if one.answer in TOLD}
    found = recipients(list(coming), Purpose.CONFIRMATION)
    to_write = [
        (to, _back(one, letter.params["email"]))
        for one, letter in coming.items()
        if isinstance(to := found[one.id], Recipient)
    ]
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
        for kept, gone in double_invitations.invited_both(kept_id, gone_id)
        if gone.id in goes and item_to_clear(kept, gone) is gone
    ]
    _take_away(spare, kept_id=kept_id, gone_id=gone_id)


def _take_away(
    items: Sequence[tuple[Invitation, Invitation]], *, kept_id: int, gone_id: int
) -> None:
    """Queue a message about the first of each two that takes away the item of the second."""
    if not items:
        return
    emails = double_invitations.addresses_of_items(
        [spare for _about, spare in items], kept_id=kept_id, gone_id=gone_id
    )
    found = recipients([about for about, _spare in items], Purpose.CANCELLATION)
    to_write = [
        (at_address(to, email), replace(_letter(spare, email.id), about_id=about.id))
        for about, spare in items
        if (email := emails.get(spare.id)) and isinstance(to := found[about.id], Recipient)
    ]
    outbox.queue_many(to_write)


def _back(one: Invitation, email_id: int) -> Letter:
    theirs = {email.id for email in one.person.emails}
    address = {"email": email_id} if email_id in theirs else {}
    return Letter(
        purpose=Purpose.CONFIRMATION,
        dedup_key=f"inv:{one.id}:back:{one.calendar_sequence}",
        about_id=one.id,
        sequence=one.design_session.sequence,
        params={"answer": one.answer.value, BACK: True, **address},
        priority=Priority.ANSWER,
        send_not_after=one.design_session.starts_at,
    )


def _letter(spare: Invitation, email_id: int) -> Letter:
    held, sequence = spare.design_session, spare.calendar_sequence + 1
    return Letter(
        purpose=Purpose.CANCELLATION,
        dedup_key=f"inv:{spare.id}:item:{sequence}",
        about_id=spare.id,
        sequence=held.sequence,
        params={ITEM: spare.calendar_id, "item_sequence": sequence, "email": email_id},
        priority=Priority.UPDATE,
        not_before=min(clock.now() + PAUSE, held.starts_at),
        send_not_after=held.starts_at,
    )
