"""The addresses that open by themselves: of an invitation, its calendar item, and a feed."""

from crm.core import mail, tokens
from crm.design_sessions.models import CalendarFeed, Invitation

ANSWER = "answer"
CALENDAR = "calendar"
FEED = "feed"


def answer_token(invitation: Invitation) -> str:
    """Return the token that opens an invitation; a new version of it ends the older ones."""
    return tokens.signed(ANSWER, invitation.public_name, invitation.token_version)


def answer_link(invitation: Invitation) -> str:
    """Return where somebody answers their invitation; less than 78 signs with a usual host."""
    return mail.link(f"/r/{answer_token(invitation)}")


def calendar_token(invitation: Invitation) -> str:
    """Return the token that opens the session as a calendar item, and nothing else."""
    return tokens.signed(CALENDAR, invitation.public_name, invitation.token_version)


def feed_link(feed: CalendarFeed) -> str:
    """Return the address to which a calendar subscribes."""
    return mail.link(f"/f/{tokens.signed(FEED, feed.public_name, feed.version)}.ics")
