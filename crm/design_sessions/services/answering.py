"""Answering: what an invited person says, and who gets the places that are free."""

import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from crm.consent.events import ObjectionAsked, PersonObjected
from crm.consent.services import keep_objection
from crm.core import clock, permissions
from crm.core.commands import command
from crm.core.db import add_many, among, ids_of, lock, remove_many, session
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _, _l
from crm.core.mail import Reason
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    BY_THEMSELVES,
    HOLDS_SEAT,
    STAYS_AWAY,
    Answer,
    AnsweredBy,
    AnswerEvent,
    DesignSession,
    Invitation,
    Need,
    NeedKind,
    SessionState,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers, people
from crm.design_sessions.queries import sessions as session_queries
from crm.design_sessions.rules.waiting import in_order, offer_ends
from crm.design_sessions.services import notifications
from crm.design_sessions.services.notifications import Moved
from crm.messages.events import SessionDeclined
from crm.messages.models import OF_A_SESSION, SuppressionReason, SuppressionScope
from crm.messages.queries.suppressions import digest
from crm.messages.services import outbox, suppressions
from crm.projects.models import Project
from crm.stakeholders.models import Objected

GIVEN = (Answer.YES, Answer.MAYBE, Answer.NO)


class WithdrawScope(StrEnum):
    """What somebody does not want to be asked for any more."""

    SESSION = "session"
    PROJECT = "project"
    EVERYTHING = "everything"


def link_actor(invitation: Invitation) -> Actor:
    """Return who acts by a personal link: nobody that is signed in, in this one project."""
    return Actor(account_id=None, name="", project_id=invitation.project_id)


@command(SessionPermission.ANSWER)
def answer(
    actor: Actor, invitation: Invitation, *, answer: Answer, by: AnsweredBy, seen_sequence: int
) -> Invitation:
    """
    Note an answer; the same one twice is one. "Yes" to a full session waits, where there is a list.

    :param seen_sequence: the sequence of the session that the page told of
    :raises SessionCancelled: if the session is cancelled
    :raises AnswersClosed: if no answers are taken any more
    :raises NotInvited: if the person is not on the list any more
    :raises TimeChanged: if time or place changed since the page was drawn
    :raises SessionFull: if it is full and there is no waiting list
    """
    if by not in BY_THEMSELVES:
        permissions.require(actor, SessionPermission.ARRANGE)
    design_session = answers.lock_invitation(invitation)
    refuse_answer(design_session, invitation, by)
    if seen_sequence < design_session.sequence:
        raise TimeChanged
    if answer not in GIVEN:
        raise AnswerUnknown
    rebalance(design_session)
    before = invitation.answer
    after = _answer_within_capacity(design_session, invitation, answer)
    # "Yes" once more, after a change of time or place, is a new answer to a new question.
    if after is not before or invitation.reconfirm_sequence is not None:
        moved = move([invitation], after, by)
        if after is not before:
            notifications.of_answers(moved)
        if before in HOLDS_SEAT and after not in HOLDS_SEAT:
            rebalance(design_session)
    return invitation


@command(SessionPermission.ANSWER)
def say_someone_else(_actor: Actor, invitation: Invitation) -> None:
    """Note, for a planner, that whoever opened the link is somebody else."""
    answers.lock_invitation(invitation)
    if invitation.someone_else_at is None:
        invitation.someone_else_at = clock.now()


@command(SessionPermission.ANSWER)
def withdraw(_actor: Actor, invitation: Invitation, *, scope: WithdrawScope) -> None:
    """
    Take somebody off the list by their own wish: of this session, or of all in the project.

    Who does not want to be asked for anything objects to all mail of this project, or of any.
    """
    if scope is WithdrawScope.SESSION:
        withdraw_from([invitation], AnsweredBy.LINK)
        return
    person = invitation.person
    answers.hold_coming(person.id)
    lock(person)
    withdraw_from(answers.coming_invitations(person), AnsweredBy.LINK, tell=False)
    said = Objected(source=str(_("Personal link in a message")), at=clock.now())
    keep_objection(person, said)
    if scope is WithdrawScope.EVERYTHING:
        for email in person.emails:
            suppressions.keep(
                digest(email.address), scope=SuppressionScope.ALL, reason=SuppressionReason.OBJECTED
            )


def decline_session(fact: SessionDeclined) -> None:
    """Take somebody off the list who says by the link in a message that they want no more of it."""
    if fact.purpose in OF_A_SESSION:
        withdraw_from([answers.invitation(fact.about_id)], AnsweredBy.LINK)


