"""Questions about who is told when a session changes or is cancelled, and who cannot be."""

from collections.abc import Sequence
from dataclasses import dataclass

from crm.core.mail import Purpose
from crm.design_sessions.mail_checks import TOLD
from crm.design_sessions.models import Answer, DesignSession, Invitation
from crm.design_sessions.queries import answers, notification_log
from crm.design_sessions.queries.recipients import all_to_write, recipients
from crm.messages.queries.addressing import NotAddressed, selection


@dataclass(frozen=True, slots=True)
class Hearing:
    """Of those who know of a session: how many get a message about it, and who gets none."""

    told: int
    untold: Sequence[NotAddressed]


def hearing(design_session: DesignSession, purpose: Purpose) -> Hearing:
    """
    Return who would be told of another time or place, or of cancelling, in a few statements.

    That is who may come, and who got an invitation and did not answer. Untold are those among them
    who have no address, or may not or do not want to be written to: a planner has to call them.
    """
    if design_session.has_begun():
        return Hearing(0, ())
    known = _who_know(design_session)
    found = recipients(known, purpose)
    pairs = [(one.person, found[one.id]) for one in known]
    chosen = selection(purpose, pairs, is_bulk=False)
    return Hearing(len(chosen.to), chosen.without)


def _who_know(design_session: DesignSession) -> list[Invitation]:
    reached = notification_log.reached(design_session)
    ids = [
        one.id
        for one in answers.all_invitations(design_session)
        if one.answer in TOLD and (one.answer is not Answer.NONE or one.id in reached)
    ]
    found = all_to_write(ids)
    return [found[one] for one in ids]
