"""Mail to the people of a session: invitations, reminders by hand and thanks, each a batch."""

from collections.abc import Collection
from datetime import timedelta
from itertools import groupby

from crm.consent.models import ContactPurpose
from crm.core import clock
from crm.core.commands import command
from crm.core.db import among, change_many, session
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.core.mail import Letter, Priority, Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import DesignSession, Invitation, SessionBatch, SessionState
from crm.design_sessions.queries import sessions
from crm.design_sessions.queries.mailing import Mailing, mailing
from crm.design_sessions.rules.mail_checks import CAME
from crm.design_sessions.services.notifications import minutes_before
from crm.messages.models import MessageBatch
from crm.messages.policy import MessagePermission
from crm.messages.queries.addressing import Addressed
from crm.messages.services import batches, outbox
from crm.messages.services.batches import NewBatch, Sending
from crm.projects import queries as projects

# Who gets an invitation later than this can hardly come.
LATEST = timedelta(hours=2)


class SessionIsOver(Conflict):
    """Nobody is asked for a session that has begun or was cancelled."""

    message = _l("This session has begun or was cancelled. Nobody is asked to come any more.")


class TooLate(Invalid):
    """The message would go when it makes no sense any more."""

    message = _l("This is less than two hours before the session begins.")
    field = "at_time"


class SourceMissing(Invalid):
    """Where an address was given is part of the ground for writing to it."""

    message = _l("Say where they gave their address: a form, a conversation, a market.")
    field = "source"


@command(MessagePermission.SEND)
def send(
    actor: Actor, design_session: DesignSession, *, purpose: Purpose, how: Sending
) -> MessageBatch:
    """
    Send invitations, reminders or thanks to those who may have them; once for each key.

    :raises SessionIsOver: if nobody can be asked to come any more
    :raises TooLate: if the messages would go when it makes no sense any more
    :raises InThePast, NobodyToSendTo, PossiblyTwice, LanguageLacking: see `sending`
    """
    project = projects.project(design_session.project_id)
    known = batches.begun(actor, project, key=how.key)
    if known is not None:
        return known
    sessions.lock(design_session)
    _refuse_late(design_session, purpose, how)
    who = mailing(design_session, purpose)
    to = [addressed.recipient for addressed in who.selection.to]
    batches.hold_rules(project, to, how)
    words = batches.pinned(purpose, (recipient.language for recipient in to))
    new = NewBatch(how.key, purpose, design_session.title, how.not_before, words)
    batch = batches.make(actor, project, new=new)
    link = SessionBatch(design_session_id=design_session.id, batch_id=batch.id)
    if batch.purpose is Purpose.REMINDER and how.not_before is not None:
        starts, zone = design_session.starts_at, design_session.zone
        link.minutes_before = minutes_before(starts, zone, how.not_before)
    session().add(link)
    outbox.queue_many(
        [(addressed.recipient, _letter(who, batch, addressed)) for addressed in who.selection.to]
    )
    if purpose is Purpose.INVITE:
        _note_invited(who)
    return batch


@command(MessagePermission.SEND)
def note_given(
    _actor: Actor, design_session: DesignSession, *, person_ids: Collection[int], reason: str
) -> int:
    """
    Note that people gave their address for this very session, and where; `reason` is kept.

    :raises SourceMissing: if it is not said where
    """
    if not reason.strip():
        raise SourceMissing
    invited = Invitation.design_session_id == design_session.id
    values = {"gave_address": True, "address_source": reason.strip()}
    return len(change_many(Invitation, invited & Invitation.person_id.in_(person_ids), values))


def _refuse_late(design_session: DesignSession, purpose: Purpose, how: Sending) -> None:
    if purpose is Purpose.THANKS:
        return
    if design_session.state is SessionState.CANCELLED or design_session.has_begun():
        raise SessionIsOver
    if max(how.not_before or clock.now(), clock.now()) > design_session.starts_at - LATEST:
        raise TooLate


def _letter(who: Mailing, batch: MessageBatch, addressed: Addressed) -> Letter:
    purpose, (about_id, params) = batch.purpose, who.about(addressed)
    # Who was not invited is thanked under the number of their attendance.
    subject = f"came:{params[CAME]}" if about_id is None else f"inv:{about_id}"
    key, priority = f"{subject}:{purpose.value}:batch{batch.id}", Priority.REMINDER
    if purpose is Purpose.INVITE:
        times, priority = who.invitation(addressed).times_invited + 1, Priority.INVITE
        key = f"{subject}:invite:{times}"
    return Letter(
        purpose,
        key,
        about_id=about_id,
        sequence=who.design_session.sequence,
        params=params,
        priority=priority,
        not_before=batch.not_before,
        send_not_after=None if purpose is Purpose.THANKS else who.design_session.starts_at - LATEST,
        batch_id=batch.id,
        template_id=batch.templates[addressed.recipient.language],
    )


def _note_invited(who: Mailing) -> None:
    """Count that they were invited, and note for what, set by set."""
    theirs = ((who.invitation(addressed), addressed) for addressed in who.selection.to)
    noted = sorted(
        (invitation.times_invited + 1, who.contact(addressed).value, invitation.id)
        for invitation, addressed in theirs
    )
    for (times, contact), rows in groupby(noted, key=lambda row: row[:2]):
        values = {"times_invited": times, "purpose": ContactPurpose(contact)}
        ids = [invitation_id for _times, _contact, invitation_id in rows]
        change_many(Invitation, among(Invitation.id, ids), values)
