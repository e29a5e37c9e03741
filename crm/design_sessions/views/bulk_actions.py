"""What sessions let one do with many people of a list at once: put them on an invited list."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.core.bulk_changes import BulkChange, Changed
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions import queries, services
from crm.design_sessions.forms.choosing import SessionForm
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.views import wording
from crm.projects.models import Project
from crm.web.feature import BulkAction


def _invite(actor: Actor, _project: Project, ids: Sequence[int], session_id: int) -> Changed:
    found = queries.design_session(session_id)
    number, step = services.invite_selection(actor, found, person_ids=ids)
    return Changed(number, step if number else None)


def _write(session_id: int) -> Mapping[str, Any]:
    return {"session_id": session_id}


def _read(kept: Mapping[str, Any]) -> int:
    return int(kept["session_id"])


ACTIONS = (
    BulkAction(
        BulkChange("invite", SessionPermission.ARRANGE, _invite, _write, _read),
        _l("Put on the invited list of a session"),
        lambda: SessionForm(prefix="invite-"),
        "design_sessions/_selection_session.html",
        wording.invited,
        place=40,
    ),
)
