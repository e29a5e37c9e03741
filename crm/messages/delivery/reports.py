"""What came back: a report of delivery (RFC 3464), an automatic reply, or other mail."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any

from crm.core.cleaning import clean_line
from crm.messages.delivery.relay import bounce_mac
from crm.messages.models import InboundKind
from crm.stakeholders.addresses import email_key

_RETURNED = re.compile(r"\+([A-Za-z0-9]{10})\.([0-9a-f]{8})@")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
# Where a mail server writes down to which address it delivered.
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_LONGEST_ID = 300
_RECIPIENTS = ("Original-Recipient", "Final-Recipient")


@dataclass(frozen=True, slots=True)
class Report:
    """
    One message that came back.

    :param returned: name and proof in the address that it was sent back to
    :param parts: what a report says of each recipient, in its order
    """

    kind: InboundKind
    message_id: str
    returned: tuple[str, str] | None = None
    parts: tuple["RecipientReport", ...] = ()

    def about(self, address: str) -> tuple["RecipientReport", ...]:
        """Return what a report says of an address; of all, where it names that one nowhere."""
        key = email_key(address)
        named = tuple(one for one in self.parts if key in one.recipients)
        return named or self.parts


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """
    What a report says of one recipient.

    :param recipients: the address that it went to first, and the one that it ended at, folded
    :param action: what was done: failed, delayed, delivered, relayed, expanded
    """

    recipients: frozenset[str]
    action: str
    status: str


def read(raw: bytes) -> Report:
    """Return what a message that came back says; nothing in it is trusted but its proof."""
    message = message_from_bytes(raw, policy=compat32)
    message_id = _header(message, "Message-ID")[:_LONGEST_ID] or hashlib.sha256(raw).hexdigest()
    report_type = str(message.get_param("report-type") or "").lower()
    if message.get_content_type() == "multipart/report" and report_type == "delivery-status":
        return Report(InboundKind.BOUNCE, message_id, _returned(message), tuple(_parts(message)))
    is_automatic = _is_automatic(message)
    return Report(InboundKind.AUTO_REPLY if is_automatic else InboundKind.OTHER, message_id)


def returned_to(addresses: str) -> list[tuple[str, str]]:
    """Return name and proof of each address of ours among these that a message came back to."""
    return [(name, proof) for name, proof in _RETURNED.findall(addresses) if is_ours(name, proof)]


def is_ours(public_name: str, proof: str) -> bool:
    """Whether a proof in an address was made here for this message."""
    return hmac.compare_digest(bounce_mac(public_name), proof)


def _is_automatic(message: Message) -> bool:
    """Whether a machine wrote it: somebody is away, or a program tells that it was read."""
    return (
        message.get_content_type() == "multipart/report"
        or _header(message, "Auto-Submitted").lower() not in {"", "no"}
        or bool(_header(message, "X-Autoreply"))
        or _header(message, "Precedence").lower() == "auto_reply"
    )


def _parts(message: Message) -> Iterator[RecipientReport]:
    """Yield what a report says of each recipient that it speaks of."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            action = _header(block, "Action").lower()
            if action:
                found = _STATUS.search(_header(block, "Status"))
                yield RecipientReport(_recipients(block), action, found[0] if found else "")


def _recipients(block: Any) -> frozenset[str]:
    """Return the addresses that a block is about; before each stands of which kind it is."""
    given = (_header(block, name) for name in _RECIPIENTS)
    written = (one.rpartition(";")[2].strip().strip("<>") for one in given)
    return frozenset(email_key(one) for one in written if one)


def _returned(message: Message) -> tuple[str, str] | None:
    for name in _ADDRESSED:
        for value in message.get_all(name) or ():
            found = _RETURNED.search(str(value))
            if found:
                return found[1], found[2]
    return None


def _header(message: Any, name: str) -> str:  # a part may be anything, says the library
    return clean_line(str(message.get(name) or ""))
