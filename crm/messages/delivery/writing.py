"""A message in bytes, from its words and its values."""

from crm.core import mail
from crm.core.mail import Content
from crm.messages.delivery.claiming import Claimed
from crm.messages.queries import templates
from crm.messages.queries.templates import sender
from crm.messages.rules import mime
from crm.messages.rules.links import unsubscribe_link
from crm.messages.rules.rendering import MessageFacts


def write(claimed: Claimed, content: Content) -> bytes:
    """Return the bytes of a message, in the project of which it is; equal facts, equal bytes."""
    outgoing = claimed.outgoing
    words = templates.words_for(outgoing.purpose, outgoing.language, claimed.template_id)
    is_bulk = mail.kind_of(outgoing.purpose).is_bulk
    facts = MessageFacts(
        outgoing.purpose,
        claimed.message_id,
        claimed.date_header,
        unsubscribe_link(outgoing.public_name) if is_bulk else "",
    )
    return mime.compose(facts, words.with_own(content.own), content, sender())
