"""Sessions, who is invited to them, what they answered and who came."""

from crm.design_sessions.models.attendance import (
    Attendance,
    AttendanceStatus,
)
from crm.design_sessions.models.attendance_lists import AttendanceList, ListState
from crm.design_sessions.models.invitations import (
    GONE,
    HOLDS_SEAT,
    STAYS_AWAY,
    Answer,
    AnsweredBy,
    AnswerEvent,
    CalendarFeed,
    Invitation,
    Need,
    NeedKind,
    Proposal,
    ProposalState,
    SessionBatch,
)
from crm.design_sessions.models.sessions import (
    AnswersAfterStart,
    DesignPhase,
    DesignSession,
    EndsBeforeStart,
    HelixTarget,
    LinkUnusable,
    PhaseOfOtherKind,
    SessionKind,
    SessionState,
    WaitingRule,
)

__all__ = [
    "GONE",
    "HOLDS_SEAT",
    "STAYS_AWAY",
    "Answer",
    "AnswerEvent",
    "AnsweredBy",
    "AnswersAfterStart",
    "Attendance",
    "AttendanceList",
    "AttendanceStatus",
    "CalendarFeed",
    "DesignPhase",
    "DesignSession",
    "EndsBeforeStart",
    "HelixTarget",
    "Invitation",
    "LinkUnusable",
    "ListState",
    "Need",
    "NeedKind",
    "PhaseOfOtherKind",
    "Proposal",
    "ProposalState",
    "SessionBatch",
    "SessionKind",
    "SessionState",
    "WaitingRule",
]
