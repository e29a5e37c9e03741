"""A message that came in, as far as it is read: plain words, and the calendar item in it."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr
from html import unescape

from crm.core.cleaning import clean_line, clean_lines
from crm.core.inbound_mail import Arrived
from crm.core.libraries import nh3
from crm.messages.delivery import reports

LONGEST = 10_000
_LONGEST_LINE = 300
_LONGEST_HEADER = 10_000
_LONGEST_ITEM = 100_000
_LONGEST_PART = 200_000
_MOST_NAMES = 20
_NAME = re.compile(r"<([A-Za-z0-9]{10})@")
_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_CALENDARS = {"text/calendar", "application/ics"}
# Where a reader of a page sees a new line, and what no reader sees.
_LINE = re.compile(r"<(?=(?:br|p|div|li|tr)\b)", re.IGNORECASE)
_UNSEEN = {"script", "style", "title"}


def read(raw: bytes, message_id: str) -> Arrived:
    """Return a message as features look at it."""
    message = message_from_bytes(raw, policy=compat32)
    return Arrived(
        message_id=message_id,
        sender=_header(message, "From"),
        recipients=" ".join(str(one) for name in _TO for one in message.get_all(name) or ()),
        subject=_header(message, "Subject"),
        text=_text(message),
        calendar=_calendar(message),
    )


def address_of(arrived: Arrived) -> str:
    """Return the address that a message says it is from."""
    return parseaddr(arrived.sender)[1]


def names_in(raw: bytes, recipients: str) -> list[str]:
    """Return the names of our messages that a reply may be to, those with a proof first."""
    message = message_from_bytes(raw, policy=compat32)
    proven = [name for name, _proof in reports.returned_to(recipients)]
    said = " ".join(str(message.get(name) or "") for name in ("In-Reply-To", "References"))
    return [*proven, *reversed(_NAME.findall(said)[-_MOST_NAMES:])]


def _header(message: Message, name: str) -> str:
    given = str(message.get(name) or "")[:_LONGEST_HEADER]
    try:
        decoded = str(make_header(decode_header(given)))
    except (HeaderParseError, LookupError, ValueError):
        decoded = given
    return clean_line(decoded)[:_LONGEST_LINE]


def _parts(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if not part.is_multipart():
            yield part


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _words(part: Message) -> str:
    found = _bytes(part)[:_LONGEST_PART]
    try:
        return found.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return found.decode("utf-8", "replace")


def _text(message: Message) -> str:
    parts = [one for one in _parts(message) if one.get_content_disposition() != "attachment"]
    plain = next((one for one in parts if one.get_content_type() == "text/plain"), None)
    if plain is not None:
        return clean_lines(_words(plain))[:LONGEST]
    html = next((one for one in parts if one.get_content_type() == "text/html"), None)
    if html is None:
        return ""
    lines = _LINE.sub("\n<", " ".join(_words(html).split()))
    shown = unescape(nh3.clean(lines, tags=set(), clean_content_tags=_UNSEEN))
    return clean_lines(shown)[:LONGEST]


def _calendar(message: Message) -> bytes:
    found = next((one for one in _parts(message) if one.get_content_type() in _CALENDARS), None)
    data = _bytes(found) if found is not None else b""
    return data if len(data) <= _LONGEST_ITEM else b""
