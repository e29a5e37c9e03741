"""The addresses in messages that lead to pages of their own, made anew whenever they are needed."""

from crm.core import mail, tokens
from crm.messages.models import PersonLink

UNSUBSCRIBE = "unsubscribe"
DETAILS = "details"
CONSENT = "consent"


def link_to_nothing(language: str) -> str:
    """Return what stands in place of a personal link where a message is only looked at."""
    return mail.link("/r/voorbeeld" if language == "nl" else "/r/example")


def unsubscribe_link(public_name: str) -> str:
    """Return where the recipient of a message can say that they want no more of them."""
    return mail.link(f"/u/{tokens.signed(UNSUBSCRIBE, public_name)}")


def details_link(link: PersonLink) -> str:
    """Return where somebody can see for an hour what is kept about them."""
    return mail.link(f"/d/{tokens.signed(DETAILS, link.public_name)}")


def consent_link(public_name: str) -> str:
    """Return where the recipient of a request can say yes or no to being written to."""
    return mail.link(f"/k/{tokens.signed(CONSENT, public_name)}")
