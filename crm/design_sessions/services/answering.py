"""Answering: what an invited person says, by their link or to a planner."""

from collections.abc import Iterable
from enum import StrEnum

from crm.core import clock, permissions
from crm.core.commands import command
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    HOLDS_SEAT,
    Answer,
    AnsweredBy,
    DesignSession,
    Invitation,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers, places
from crm.design_sessions.services.refusing import (
    AnswerUnknown,
    SessionFull,
    TimeChanged,
    refuse_answer,
)
from crm.design_sessions.services.waiting import move, rebalance

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


@command(SessionPermission.ARRANGE)
def call_later(_actor: Actor, invitation: Invitation) -> None:
    """Note that somebody was called and is to be called once more."""
    answers.lock_invitation(invitation)
    invitation.call_after = clock.now()


@command(SessionPermission.ANSWER)
def say_someone_else(_actor: Actor, invitation: Invitation) -> None:
    """Note, for a planner, that whoever opened the link is somebody else."""
    answers.lock_invitation(invitation)
    if invitation.someone_else_at is None:
        invitation.someone_else_at = clock.now()


@command(SessionPermission.ANSWER)
def withdraw(_actor: Actor, invitation: Invitation, *, scope: WithdrawScope) -> None:
    """Take somebody off the list by their own wish: of this session, or of all in the project."""
    if scope is WithdrawScope.SESSION:
        withdraw_from([invitation], AnsweredBy.LINK)
        return
    withdraw_from(answers.coming_invitations(invitation.person), AnsweredBy.LINK)


def withdraw_from(invitations: Iterable[Invitation], by: AnsweredBy) -> None:
    """Take a person off these lists by their own wish, freeing places; inside a command."""
    for invitation in invitations:
        design_session = answers.lock_invitation(invitation)
        if not invitation.is_gone:
            move(invitation, Answer.WITHDRAWN, by)
            rebalance(design_session)


def _require(actor: Actor, by: AnsweredBy) -> None:
    if by is not AnsweredBy.LINK:
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
    move(invitation, after, by)
    if before in HOLDS_SEAT and after not in HOLDS_SEAT:
        rebalance(design_session)
