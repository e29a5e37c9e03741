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
from crm.design_sessions import local_times
from crm.design_sessions.local_times import Occurrence
from crm.design_sessions.models import Answer, DesignSession, Invitation, SessionBatch
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers, notification_log, sessions
from crm.design_sessions.queries.mailing import link_to_batch, links_to_batches
from crm.design_sessions.queries.notification_log import (
    BY_PHONE,
    recipients,
    unreachable,
    withheld_ids,
)
from crm.design_sessions.rules import waiting
from crm.design_sessions.rules.mail_checks import TOLD, Facts, asks_again, facts_of, read
from crm.messages.models import NOTICES
from crm.messages.services import batches, outbox

# Several changes of time or place within this time are one; just before the start none can wait.
PAUSE, NO_PAUSE = timedelta(minutes=10), timedelta(hours=1)
NEAR = timedelta(hours=48)
# Who is asked later than this before the start can hardly come.
SENSELESS = timedelta(hours=2)
# These tell how things are when they leave, so a change of time makes them no less true.
ASKING, SAYING = (Purpose.INVITE,), (Purpose.CONFIRMATION, Purpose.WAITING)
FOLLOWING = (Purpose.CONFIRMATION, Purpose.WAITING, Purpose.OFFER)
BEFOREHAND = tuple(
    purpose for purpose in notification_log.PURPOSES if purpose is not Purpose.THANKS
)


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
    waits = {invitation: said for invitation, said in moved.items() if said.after is Answer.WAITING}
    _send(
        Purpose.WAITING,
        {invitation: News(f"confirm:{said.event_id}") for invitation, said in waits.items()},
    )
    confirmed = {
        invitation: _confirmed(said)
        for invitation, said in moved.items()
        if invitation not in waits
    }
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
    _renew(design_session, [invitation.id for invitation in invitations], before)
    news: dict[Invitation, News] = {}
    for invitation in invitations:
        known = _Known.of(unsent.get(invitation.id, {}), invitation, before)
        if changed := _change(invitation, known):
            news[invitation] = changed
    if design_session.has_begun():
        return 0
    return _send(Purpose.CHANGE, news, _heard(news, reached))


def of_cancelling(design_session: DesignSession) -> int:
    """Tell that a session will not take place, inside a command; return how many are told."""
    everybody = answers.not_gone(design_session)
    unsent = notification_log.unsent(design_session, Purpose.CHANGE)
    reached = notification_log.reached(design_session)
    outbox.cancel(BEFOREHAND, [invitation.id for invitation in everybody], reason=Reason.CANCELLED)
    outbox.overtake(withheld_ids(design_session, Purpose.CHANGE))
    if design_session.has_begun():
        return 0
    news = {}
    for invitation in everybody:
        known = _Known.of(unsent.get(invitation.id, {}), invitation, facts_of(design_session))
        # Who does not know yet that it would go on after all, knows already that it does not.
        if _comes_in_vain(invitation) and not known.is_cancelled:
            params = {"old": known.facts.written(), "reconfirm": known.reconfirm}
            news[invitation] = News(f"cxl:{design_session.sequence}", params)
    return _send(Purpose.CANCELLATION, news, _heard(news, reached))


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
    outbox.overtake(withheld_ids(design_session, Purpose.CANCELLATION))
    if design_session.has_begun():
        return 0
    news: dict[Invitation, News] = {}
    for invitation in everybody:
        knows = invitation.id in reached and invitation.id not in unsent
        params = {**unsent.get(invitation.id, {}), "reopened": knows}
        changed = _change(invitation, _Known.of(params, invitation, facts_of(design_session)))
        if invitation.answer in TOLD and (knows or invitation.id in unsent) and changed:
            news[invitation] = changed
    return _send(Purpose.CHANGE, news)


def of_waiting_still(design_session: DesignSession, days: int) -> int:
    """Remind who was invited and did not say yes or no, inside a command; return how many."""
    reminded = notification_log.to_remind(design_session)
    key = f"rem:{days}:{design_session.sequence}"
    return _send(Purpose.REMINDER, dict.fromkeys(reminded, News(key)))