def hold_sessions(fact: ObjectionAsked) -> None:
    """Hold their sessions before the person, as an answer does: else each waits for the other."""
    answers.hold_coming(fact.person_id)


def leave_sessions(fact: PersonObjected) -> None:
    """Take somebody off the lists of coming sessions who objects, and back what has not left."""
    person = people.persons([fact.person_id])[fact.person_id]
    withdraw_from(answers.coming_invitations(person), AnsweredBy.SYSTEM, tell=False)
    outbox.cancel(OF_A_SESSION, answers.invitation_ids(person), reason=Reason.OBJECTED)


def withdraw_from(invitations: Iterable[Invitation], by: AnsweredBy, *, tell: bool = True) -> None:
    """
    Take a person off these lists by their own wish, freeing places; inside a command.

    :param tell: whether their calendar is told, where the session stands in it
    """
    held = answers.lock_invitations(list(invitations))
    left = [invitation for invitation in held if not invitation.is_gone]
    if left:
        move(left, Answer.WITHDRAWN, by)
        # Their own wish needs no mail but the one that takes it out of their calendar.
        notifications.of_leaving(dict.fromkeys(left, Answer.WITHDRAWN), tell=tell)
        rebalance(*(held[invitation] for invitation in left))


def _answer_within_capacity(
    design_session: DesignSession, invitation: Invitation, answer: Answer
) -> Answer:
    """Return what an answer becomes: "yes" only where a place is free, so nobody is over them."""
    if answer is not Answer.YES or invitation.answer in HOLDS_SEAT:
        return answer
    if not answers.seats(design_session).is_full:
        return Answer.YES
    if invitation.answer is Answer.WAITING or design_session.has_waiting_list:
        return Answer.WAITING
    raise SessionFull


class AnswerUnknown(Invalid):
    """An answer is yes, maybe or no."""

    message = _l("Choose yes, maybe or no.")
    field = "answer"


class AnswersClosed(Conflict):
    """Answers are not taken any more."""

    message = _l("You cannot answer here any more. Call or mail the organiser.")


class SessionCancelled(Conflict):
    """The session does not take place."""

    message = _l("This session is cancelled. You do not have to answer.")


class TimeChanged(Conflict):
    """The page is older than the last change of time or place."""

    message = _l("The session was changed meanwhile. Read when and where it is, and answer again.")


class NotInvited(Conflict):
    """The person is not on the list any more."""

    message = _l("You are not on the list of this session any more. Call or mail the organiser.")


class SessionFull(Conflict):
    """All places are taken and there is no waiting list."""

    message = _l("All places are taken, and there is no waiting list. Your answer is not changed.")


def refuse_answer(design_session: DesignSession, invitation: Invitation, by: AnsweredBy) -> None:
    """
    Stop where no answer can be taken, by link or from a planner who notes what was said.

    :raises SessionCancelled: if the session is cancelled
    :raises NotInvited: if the person is not on the list any more
    :raises AnswersClosed: if no answers are taken any more
    """
    if design_session.state is SessionState.CANCELLED:
        raise SessionCancelled
    if invitation.is_gone:
        raise NotInvited
    if design_session.has_begun():
        raise AnswersClosed
    # A planner notes what is said on the phone; an offered place can be taken while it stands.
    by_phone = by not in BY_THEMSELVES
    if not (by_phone or design_session.takes_answers() or invitation.has_standing_offer()):
        raise AnswersClosed


LOTS = 2**31 - 1


def move(
    invitations: Collection[Invitation], after: Answer, by: AnsweredBy
) -> dict[Invitation, Moved]:
    """
    Give invitations their new answer and note each change; inside a command, under the lock.

    It takes as many statements for many as for one.
    """
    now, rows = clock.now(), list[dict[str, Any]]()
    for invitation in invitations:
        before, sequence = invitation.answer, invitation.design_session.sequence
        invitation.answer = after
        invitation.reconfirm_sequence = invitation.call_after = invitation.offer_until = None
        if by is not AnsweredBy.SYSTEM or after is Answer.YES:
            invitation.answered_at, invitation.answered_by = now, by
            invitation.answered_sequence = sequence
        # Whose offer is taken back waits where they stood before it.
        if Answer.OFFERED not in {before, after}:
            waits = after is Answer.WAITING
            invitation.waiting_since = now if waits else None
            invitation.lot = secrets.randbelow(LOTS) if waits else None
        values = {"at": now, "by": by, "before": before, "after": after, "sequence": sequence}
        rows.append({"invitation_id": invitation.id, **values})
    ids = add_many(AnswerEvent, rows)
    moved = [Moved(event_id, row["before"], after) for event_id, row in zip(ids, rows, strict=True)]
    if after in STAYS_AWAY:
        # Who does not come needs nothing.
        remove_many(Need, among(Need.invitation_id, ids_of(invitations)))
        answers.read_together(invitations)
    return dict(zip(invitations, moved, strict=True))


