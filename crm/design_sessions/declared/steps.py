"""What sessions say of their steps, which can be undone, and of the rows that steps change."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from crm.contacts.declared import file_words
from crm.core.db import among, session
from crm.core.i18n import _, _l, written_number
from crm.core.permissions import Actor
from crm.core.undo import RowWords, Step, StepKind
from crm.design_sessions.models import (
    AnswerEvent,
    Attendance,
    AttendanceList,
    DesignSession,
    HelixTarget,
    Invitation,
    Need,
    Proposal,
    SessionBatch,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.services import attendance_lists, inviting


def _of_list(step: Step) -> str:
    persons, new = (written_number(step.about.get(name, 0)) for name in ("persons", "new"))
    words = _("%(persons)s people, %(new)s of them new in the register", persons=persons, new=new)
    return str(words)


def _titles(actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    ids = {step.id: int(step.about["session_id"]) for step in steps}
    titles = _sessions(actor, set(ids.values()))
    return {step_id: titles.get(session_id, "") for step_id, session_id in ids.items()}


def _files(actor: Actor, steps: Sequence[Step]) -> dict[int, str]:
    ids = {step.id: step.about.get("list_id") for step in steps}
    asked = select(AttendanceList.id, AttendanceList.file_name, AttendanceList.rows)
    rows = session().execute(asked.where(among(AttendanceList.id, set(ids.values()))))
    files = {row.id: file_words(row.file_name, row.rows) for row in rows}
    titles = _titles(actor, steps)
    return {
        step_id: "; ".join(filter(None, (titles[step_id], files.get(list_id, ""))))
        for step_id, list_id in ids.items()
    }


STEPS = (
    StepKind(
        inviting.STEP,
        _l("Invited list"),
        SessionPermission.ARRANGE,
        lambda step: str(_("%(persons)s people", persons=written_number(step.about["persons"]))),
        _titles,
        endpoint="sessions.session",
        argument="session_id",
    ),
    StepKind(
        attendance_lists.STEP,
        _l("Attendance list brought in"),
        SessionPermission.ARRANGE,
        _of_list,
        _files,
        endpoint="sessions.session",
        argument="session_id",
    ),
)


def _sessions(_actor: Actor, ids: Collection[int]) -> Mapping[int, str]:
    found = select(DesignSession.id, DesignSession.title).where(among(DesignSession.id, ids))
    return {row.id: row.title for row in session().execute(found)}


_SESSION = RowWords(
    DesignSession,
    _l("Sessions"),
    fields={
        "title": _l("Title"),
        "kind": _l("Kind"),
        "phase": _l("Phase"),
        "goal": _l("Goal"),
        "place": _l("Place"),
        "link": _l("Link"),
        "zone": _l("Time zone"),
        "starts_at": _l("Starts at"),
        "ends_at": _l("Ends at"),
        "capacity": _l("Places"),
        "state": _l("State"),
        "answer_until": _l("Answers until (day)"),
        "has_waiting_list": _l("Waiting list"),
        "waiting_rule": _l("Who is first on the waiting list"),
        "allows_colleague": _l("Invited people may propose to bring a colleague"),
        "reminder_days": _l("Days before the session"),
        "contact_phone": _l("Phone number for questions"),
    },
    unseen=("sequence", "contact_id", "created_at"),
    names=_sessions,
    together=(
        ("starts_at", "starts_local", "ends_at", "ends_local"),
        ("answer_until", "answer_until_local"),
    ),
    endpoint="sessions.session",
    argument="session_id",
)
_INVITATION = RowWords(
    Invitation,
    _l("Invitations"),
    fields={
        "design_session_id": _l("Session"),
        "helix": _l("Helix"),
        "invited_at": _l("Invited"),
        "answer": _l("Answer"),
        "answered_at": _l("Answered"),
        "waiting_since": _l("Waits since"),
        "offer_until": _l("May have a place until"),
        "gave_address": _l("Gave an address for this session"),
        "address_source": _l("Where they said so"),
        "purpose": _l("What it is for"),
    },
    # What was told of which change, and by which link: it follows from the rest.
    unseen=(
        "calendar_id",
        "public_name",
        "token_version",
        "answered_by",
        "answered_sequence",
        "told_sequence",
        "reconfirm_sequence",
        "lot",
        "offers",
        "calendar_sequence",
        "calendar_status",
        "times_invited",
        "heard_before",
        "call_after",
        "someone_else_at",
    ),
    owner="person_id",
)
TOLD = (
    _SESSION,
    _INVITATION,
    RowWords(
        Attendance,
        _l("Attendance"),
        fields={
            "design_session_id": _l("Session"),
            "helix": _l("Helix"),
            "status": _l("Attendance"),
            "is_walk_in": _l("Came without an invitation"),
            "noted_at": _l("Noted"),
        },
        owner="person_id",
    ),
    RowWords(
        AnswerEvent,
        _l("Answers"),
        unseen=("invitation_id", "at", "by", "before", "after", "sequence"),
    ),
    RowWords(
        Need,
        _l("What people need"),
        fields={"kind": _l("Kind"), "agreed_at": _l("Agreed")},
        unseen=("invitation_id", "words"),
    ),
    RowWords(
        Proposal,
        _l("Proposed colleagues"),
        fields={
            "name": _l("Name"),
            "email": _l("E-mail address"),
            "organisation": _l("Organisation"),
            "state": _l("State"),
        },
        unseen=("invitation_id", "proposed_at"),
        owner="person_id",
    ),
    RowWords(
        HelixTarget,
        _l("Places for each helix"),
        fields={"helix": _l("Helix"), "seats": _l("Places")},
        owner="design_session_id",
    ),
    RowWords(
        SessionBatch,
        _l("Messages to many"),
        unseen=("batch_id", "minutes_before"),
        owner="design_session_id",
    ),
)
