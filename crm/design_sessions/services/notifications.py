"""Telling: the messages that follow from an answer and from a change, one for each event."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm.core import clock
from crm.core.commands import command
from crm.core.db import ids_of, session
from crm.core.mail import Letter, Priority, Purpose, Reason, Recipient
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, DesignSession, Invitation, SessionBatch
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers, notification_log, sessions
from crm.design_sessions.queries.mailing import link_to_batch, links_to_batches
from crm.design_sessions.rules import waiting
from crm.design_sessions.rules.mail_checks import TOLD, Facts, asks_again, facts_of, read
from crm.design_sessions.values import local_times
from crm.design_sessions.values.local_times import Occurrence
from crm.messages.models import NOTICES, OF_A_SESSION
from crm.messages.services import batches, outbox

# Several changes of time or place within this time are one; just before the start none can wait.
PAUSE, NO_PAUSE = timedelta(minutes=10), timedelta(hours=1)
NEAR = timedelta(hours=48)
# Who is asked later than this before the start can hardly come.
SENSELESS = timedelta(hours=2)
# These tell how things are when they leave, so a change of time makes them no less true.
ASKING, SAYING = (Purpose.INVITE,), (Purpose.CONFIRMATION, Purpose.WAITING)
FOLLOWING = (Purpose.CONFIRMATION, Purpose.WAITING, Purpose.OFFER)
BEFOREHAND = tuple(purpose for purpose in OF_A_SESSION if purpose is not Purpose.THANKS)


@dataclass(frozen=True, slots=True)
class Moved:
    """That an answer became another one, as it was noted."""

    event_id: int
    before: Answer
    after: Answer


@dataclass(frozen=True, slots=True)
class News:
    """What one invited person is told, and of which event it is."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)


def of_answers(moved: Mapping[Invitation, Moved]) -> None:
    """Confirm answers, or the places on the waiting list; inside a command."""
    outbox.cancel(FOLLOWING, ids_of(moved), reason=Reason.OUTDATED)
    waits, confirmed = dict[Invitation, News](), dict[Invitation, News]()
    for invitation, said in moved.items():
        key, before, after = f"confirm:{said.event_id}", said.before, said.after
        if after is Answer.WAITING:
            waits[invitation] = News(key)
        else:
            given = before is Answer.WAITING and after is Answer.YES
            confirmed[invitation] = News(key, {"answer": after.value, "given": given})
    _send(Purpose.WAITING, waits)
    _send(Purpose.CONFIRMATION, confirmed)


def of_offers(invitations: Iterable[Invitation]) -> None:
    """Offer places; inside a command."""
    news = {
        invitation: News(f"offer:{invitation.offers}", {"offer": invitation.offers})
        for invitation in invitations
    }
    _send(Purpose.OFFER, news)


def of_leaving(left: Mapping[Invitation, Answer], *, tell: bool = True) -> None:
    """
    Tell people that they are off the list, inside a command.

    Only who has the session in a calendar, or had said yes, would else come in vain.

    :param left: what each had answered before
    :param tell: whether they get a message at all
    """
    news = {
        invitation: News(f"left:{invitation.token_version}", {"left": True})
        for invitation, before in left.items()
        if (invitation.has_calendar_item or before is Answer.YES)
        and not invitation.design_session.has_begun()
    }
    outbox.cancel(BEFOREHAND, ids_of(left), reason=Reason.REVOKED)
    if tell:
        _send(Purpose.CANCELLATION, news)


def of_change(design_session: DesignSession, before: Facts) -> int:
    """
    Tell of another time or place, inside a command; return how many people are told.

    What was not sent yet is written anew, so that people read of the last change only, and of none
    where all is again as they know it.
    """
    invitations = answers.answering(design_session, TOLD)
    unsent = notification_log.unsent(design_session, Purpose.CHANGE)
    reached = notification_log.reached(design_session)
    sequence, starts = design_session.sequence, design_session.starts_at
    _move_reminders(design_session, before)
    ids = [invitation.id for invitation in invitations]
    outbox.supersede([Purpose.CHANGE, Purpose.REMINDER], ids, below=sequence)
    outbox.overtake(notification_log.withheld_ids(design_session, Purpose.CHANGE))
    for purposes, until in ((ASKING, starts - SENSELESS), (SAYING, starts)):
        outbox.renew(purposes, ids, sequence=sequence, send_not_after=until)
    outbox.renew([Purpose.OFFER], ids, sequence=sequence)
    # Before it is clear whether anybody is told: this notes, too, who is to confirm their "yes".
    news = {
        invitation: changed
        for invitation in invitations
        if (changed := _change(invitation, unsent.get(invitation.id, {}), before))
    }
    return 0 if design_session.has_begun() else _send(Purpose.CHANGE, news, reached)


