"""What is left of two invitations or attendances where the two who have them are one."""

from collections.abc import Sequence
from typing import Any

from crm.core.references import Joined, Row
from crm.design_sessions.models import Answer, AttendanceStatus, Invitation
from crm.design_sessions.rules.mail_checks import TOLD

# Who said something goes before who did not, and whom a planner took off the list comes last: that
# was perhaps because they stood on it twice.
_SILENT = (Answer.NONE, Answer.REVOKED)
_STATUSES = (AttendanceStatus.PRESENT, AttendanceStatus.EXCUSED, AttendanceStatus.NO_SHOW)


def _latest_answer(row: Row) -> Any:
    """Put what somebody said last first: also that they want to be left alone."""
    answer, at = row["answer"], row["answered_at"]
    rank = 1 + _SILENT.index(answer) if answer in _SILENT else 0
    # Of two who are silent the one who was told of it, so that nobody is invited twice.
    return rank, -at.timestamp() if at else 0.0, -row["times_invited"]


def _one_invitation(rows: Sequence[Row]) -> Row:
    # The item in their calendar is told of changes still, also if it came with the other one.
    item = min(rows, key=lambda row: (not _stands(row), row["calendar_sequence"] < 0))
    return {
        "gave_address": any(row["gave_address"] for row in rows),
        "times_invited": max(row["times_invited"] for row in rows),
        **{name: item[name] for name in ("calendar_id", "calendar_sequence", "calendar_status")},
    }


def _stands(row: Row) -> bool:
    return bool(row["calendar_sequence"] >= 0) and row["calendar_status"] != "CANCEL"


def item_to_clear(kept: Invitation, gone: Invitation) -> Invitation | None:
    """
    Return which of two invitations to one session leaves an item in a calendar that is false.

    That is the one that goes, where the other has an item too, or does not come.
    """
    best, other = sorted((kept, gone), key=lambda one: _latest_answer(_values(one)))
    is_false = best.has_calendar_item or best.answer not in TOLD
    return other if other.has_calendar_item and is_false else None


def _values(invitation: Invitation) -> Row:
    return {name: getattr(invitation, name) for name in ("answer", "answered_at", "times_invited")}


def _one_attendance(rows: Sequence[Row]) -> Row:
    return {"is_walk_in": all(row["is_walk_in"] for row in rows)}


def _one_need(rows: Sequence[Row]) -> Row:
    return {"words": "; ".join(dict.fromkeys(row["words"] for row in rows))}


INVITATIONS = Joined(
    lambda row: row["design_session_id"], order=_latest_answer, together=_one_invitation
)
ATTENDANCES = Joined(
    lambda row: row["design_session_id"],
    order=lambda row: _STATUSES.index(row["status"]),
    together=_one_attendance,
)
NEEDS = Joined(lambda row: (row["invitation_id"], row["kind"]), together=_one_need)
