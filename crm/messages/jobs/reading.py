"""What came in: a report of delivery (RFC 3464), an automatic reply, or what somebody wrote."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from html import unescape
from typing import Any

from crm.core.cleaning import clean_line, clean_lines
from crm.core.inbound_mail import Arrived
from crm.core.libraries import nh3
from crm.messages.jobs.relay import bounce_mac
from crm.messages.models import InboundKind
from crm.stakeholders.values.addresses import email_key

_RETURNED = re.compile(r"\+([A-Za-z0-9]{10})\.([0-9a-f]{8})@")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
# Where a mail server writes down to which address it delivered.
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_LONGEST_ID = 300
_RECIPIENTS = ("Original-Recipient", "Final-Recipient")
LONGEST = 10_000
_LONGEST_LINE = 300
_LONGEST_HEADER = 10_000
_LONGEST_ITEM = 100_000
_LONGEST_PART = 200_000
_MOST_NAMES = 20
_NAME = re.compile(r"<([A-Za-z0-9]{10})@")
_TO = (*_ADDRESSED, "Cc")
_CALENDARS = {"text/calendar", "application/ics"}
# Where a reader of a page sees a new line, and what no reader sees.
_LINE = re.compile(r"<(?=(?:br|p|div|li|tr)\b)", re.IGNORECASE)
_UNSEEN = {"script", "style", "title"}


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
        named = tuple(part for part in self.parts if key in part.recipients)
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


def read_report(raw: bytes) -> Report:
    """Return what a message that came back says; nothing in it is trusted but its proof."""
    message = message_from_bytes(raw, policy=compat32)
    message_id = _header(message, "Message-ID")[:_LONGEST_ID] or hashlib.sha256(raw).hexdigest()
    report_type = str(message.get_param("report-type") or "").lower()
    if message.get_content_type() == "multipart/report" and report_type == "delivery-status":
        lines = (str(line) for name in _ADDRESSED for line in message.get_all(name) or ())
        found = next(filter(None, map(_RETURNED.search, lines)), None)
        returned = (found[1], found[2]) if found else None
        return Report(InboundKind.BOUNCE, message_id, returned, tuple(_about_recipients(message)))
    # A machine wrote it: somebody is away, or a program tells that it was read. No
    # header is common to all programs that do this.
    is_automatic = (
        message.get_content_type() == "multipart/report"
        or _header(message, "Auto-Submitted").lower() not in {"", "no"}
        or bool(_header(message, "X-Autoreply"))
        or _header(message, "Precedence").lower() == "auto_reply"
    )
    return Report(InboundKind.AUTO_REPLY if is_automatic else InboundKind.OTHER, message_id)


def is_ours(public_name: str, proof: str) -> bool:
    """Whether a proof in an address was made here for this message."""
    return hmac.compare_digest(bounce_mac(public_name), proof)


def read(raw: bytes, message_id: str) -> Arrived:
    """Return a message as features look at it."""
    message = message_from_bytes(raw, policy=compat32)
    items = (part for part in _parts(message) if part.get_content_type() in _CALENDARS)
    data = next((_bytes(part) for part in items), b"")
    return Arrived(
        message_id=message_id,
        sender=_decoded(message, "From"),
        recipients=" ".join(str(line) for name in _TO for line in message.get_all(name) or ()),
        subject=_decoded(message, "Subject"),
        text=_text(message),
        # A longer one is no answer to an invitation, and would take long to read.
        calendar=data if len(data) <= _LONGEST_ITEM else b"",
    )


def names_in(raw: bytes, recipients: str) -> list[str]:
    """Return the names of our messages that a reply may be to, those with a proof first."""
    message = message_from_bytes(raw, policy=compat32)
    proven = [name for name, proof in _RETURNED.findall(recipients) if is_ours(name, proof)]
    said = " ".join(str(message.get(name) or "") for name in ("In-Reply-To", "References"))
    # The last message of a thread is the one that is answered.
    return [*proven, *reversed(_NAME.findall(said)[-_MOST_NAMES:])]


def _about_recipients(message: Message) -> Iterator[RecipientReport]:
    """Yield what a report says of each recipient that it speaks of."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            action = _header(block, "Action").lower()
            if action:
                # Before each address stands of which kind it is: rfc822; somebody@example.org.
                lines = (_header(block, name) for name in _RECIPIENTS)
                written = (line.rpartition(";")[2].strip().strip("<>") for line in lines)
                recipients = frozenset(email_key(address) for address in written if address)
                found = _STATUS.search(_header(block, "Status"))
                yield RecipientReport(recipients, action, found[0] if found else "")


def _header(message: Any, name: str) -> str:  # a part may be anything, says the library
    return clean_line(str(message.get(name) or ""))


def _decoded(message: Message, name: str) -> str:
    given = str(message.get(name) or "")[:_LONGEST_HEADER]
    # Anybody may write to this mailbox: what cannot be read is shown as it came.
    try:
        decoded = str(make_header(decode_header(given)))
    except (HeaderParseError, LookupError, ValueError):
        decoded = given
    return clean_line(decoded)[:_LONGEST_LINE]


def _parts(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _words(part: Message) -> str:
    found = _bytes(part)[:_LONGEST_PART]
    # A mail may name an encoding that nobody but its sender knows.
    try:
        return found.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return found.decode("utf-8", "replace")


def _text(message: Message) -> str:
    by_kind: dict[str, Message] = {}
    for part in _parts(message):
        if part.get_content_disposition() != "attachment":
            by_kind.setdefault(part.get_content_type(), part)
    if "text/plain" in by_kind:
        return clean_lines(_words(by_kind["text/plain"]))[:LONGEST]
    if "text/html" not in by_kind:
        return ""
    lines = _LINE.sub("\n<", " ".join(_words(by_kind["text/html"]).split()))
    shown = unescape(nh3.clean(lines, tags=set(), clean_content_tags=_UNSEEN))
    return clean_lines(shown)[:LONGEST]
