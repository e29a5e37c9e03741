"""Calling: what somebody who did not answer says on the phone, or when to try again."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from crm.core import clock
from crm.core.commands import command
from crm.core.permissions import Actor
from crm.design_sessions import local_times
from crm.design_sessions.local_times import Occurrence
from crm.design_sessions.models import Answer, AnsweredBy, Invitation
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.services.answering import answer
from crm.design_sessions.services.refusals import TimeChanged

A_WHILE = timedelta(hours=2)
MORNING = time(9)


class Said(StrEnum):
    """What came of a call."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"
    LATER = "later"
    TOMORROW = "tomorrow"
    TOLD = "told"


ANSWERS = {Said.YES: Answer.YES, Said.MAYBE: Answer.MAYBE, Said.NO: Answer.NO}


@command(SessionPermission.ARRANGE)
def note_call(actor: Actor, invitation: Invitation, *, said: Said, seen_sequence: int) -> Answer:
    """
    Note what came of a call; return where the person stands now.

    "Yes" to a full session is a place on the waiting list. Who is to be called later is not asked
    again before: in two hours, or tomorrow at nine where the session is held. Whoever was reached
    knows of the last change, or that the session is off.

    :raises Conflict: if no answer can be taken; see `answering.answer`
    :raises TimeChanged: if the caller told of an older change
    """
    if said in ANSWERS:
        given = ANSWERS[said]
        answer(actor, invitation, given=given, by=AnsweredBy.PLANNER, seen_sequence=seen_sequence)
        invitation.told_sequence = invitation.design_session.sequence
    elif said is Said.TOLD:
        if seen_sequence < answers.lock_invitation(invitation).sequence:
            raise TimeChanged
        invitation.told_sequence = invitation.design_session.sequence
    else:
        answers.lock_invitation(invitation)
        invitation.call_after = _tomorrow(invitation) if said is Said.TOMORROW else _soon()
    return invitation.answer


def _soon() -> datetime:
    return clock.now() + A_WHILE


def _tomorrow(invitation: Invitation) -> datetime:
    local = datetime.combine(clock.today() + timedelta(days=1), MORNING)
    return local_times.moment(local, invitation.design_session.zone, Occurrence.FIRST)
