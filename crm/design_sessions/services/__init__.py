"""Changes of sessions: planning, inviting and attending."""

from crm.design_sessions.services.arranging import (
    Copied,
    cancel_session,
    close_answers,
    copy_session,
    open_answers,
    reinvite,
    reopen_session,
    uninvite,
)
from crm.design_sessions.services.attending import (
    Mark,
    MarkedMeanwhile,
    Noted,
    record_attendance,
)
from crm.design_sessions.services.calling import Said, note_call
from crm.design_sessions.services.feeds import end_feed, make_feed, renew_feed
from crm.design_sessions.services.inviting import (
    HelixNotHeld,
    change_invited,
    invite,
    invite_selection,
    record_invitations,
)
from crm.design_sessions.services.misdirected_links import keep_link, renew_link
from crm.design_sessions.services.planning import (
    AskingDetails,
    ContactNotMember,
    LocalTime,
    SessionDetails,
    add_session,
    edit_session,
)
from crm.design_sessions.services.proposals import decide_proposal
from crm.design_sessions.services.walk_ins import (
    NamesKnown,
    WalkIn,
    WalkInUnclear,
    take_attendance,
)

__all__ = [
    "AskingDetails",
    "ContactNotMember",
    "Copied",
    "HelixNotHeld",
    "LocalTime",
    "Mark",
    "MarkedMeanwhile",
    "NamesKnown",
    "Noted",
    "Said",
    "SessionDetails",
    "WalkIn",
    "WalkInUnclear",
    "add_session",
    "cancel_session",
    "change_invited",
    "close_answers",
    "copy_session",
    "decide_proposal",
    "edit_session",
    "end_feed",
    "invite",
    "invite_selection",
    "keep_link",
    "make_feed",
    "note_call",
    "open_answers",
    "record_attendance",
    "record_invitations",
    "reinvite",
    "renew_feed",
    "renew_link",
    "reopen_session",
    "take_attendance",
    "uninvite",
]
