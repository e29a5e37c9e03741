"""Everything in sessions that refers to a person, and what becomes of it."""

from collections.abc import Mapping
from typing import Any

from crm.core.mail import Purpose
from crm.core.references import Blanked, Loose, Moved, OwnedRows, Reference
from crm.design_sessions.models import AnswerEvent, Attendance, Invitation, Need, Proposal
from crm.design_sessions.rules.mail_checks import CAME
from crm.design_sessions.rules.merge_rules import ATTENDANCES, INVITATIONS, NEEDS
from crm.messages.models import OF_A_SESSION, OPEN_STATES, OutboxMessage, Reply

# Selectielijst gemeenten 2020, result 19.1.11: meetings with third parties.
FIVE_YEARS = "19.1.11: five years after the session"


def _who_came(params: Mapping[str, Any], joined: Mapping[int, int]) -> Mapping[str, Any]:
    came = params.get(CAME)
    return params if came is None else {**params, CAME: joined.get(came, came)}


REFERENCES = (
    Reference(
        Invitation,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=(
            "design_session_id",
            "helix",
            "invited_at",
            "purpose",
            "address_source",
            "answer",
            "answered_at",
        ),
        blanked=Blanked.REMOVED,
        kept=FIVE_YEARS,
        parts=(
            OwnedRows(AnswerEvent, "invitation_id", ("at", "by", "before", "after")),
            OwnedRows(Need, "invitation_id", ("kind", "words", "agreed_at"), joined=NEEDS),
            OwnedRows(Proposal, "invitation_id", ("name", "email", "organisation", "proposed_at")),
        ),
        joined=INVITATIONS,
    ),
    Reference(
        Attendance,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("design_session_id", "helix", "status", "is_walk_in", "noted_at"),
        blanked=Blanked.REMOVED,
        kept=FIVE_YEARS,
        joined=ATTENDANCES,
    ),
    Reference(
        Proposal,
        "person_id",
        moved=Moved.REPOINTED,
        told=("name", "email", "organisation", "proposed_at"),
        blanked=Blanked.KEPT_WITHOUT_PERSON,
        kept=FIVE_YEARS,
    ),
    Loose(
        OutboxMessage, "about_id", Invitation, where=lambda: OutboxMessage.purpose.in_(OF_A_SESSION)
    ),
    Loose(Reply, "about_id", Invitation, where=lambda: Reply.about_id.is_not(None)),
    # Thanks to who was not invited know the attendance by its number alone. Once they have left,
    # nobody reads it any more.
    Loose(
        OutboxMessage,
        "params",
        Attendance,
        where=lambda: (
            (OutboxMessage.purpose == Purpose.THANKS) & OutboxMessage.state.in_(OPEN_STATES)
        ),
        follow=_who_came,
    ),
)