def of_cancelling(design_session: DesignSession) -> int:
    """Tell that a session will not take place, inside a command; return how many are told."""
    everybody = answers.not_gone(design_session)
    unsent = notification_log.unsent(design_session, Purpose.CHANGE)
    reached = notification_log.reached(design_session)
    outbox.cancel(BEFOREHAND, [invitation.id for invitation in everybody], reason=Reason.CANCELLED)
    outbox.overtake(notification_log.withheld_ids(design_session, Purpose.CHANGE))
    if design_session.has_begun():
        return 0
    news, now = {}, facts_of(design_session)
    for invitation in everybody:
        facts, is_cancelled, reconfirm = _known(unsent.get(invitation.id, {}), invitation, now)
        # Who said no comes only if it stands in their calendar still. Who does not know yet that it
        # would go on after all, knows already that it does not.
        may_come = invitation.answer is not Answer.NO or invitation.has_calendar_item
        if may_come and not is_cancelled:
            params = {"old": facts.written(), "reconfirm": reconfirm}
            news[invitation] = News(f"cxl:{design_session.sequence}", params)
    return _send(Purpose.CANCELLATION, news, reached)


def of_reopening(design_session: DesignSession) -> int:
    """
    Tell that a session goes on after all, inside a command; return how many are told.

    Who had not been told of the cancellation yet reads of nothing, or of another time or place.
    """
    everybody = answers.not_gone(design_session)
    unsent = notification_log.unsent(design_session, Purpose.CANCELLATION)
    reached = notification_log.reached(design_session, [Purpose.CANCELLATION])
    ids, sequence = [invitation.id for invitation in everybody], design_session.sequence
    outbox.supersede([Purpose.CANCELLATION], ids, below=sequence)
    outbox.overtake(notification_log.withheld_ids(design_session, Purpose.CANCELLATION))
    if design_session.has_begun():
        return 0
    news = dict[Invitation, News]()
    for invitation in everybody:
        knows = invitation.id in reached and invitation.id not in unsent
        params = {**unsent.get(invitation.id, {}), "reopened": knows}
        changed = _change(invitation, params, facts_of(design_session))
        if invitation.answer in TOLD and (knows or invitation.id in unsent) and changed:
            news[invitation] = changed
    return _send(Purpose.CHANGE, news)


def _known(
    unsent: Mapping[str, Any], invitation: Invitation, before: Facts
) -> tuple[Facts, bool, int | None]:
    """
    Return what somebody knows since the last message that left.

    It is when and where the session is, whether it is cancelled, and of which change they were to
    confirm their "yes": from the message that has not left, or else from the session.
    """
    facts = read(unsent["old"]) if "old" in unsent else before
    reconfirm = unsent.get("reconfirm", invitation.reconfirm_sequence)
    return facts, bool(unsent.get("reopened")), reconfirm


def _change(invitation: Invitation, unsent: Mapping[str, Any], before: Facts) -> News | None:
    known, is_cancelled, reconfirm = _known(unsent, invitation, before)
    design_session = invitation.design_session
    now, sequence = facts_of(design_session), design_session.sequence
    comes = invitation.answer is Answer.YES
    again = asks_again(known, now) or is_cancelled
    invitation.reconfirm_sequence = (sequence if again else reconfirm) if comes else None
    if known == now and not is_cancelled:
        return None
    params: dict[str, Any] = {"comes": comes, "reconfirm": reconfirm}
    if is_cancelled:
        params["reopened"] = True
    if known != now:
        params["old"] = known.written()
    return News(f"upd:{sequence}", params)


def _send(
    purpose: Purpose, news: Mapping[Invitation, News], reached: Collection[int] | None = None
) -> int:
    """
    Put the messages into the outbox; return how many will leave.

    Who may not be written to is put there beside them, with the reason, for a planner to phone:
    once anybody knows of the session they may, too, as a colleague may have asked them.

    :param reached: whom something reached before; they and who answered may know of the session,
        and nobody else is told; none: all are told
    """
    if not news:
        return 0
    heard = None if reached is None else set(reached)
    if heard is not None:
        heard |= {
            invitation.id
            for invitation in news
            if invitation.answer is not Answer.NONE or invitation.has_calendar_item
        }
    answers.read_together(news)
    found = notification_log.recipients(list(news), purpose)
    letters = {invitation: _letter(purpose, invitation, said) for invitation, said in news.items()}
    by_phone = purpose in notification_log.BY_PHONE
    cannot = notification_log.unreachable(letters, found) if by_phone else {}
    held = [invitation for invitation in letters if invitation.id in cannot and heard != set()]
    goes = {
        invitation: to
        for invitation in letters
        if isinstance(to := found[invitation.id], Recipient)
        and invitation.id not in cannot
        and (heard is None or invitation.id in heard)
    }
    if purpose in NOTICES:
        letters = _in_batches({invitation: letters[invitation] for invitation in (*held, *goes)})
    outbox.withhold_many(
        [(invitation.person, letters[invitation], cannot[invitation.id]) for invitation in held]
    )
    outbox.queue_many([(to, letters[invitation]) for invitation, to in goes.items()])
    return notification_log.to_leave(letters[invitation].dedup_key for invitation in goes)


