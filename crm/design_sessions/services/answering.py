"""Answering: what an invited person says, by their link or to a planner."""

from collections.abc import Iterable
from enum import StrEnum

from crm.core import clock, permissions
from crm.core.commands import command
from crm.core.db import lock
from crm.core.i18n import _
from crm.core.mail import Reason
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.models import (
    BY_THEMSELVES,
    HOLDS_SEAT,
    Answer,
    AnsweredBy,
    DesignSession,
    Invitation,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers, notification_log, places
from crm.design_sessions.services import notifications
from crm.design_sessions.services.refusals import (
    AnswerUnknown,
    SessionFull,
    TimeChanged,
    refuse_answer,
)
from crm.design_sessions.services.waiting import move, rebalance
from crm.messages.events import SessionDeclined
from crm.messages.models import SuppressionReason, SuppressionScope
from crm.messages.queries.suppressions import digest
from crm.messages.services import outbox, suppressions
from crm.stakeholders.consent import Objected
from crm.stakeholders.events import ObjectionAsked, PersonObjected
from crm.stakeholders.services import contacting

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
    actor: Actor, invitation: Invitation, *, given: Answer, by: AnsweredBy, seen_sequence: int
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
    _require(actor, by)
    design_session = answers.lock_invitation(invitation)
    refuse_answer(design_session, invitation, by)
    if seen_sequence < design_session.sequence:
        raise TimeChanged
    if given not in GIVEN:
        raise AnswerUnknown
    rebalance(design_session)
    _change(design_session, invitation, _outcome(design_session, invitation, given), by)
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
    contacting.keep_objection(person, said)
    if scope is WithdrawScope.EVERYTHING:
        for email in person.emails:
            suppressions.keep(
                digest(email.address),
                scope=SuppressionScope.ALL,
                reason=SuppressionReason.OBJECTED,
            )


def decline_session(fact: SessionDeclined) -> None:
    """Take somebody off the list who says by the link in a message that they want no more of it."""
    if fact.purpose in notification_log.PURPOSES:
        withdraw_from([answers.invitation(fact.about_id)], AnsweredBy.LINK)


def hold_sessions(fact: ObjectionAsked) -> None:
    """Hold their sessions before the person, as an answer does: else each waits for the other."""
    answers.hold_coming(fact.person_id)


def leave_sessions(fact: PersonObjected) -> None:
    """Take somebody off the lists of coming sessions who objects, and back what has not left."""
    person = queries.persons([fact.person_id])[fact.person_id]
    withdraw_from(answers.coming_invitations(person), AnsweredBy.SYSTEM, tell=False)
    outbox.cancel(notification_log.PURPOSES, answers.invitation_ids(person), reason=Reason.OBJECTED)


def withdraw_from(invitations: Iterable[Invitation], by: AnsweredBy, *, tell: bool = True) -> None:
    """
    Take a person off these lists by their own wish, freeing places; inside a command.

    :param tell: whether their calendar is told, where the session stands in it
    """
    held = answers.lock_invitations(list(invitations))
    left = [one for one in held if not one.is_gone]
    if left:
        move(left, Answer.WITHDRAWN, by)
        # Their own wish needs no mail but the one that takes it out of their calendar.
        notifications.of_leaving(dict.fromkeys(left, Answer.WITHDRAWN), tell=tell)
        rebalance(*(held[one] for one in left))


def _require(actor: Actor, by: AnsweredBy) -> None:
    if by not in BY_THEMSELVES:
        permissions.require(actor, SessionPermission.ARRANGE)


def _outcome(design_session: DesignSession, invitation: Invitation, given: Answer) -> Answer:
    if given is not Answer.YES or invitation.answer in HOLDS_SEAT:
        return given
    if not places.seats(design_session).is_full:
        return Answer.YES
    if invitation.answer is Answer.WAITING or design_session.has_waiting_list:
        return Answer.WAITING
    raise SessionFull


def _change(
    design_session: DesignSession, invitation: Invitation, after: Answer, by: AnsweredBy
) -> None:
    before = invitation.answer
    # "Yes" once more, after a change of time or place, is a new answer to a new question.
    if after is before and invitation.reconfirm_sequence is None:
        return
    moved = move([invitation], after, by)
    if after is not before:
        notifications.of_answers(moved)
    if before in HOLDS_SEAT and after not in HOLDS_SEAT:
        rebalance(design_session)
