"""What sessions let one do with many people of a list at once: put them on an invited list."""

from collections.abc import Sequence

from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions import queries, services
from crm.design_sessions.forms.choosing import SessionForm
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.views import wording
from crm.projects.models import Project
from crm.web.feature import BulkAction, Done


def _invite(actor: Actor, _project: Project, ids: Sequence[int], session_id: int) -> Done:
    found = queries.design_session(session_id)
    number, step = services.invite_selection(actor, found, person_ids=ids)
    return Done(wording.invited(number), step if number else None)


ACTIONS = (
    BulkAction(
        "invite",
        _l("Put on the invited list of a session"),
        SessionPermission.ARRANGE,
        lambda: SessionForm(prefix="invite-"),
        "design_sessions/_selection_session.html",
        _invite,
        place=40,
    ),
)
