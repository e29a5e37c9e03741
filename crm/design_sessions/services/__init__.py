"""Changes of sessions: planning, inviting and attending."""

from crm.design_sessions.services.attending import (
    Mark,
    MarkedMeanwhile,
    Noted,
    record_attendance,
)
from crm.design_sessions.services.feeds import end_feed, make_feed, renew_feed
from crm.design_sessions.services.inviting import (
    HelixNotHeld,
    change_invited,
    invite,
    record_invitations,
)
from crm.design_sessions.services.planning import (
    AskingDetails,
    ContactNotMember,
    LocalTime,
    SessionDetails,
    add_session,
    edit_session,
)
from crm.design_sessions.services.walk_ins import (
    NamesKnown,
    WalkIn,
    WalkInUnclear,
    take_attendance,
)

__all__ = [
    "AskingDetails",
    "ContactNotMember",
    "HelixNotHeld",
    "LocalTime",
    "Mark",
    "MarkedMeanwhile",
    "NamesKnown",
    "Noted",
    "SessionDetails",
    "WalkIn",
    "WalkInUnclear",
    "add_session",
    "change_invited",
    "edit_session",
    "end_feed",
    "invite",
    "make_feed",
    "record_attendance",
    "record_invitations",
    "renew_feed",
    "take_attendance",
]
