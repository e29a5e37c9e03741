"""Refusals: why an answer cannot be taken."""

from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.design_sessions.models import (
    BY_THEMSELVES,
    AnsweredBy,
    DesignSession,
    Invitation,
    SessionState,
)


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
