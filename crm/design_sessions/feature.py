"""The manifest of design sessions."""

from crm.core.i18n import _l
from crm.design_sessions.local_times import Occurrence
from crm.design_sessions.models import AttendanceStatus, DesignPhase, SessionKind
from crm.design_sessions.policy import RULES
from crm.design_sessions.references import REFERENCES
from crm.design_sessions.search import SOURCE
from crm.web.feature import Feature

FEATURE = Feature(
    name="design_sessions",
    rules=RULES,
    labels={
        SessionKind.PROJECT_GROUP: _l("Project group"),
        SessionKind.DESIGN_SESSION: _l("Design session"),
        SessionKind.FIELD_VISIT: _l("Field visit"),
        SessionKind.DECISION: _l("Decision"),
        SessionKind.EVALUATION: _l("Evaluation"),
        SessionKind.OTHER: _l("Other"),
        DesignPhase.DISCOVER: _l("Discover"),
        DesignPhase.DEFINE: _l("Define"),
        DesignPhase.DEVELOP: _l("Develop"),
        DesignPhase.DELIVER: _l("Deliver"),
        AttendanceStatus.PRESENT: _l("Present"),
        AttendanceStatus.EXCUSED: _l("Excused"),
        AttendanceStatus.NO_SHOW: _l("No show"),
        Occurrence.FIRST: _l("The first time (summer time)"),
        Occurrence.SECOND: _l("The second time (winter time)"),
    },
    references=REFERENCES,
    search=(SOURCE,),
)