def rebalance(*sessions: DesignSession) -> None:
    """
    Let ended offers lapse and offer each free place to who is next; inside a command, locked.

    Never more places are offered than are free, and none while no answers are taken. It takes as
    many statements for many sessions and places as for one.
    """
    if ended := answers.ended_offers(sessions):
        move(ended, Answer.LAPSED, AnsweredBy.SYSTEM)
    held = answers.with_targets(sessions)
    taken = answers.taken(held)
    free = [
        design_session
        for design_session in held
        if design_session.takes_answers() and not taken[design_session].seats.is_full
    ]
    if not free:
        return
    waiting, chosen = answers.all_answering(free, [Answer.WAITING]), list[Invitation]()
    for design_session in free:
        known = {invitation.id: invitation for invitation in waiting[design_session]}
        order = in_order(
            design_session.waiting_rule,
            answers.waiters(waiting[design_session]),
            design_session.wanted,
            taken[design_session].by_helix,
            at_most=taken[design_session].seats.free,
        )
        chosen += [known[waiter.invitation_id] for waiter in order]
    _offer(chosen)


@command(SessionPermission.ARRANGE)
def lapse_offers(_actor: Actor, design_session: DesignSession) -> None:
    """Let the offers lapse that ended, and offer those places to who is next."""
    session_queries.lock(design_session)
    rebalance(design_session)


def _offer(invitations: Collection[Invitation]) -> None:
    now = clock.now()
    until = {
        invitation: offer_ends(now, invitation.design_session.starts_at)
        for invitation in invitations
    }
    given = [invitation for invitation in invitations if until[invitation] is None]
    offered = [invitation for invitation in invitations if until[invitation] is not None]
    if offered:
        move(offered, Answer.OFFERED, AnsweredBy.SYSTEM)
    for invitation in offered:
        invitation.offer_until = until[invitation]
        invitation.offers += 1
    session().flush()
    notifications.of_offers(offered)
    if given:
        answers.read_together(given)
        notifications.of_answers(move(given, Answer.YES, AnsweredBy.SYSTEM))


KEPT_AFTER = timedelta(days=14)
LONGEST = 1000


class NotAgreed(Invalid):
    """Needs tell something of somebody's health or belief, so they are kept with consent only."""

    message = _l("Tick that we may keep this until 14 days after the session.")
    field = "agreed"


class NeedEmpty(Invalid):
    """Nothing was written."""

    message = _l("Write what you need.")
    field = "words"


@command(SessionPermission.ANSWER)
def note_needs(
    _actor: Actor, invitation: Invitation, *, kind: NeedKind, words: str, agreed: bool
) -> None:
    """
    Keep what somebody needs, in place of what they wrote before.

    :raises NotAgreed: without their consent
    :raises NeedEmpty: if nothing was written
    :raises NotInvited: if the person is not on the list any more
    """
    answers.lock_invitation(invitation)
    if invitation.is_gone:
        raise NotInvited
    if not agreed:
        raise NotAgreed
    text = words.strip()[:LONGEST]
    if not text:
        raise NeedEmpty
    theirs = (Need.invitation_id == invitation.id) & (Need.kind == kind)
    known = session().scalar(select(Need).where(theirs))
    if known is None:
        session().add(Need(invitation_id=invitation.id, kind=kind, words=text))
    else:
        known.words, known.agreed_at = text, clock.now()


@command(SessionPermission.ANSWER)
def remove_need(_actor: Actor, invitation: Invitation, *, kind: NeedKind) -> None:
    """Remove what somebody wrote about one kind of need."""
    remove_many(Need, (Need.invitation_id == invitation.id) & (Need.kind == kind))


@command(SessionPermission.ARRANGE)
def remove_old_needs(_actor: Actor, _project: Project) -> int:
    """Remove the needs for sessions that ended 14 days ago; return how many."""
    ended = (
        select(Invitation.id)
        .join(Invitation.design_session)
        .where(DesignSession.ends_at <= clock.now() - KEPT_AFTER)
    )
    return len(remove_many(Need, Need.invitation_id.in_(ended)))