@dataclass(frozen=True, slots=True)
class _Known:
    """What somebody knows of when and where a session is, since the last message that left."""

    facts: Facts
    is_cancelled: bool
    reconfirm: int | None

    @classmethod
    def of(cls, unsent: Mapping[str, Any], invitation: Invitation, before: Facts) -> "_Known":
        """Return what is known, from the message that has not left or else from the session."""
        return cls(
            facts=read(unsent["old"]) if "old" in unsent else before,
            is_cancelled=bool(unsent.get("reopened")),
            reconfirm=unsent.get("reconfirm", invitation.reconfirm_sequence),
        )


def _change(invitation: Invitation, known: _Known) -> News | None:
    design_session = invitation.design_session
    now, sequence = facts_of(design_session), design_session.sequence
    comes = invitation.answer is Answer.YES
    again = asks_again(known.facts, now) or known.is_cancelled
    invitation.reconfirm_sequence = (sequence if again else known.reconfirm) if comes else None
    if known.facts == now and not known.is_cancelled:
        return None
    params: dict[str, Any] = {"comes": comes, "reconfirm": known.reconfirm}
    if known.is_cancelled:
        params["reopened"] = True
    if known.facts != now:
        params["old"] = known.facts.written()
    return News(f"upd:{sequence}", params)


def _comes_in_vain(invitation: Invitation) -> bool:
    """Whether somebody might come to what is cancelled: all but who said no."""
    return invitation.answer is not Answer.NO or invitation.has_calendar_item


def _heard(news: Mapping[Invitation, News], reached: Collection[int]) -> set[int]:
    """Return who may know of the session: they answered, or something reached them."""
    return {*reached, *(invitation.id for invitation in news if _may_know(invitation, reached))}


def _may_know(invitation: Invitation, reached: Collection[int]) -> bool:
    """Whether somebody may know of the session: they answered, or something reached them."""
    answered = invitation.answer is not Answer.NONE
    return answered or invitation.id in reached or invitation.has_calendar_item


def _renew(design_session: DesignSession, ids: Collection[int], before: Facts) -> None:
    sequence, starts = design_session.sequence, design_session.starts_at
    soon = clock.now() + PAUSE
    move_reminders(design_session, before, earliest=soon, until=starts - SENSELESS)
    outbox.supersede([Purpose.CHANGE, Purpose.REMINDER], ids, below=sequence)
    outbox.overtake(withheld_ids(design_session, Purpose.CHANGE))
    for purposes, until in ((ASKING, starts - SENSELESS), (SAYING, starts)):
        outbox.renew(purposes, ids, sequence=sequence, send_not_after=until)
    outbox.renew([Purpose.OFFER], ids, sequence=sequence)


def _confirmed(moved: Moved) -> News:
    given = moved.before is Answer.WAITING and moved.after is Answer.YES
    return News(f"confirm:{moved.event_id}", {"answer": moved.after.value, "given": given})


def _send(
    purpose: Purpose, news: Mapping[Invitation, News], heard: Collection[int] | None = None
) -> int:
    """
    Put the messages into the outbox; return how many will leave.

    Who may not be written to is put there beside them, with the reason, for a planner to phone:
    once anybody knows of the session they may, too, as a colleague may have asked them.

    :param heard: who may know of the session; none: all of them
    """
    if not news:
        return 0
    answers.read_together(news)
    found = recipients(list(news), purpose)
    letters = {invitation: _letter(purpose, invitation, said) for invitation, said in news.items()}
    cannot = unreachable(letters, found) if purpose in BY_PHONE else {}
    held = [invitation for invitation in letters if invitation.id in cannot and heard != set()]
    goes = [
        invitation
        for invitation in letters
        if isinstance(found[invitation.id], Recipient)
        and invitation.id not in cannot
        and (heard is None or invitation.id in heard)
    ]
    letters |= in_batches({invitation: letters[invitation] for invitation in (*held, *goes)})
    outbox.withhold_many(
        [(invitation.person, letters[invitation], cannot[invitation.id]) for invitation in held]
    )
    to_write = [
        (to, letters[invitation])
        for invitation in goes
        if isinstance(to := found[invitation.id], Recipient)
    ]
    outbox.queue_many(to_write)
    return notification_log.to_leave(letter.dedup_key for _to, letter in to_write)