def _letter(purpose: Purpose, invitation: Invitation, news: News) -> Letter:
    design_session, until = invitation.design_session, invitation.offer_until
    starts = design_session.starts_at
    left = starts - clock.now()
    if purpose in FOLLOWING:
        priority = Priority.ANSWER
    elif purpose is Purpose.REMINDER:
        priority = Priority.REMINDER
    else:
        is_urgent = left < NEAR or purpose is Purpose.CANCELLATION
        priority = Priority.URGENT if is_urgent else Priority.UPDATE
    if purpose is Purpose.REMINDER:
        until = min(design_session.answers_until, starts - SENSELESS)
    elif purpose is not Purpose.OFFER:
        until = starts
    pauses = purpose is Purpose.CHANGE and left >= NO_PAUSE
    return Letter(
        purpose=purpose,
        dedup_key=f"inv:{invitation.id}:{news.key}",
        about_id=invitation.id,
        sequence=design_session.sequence,
        params=news.params,
        priority=priority,
        not_before=clock.now() + PAUSE if pauses else None,
        send_not_after=until,
    )


def _in_batches(letters: Mapping[Invitation, Letter]) -> dict[Invitation, Letter]:
    """
    Return letters about changes and cancellations each in the batch of its event.

    One that says that somebody is off the list is in that of its session: those go one by one.
    """
    known, found = dict[str, int](), dict[Invitation, Letter]()
    for invitation, letter in letters.items():
        held = invitation.design_session
        event = "left" if letter.params.get("left") else f"{letter.purpose}:{letter.sequence}"
        key = f"{held.project_id}:session:{held.id}:{event}"
        if key not in known:
            batch = batches.notice(key, letter.purpose, held.title, not_before=letter.not_before)
            if link_to_batch(batch) is None:
                session().add(SessionBatch(design_session_id=held.id, batch_id=batch.id))
            known[key] = batch.id
        found[invitation] = replace(letter, batch_id=known[key])
    return found


MINUTE = timedelta(minutes=1)


def minutes_before(starts_at: datetime, zone: str, moment: datetime) -> int:
    """Return how many minutes before the start a moment is, on the clock on the wall."""
    there = ZoneInfo(zone)
    starts, then = (
        instant.astimezone(there).replace(tzinfo=None) for instant in (starts_at, moment)
    )
    return (starts - then) // MINUTE


def _move_reminders(design_session: DesignSession, before: Facts) -> None:
    """
    Let reminders by hand that have not left tell of the session as it is now.

    Those that were planned leave as long before the new start as they would have before the old
    one, on the clock on the wall; where that has been, after a pause.
    """
    for link in links_to_batches(design_session, Purpose.REMINDER):
        planned, to = link.batch.not_before, None
        if link.minutes_before is None and planned > clock.now():
            # Planned before this was kept.
            link.minutes_before = minutes_before(before.starts_at, before.zone, planned)
        if link.minutes_before is not None:
            local = design_session.starts - link.minutes_before * MINUTE
            local = local_times.existing(local, design_session.zone)
            then = local_times.moment(local, design_session.zone, Occurrence.FIRST)
            to = max(then, clock.now() + PAUSE)
        outbox.move_batch(
            link.batch,
            to=to,
            sequence=design_session.sequence,
            send_not_after=design_session.starts_at - SENSELESS,
        )


@command(SessionPermission.ARRANGE)
def remind_who_did_not_answer(_actor: Actor, design_session: DesignSession) -> int:
    """
    Remind who was invited and did not say yes or no, if it is the time for it; return how many.

    Twice is once: the message is named after the session as it stands now.
    """
    sessions.lock(design_session)
    if not waiting.is_due(design_session, clock.now()):
        return 0
    news = News(f"rem:{design_session.reminder_days}:{design_session.sequence}")
    return _send(Purpose.REMINDER, dict.fromkeys(notification_log.to_remind(design_session), news))
