"""The address of the page on which somebody answers an invitation."""

from crm.core import mail, tokens
from crm.design_sessions.models import Invitation

ANSWER = "answer"


def answer_token(invitation: Invitation) -> str:
    """Return the token that opens an invitation; a new version of it ends the older ones."""
    return tokens.signed(ANSWER, invitation.public_name, invitation.token_version)


def answer_link(invitation: Invitation) -> str:
    """Return where somebody answers their invitation; less than 78 signs with a usual host."""
    return mail.link(f"/r/{answer_token(invitation)}")
