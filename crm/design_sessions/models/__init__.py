"""Sessions, who is invited to them, what they answered and who came."""

from crm.design_sessions.models.attendance import (
    Attendance,
    AttendanceList,
    AttendanceStatus,
    ListState,
)
from crm.design_sessions.models.sessions import (
    BY_THEMSELVES,
    GONE,
    HOLDS_SEAT,
    STAYS_AWAY,
    Answer,
    AnsweredBy,
    AnswerEvent,
    AnswersAfterStart,
    CalendarFeed,
    DesignPhase,
    DesignSession,
    EndsBeforeStart,
    HelixTarget,
    Invitation,
    LinkUnusable,
    Need,
    NeedKind,
    PhaseOfOtherKind,
    Proposal,
    ProposalState,
    SessionBatch,
    SessionKind,
    SessionState,
    WaitingRule,
)