def _letter(purpose: Purpose, invitation: Invitation, news: News) -> Letter:
    design_session = invitation.design_session
    waits = design_session.starts_at - clock.now() >= NO_PAUSE
    return Letter(
        purpose=purpose,
        dedup_key=f"inv:{invitation.id}:{news.key}",
        about_id=invitation.id,
        sequence=design_session.sequence,
        params=news.params,
        priority=_priority(design_session, purpose),
        not_before=clock.now() + PAUSE if purpose is Purpose.CHANGE and waits else None,
        send_not_after=_not_after(design_session, purpose, invitation),
    )


def _priority(design_session: DesignSession, purpose: Purpose) -> Priority:
    if purpose in FOLLOWING:
        return Priority.ANSWER
    if purpose is Purpose.REMINDER:
        return Priority.REMINDER
    is_near = design_session.starts_at - clock.now() < NEAR
    return Priority.URGENT if is_near or purpose is Purpose.CANCELLATION else Priority.UPDATE


def _not_after(
    design_session: DesignSession, purpose: Purpose, invitation: Invitation
) -> datetime | None:
    if purpose is Purpose.OFFER:
        return invitation.offer_until
    if purpose is Purpose.REMINDER:
        return min(design_session.answers_until, design_session.starts_at - SENSELESS)
    return design_session.starts_at


def in_batches(letters: Mapping[Invitation, Letter]) -> dict[Invitation, Letter]:
    """
    Return letters about changes and cancellations each in the batch of its event, others as given.

    One that says that somebody is off the list is in that of its session: those go one by one.
    """
    known: dict[str, int] = {}
    return {
        invitation: _in_batch(invitation.design_session, letter, known)
        for invitation, letter in letters.items()
    }


def _in_batch(design_session: DesignSession, letter: Letter, known: dict[str, int]) -> Letter:
    if letter.purpose not in NOTICES:
        return letter
    event = "left" if letter.params.get("left") else f"{letter.purpose}:{letter.sequence}"
    key = f"{design_session.project_id}:session:{design_session.id}:{event}"
    if key not in known:
        batch = batches.notice(
            key, letter.purpose, design_session.title, not_before=letter.not_before
        )
        if link_to_batch(batch) is None:
            session().add(SessionBatch(design_session_id=design_session.id, batch_id=batch.id))
        known[key] = batch.id
    return replace(letter, batch_id=known[key])


MINUTE = timedelta(minutes=1)


def minutes_before(starts_at: datetime, zone: str, moment: datetime) -> int:
    """Return how many minutes before the start a moment is, on the clock on the wall."""
    there = ZoneInfo(zone)
    starts, then = (
        instant.astimezone(there).replace(tzinfo=None) for instant in (starts_at, moment)
    )
    return (starts - then) // MINUTE


def move_reminders(
    design_session: DesignSession, before: Facts, *, earliest: datetime, until: datetime
) -> None:
    """
    Let reminders by hand that have not left tell of the session as it is now, inside a command.

    Those that were planned leave as long before the new start as they would have before the old
    one, on the clock on the wall; where that has been, at `earliest`.

    :param until: from when they make no sense any more
    """
    for link in links_to_batches(design_session, Purpose.REMINDER):
        ahead = _ahead(link, before)
        outbox.move_batch(
            link.batch,
            to=None if ahead is None else max(_at(design_session, ahead), earliest),
            sequence=design_session.sequence,
            send_not_after=until,
        )


def _ahead(link: SessionBatch, before: Facts) -> int | None:
    """Return how many minutes before the start reminders were planned, if they were."""
    if link.minutes_before is None and link.batch.not_before > clock.now():
        # Planned before this was kept.
        link.minutes_before = minutes_before(before.starts_at, before.zone, link.batch.not_before)
    return link.minutes_before


def _at(design_session: DesignSession, minutes: int) -> datetime:
    local = design_session.starts - minutes * MINUTE
    if not local_times.exists(local, design_session.zone):
        local += timedelta(hours=1)
    return local_times.moment(local, design_session.zone, Occurrence.FIRST)


@command(SessionPermission.ARRANGE)
def remind_who_did_not_answer(_actor: Actor, design_session: DesignSession) -> int:
    """Remind who may be reminded, if it is the time for it; return how many; twice is once."""
    sessions.lock(design_session)
    days = design_session.reminder_days
    if days is None or not waiting.is_due(design_session, clock.now()):
        return 0
    return of_waiting_still(design_session, days)
