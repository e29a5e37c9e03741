"""Links that came to somebody else: ending one, or leaving it as it is."""

from crm.core.commands import command
from crm.core.permissions import Actor
from crm.design_sessions.models import Invitation
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.services.inviting import put_back
from crm.design_sessions.services.waiting import rebalance


@command(SessionPermission.ARRANGE)
def renew_link(_actor: Actor, invitation: Invitation) -> None:
    """End the link that came to somebody else, with what was answered by it; twice is once."""
    design_session = answers.lock_invitation(invitation)
    if invitation.someone_else_at is None:
        return
    invitation.someone_else_at = None
    if not invitation.is_gone:
        put_back({invitation: invitation.helix})
        rebalance(design_session)


@command(SessionPermission.ARRANGE)
def keep_link(_actor: Actor, invitation: Invitation) -> None:
    """Leave a link and its answer as they are, though somebody else opened it."""
    answers.lock_invitation(invitation)
    invitation.someone_else_at = None
