"""What is left of two invitations or attendances where the two who have them are one."""

from collections.abc import Sequence
from typing import Any

from crm.core.references import Joined, Row
from crm.design_sessions.models import Answer, AttendanceStatus, Invitation
from crm.design_sessions.rules.mail_checks import TOLD

# Who said something goes before who did not, and whom a planner took off the list comes last: that
# was perhaps because they stood on it twice.
_SILENT = (Answer.NONE, Answer.REVOKED)
# Who was seen there was there, whatever else was noted of the other one.
_STATUSES = (AttendanceStatus.PRESENT, AttendanceStatus.EXCUSED, AttendanceStatus.NO_SHOW)


def _latest_answer(row: Row) -> Any:
    """Put what somebody said last first: also that they want to be left alone."""
    answer, at = row["answer"], row["answered_at"]
    rank = 1 + _SILENT.index(answer) if answer in _SILENT else 0
    # Of two who are silent the one who was told of it, so that nobody is invited twice.
    return rank, -at.timestamp() if at else 0.0, -row["times_invited"]


def _one_invitation(rows: Sequence[Row]) -> Row:
    # The item in their calendar is told of changes still, also if it came with the other one: one
    # that stands goes before one that was taken away, and that before none.
    def last(row: Row) -> tuple[bool, bool]:
        never_sent = row["calendar_sequence"] < 0
        return never_sent or row["calendar_status"] == "CANCEL", never_sent

    item = min(rows, key=last)
    return {
        "gave_address": any(row["gave_address"] for row in rows),
        # It is part of the key of an invitation by mail: a lower one could name one that was sent.
        "times_invited": max(row["times_invited"] for row in rows),
        **{name: item[name] for name in ("calendar_id", "calendar_sequence", "calendar_status")},
    }


def item_to_clear(kept: Invitation, gone: Invitation) -> Invitation | None:
    """
    Return which of two invitations to one session leaves an item in a calendar that is false.

    That is the one that goes, where the other has an item too, or does not come.
    """
    told = ("answer", "answered_at", "times_invited")
    best, other = sorted(
        (kept, gone),
        key=lambda invitation: _latest_answer({name: getattr(invitation, name) for name in told}),
    )
    is_false = best.has_calendar_item or best.answer not in TOLD
    return other if other.has_calendar_item and is_false else None


INVITATIONS = Joined(
    lambda row: row["design_session_id"], order=_latest_answer, together=_one_invitation
)
ATTENDANCES = Joined(
    lambda row: row["design_session_id"],
    order=lambda row: _STATUSES.index(row["status"]),
    # Who was invited as one of the two was no walk-in.
    together=lambda rows: {"is_walk_in": all(row["is_walk_in"] for row in rows)},
)
NEEDS = Joined(
    lambda row: (row["invitation_id"], row["kind"]),
    together=lambda rows: {"words": "; ".join(dict.fromkeys(row["words"] for row in rows))},
)
