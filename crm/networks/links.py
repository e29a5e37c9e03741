"""The address in a message at which somebody says with whom they work; made when it is needed."""

from crm.core import mail, tokens
from crm.networks.models import DeclaringLink

TIES = "ties"


def declaring_address(link: DeclaringLink) -> str:
    """Return where the person of a link says with whom they work; a newer link ends it."""
    return mail.link(f"/t/{tokens.signed(TIES, link.public_name)}")
