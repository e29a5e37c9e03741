"""What sessions say of their steps, which can be undone."""

from crm.core.i18n import _, _l
from crm.core.undo import Step, StepKind
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.services import inviting


def _of_inviting(step: Step) -> str:
    return str(_("%(persons)s people", persons=step.about["persons"]))


STEPS = (
    StepKind(
        inviting.STEP,
        _l("Invited list"),
        SessionPermission.ARRANGE,
        _of_inviting,
        endpoint="sessions.session",
        argument="session_id",
    ),
)
