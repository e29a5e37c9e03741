"""Questions about who is told when a session changes or is cancelled."""

from crm.design_sessions.checking import TOLD
from crm.design_sessions.models import Answer, DesignSession
from crm.design_sessions.queries import answers, told


def hearers(design_session: DesignSession) -> int:
    """
    Return how many people would be told of another time or place, or of cancelling.

    That is who may come, and who got an invitation and did not answer; fewer get a message where
    somebody has no address or does not want any.
    """
    if design_session.has_begun():
        return 0
    reached = told.reached(design_session)
    return sum(
        one.answer in TOLD and (one.answer is not Answer.NONE or one.id in reached)
        for one in answers.all_invitations(design_session)
    )
