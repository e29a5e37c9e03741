"""
MIME: the bytes of a message, as RFC 5322, 2045, 2369, 8058 and 6047 ask.

Words in headers are encoded by the standard library; the parts are put together here, as its
message objects parse every header of every part again and take ten times as long.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from email.header import Header
from email.headerregistry import Address
from email.utils import quote
from functools import lru_cache

from crm.core.cleaning import clean_line
from crm.core.mail import CalendarPart, Content
from crm.messages.composing.rendering import MessageFacts, Rendered, Words, render

_LINE = "\r\n"
_LONGEST_NAME = 200
_LONGEST_SUBJECT = 500
_TEXT = 'text/{kind}; charset="utf-8"'
_CALENDAR = 'text/calendar; charset="utf-8"; method="{method}"'
_FILE = "application/ics"
_ATTACHED = 'Content-Disposition: attachment; filename="kring.ics"'


@dataclass(frozen=True, slots=True)
class Sender:
    """
    Who stands in From: an address of this installation, and the name of the project.

    :ivar answers: where answers come, unless a message names somebody; empty: to From
    """

    address: str
    name: str
    answers: str = ""


def compose(message: MessageFacts, template: Words, content: Content, sender: Sender) -> bytes:
    """
    Return a message as it is handed to a mail server; equal facts give equal bytes.

    :raises Incomplete: if the link that the message is about is not given
    """
    name = clean_line(sender.name)
    rendered = render(message, template, content.values, name)
    headers = [
        *_names(content, replace(sender, name=name), rendered.subject),
        f"Message-ID: {_raw(message.message_id)}",
        f"Date: {_raw(message.date)}",
        f"Content-Language: {_raw(template.language)}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        *_unsubscribing(message.unsubscribe_url),
        "MIME-Version: 1.0",
    ]
    mark = hashlib.sha256(message.message_id.encode()).hexdigest()[:24]
    return (_LINE.join(headers) + _LINE + _body(rendered, content.calendar, mark)).encode()


def _names(content: Content, sender: Sender, subject: str) -> list[str]:
    recipient = content.recipient
    lines = [
        _mailbox("From", sender.name, sender.address),
        _mailbox("To", recipient.name, recipient.address),
    ]
    if content.reply_to is not None:
        lines.append(_mailbox("Reply-To", *content.reply_to))
    elif sender.answers:
        lines.append(_mailbox("Reply-To", sender.name, sender.answers))
    return [*lines, _subject(subject)]


def _unsubscribing(address: str) -> list[str]:
    # As it is: the library would encode a value of 78 signs or more without a space, and mail
    # programs would not find the address in it.
    if not address:
        return []
    return [
        f"List-Unsubscribe: <{_raw(address)}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ]


def _raw(value: str) -> str:
    """Return what is ours and needs no encoding; what could end the line is out all the same."""
    return clean_line(value)


@lru_cache(maxsize=1024)
def _mailbox(header: str, name: str, address: str) -> str:
    local, _at, domain = clean_line(address).rpartition("@")
    ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    spec = Address("", local, ascii_domain).addr_spec
    called = clean_line(name)[:_LONGEST_NAME]
    if not called:
        return f"{header}: {spec}"
    written = _encoded(header, called) if _is_foreign(called) else f'"{quote(called)}"'
    return f"{header}: {written}{_LINE} <{spec}>"


@lru_cache(maxsize=1024)
def _subject(words: str) -> str:
    kept = words[:_LONGEST_SUBJECT]
    return f"Subject: {_encoded('Subject', kept)}"


def _encoded(header: str, words: str) -> str:
    """Return words as a header holds them, by the class that keeps every space in them."""
    charset = "utf-8" if _is_foreign(words) else "us-ascii"
    return Header(words, charset, header_name=header).encode(linesep=_LINE)


def _is_foreign(words: str) -> bool:
    """Whether words must be encoded, also as they would else be read as if they were."""
    return not words.isascii() or "=?" in words


def _body(rendered: Rendered, calendar: CalendarPart | None, mark: str) -> str:
    parts = [
        _part(_TEXT.format(kind="plain"), _quoted(rendered.text)),
        _part(_TEXT.format(kind="html"), _quoted(rendered.html)),
    ]
    if calendar is None:
        return _joined("alternative", parts, f"=_1_{mark}")
    data = _in_base64(calendar.data)
    parts.append(_part(_CALENDAR.format(method=_raw(calendar.method)), data, how="base64"))
    attached = _part(f"{_FILE}{_LINE}{_ATTACHED}", data, how="base64")
    beside = _joined("alternative", parts, f"=_1_{mark}")
    return _joined("mixed", [beside, attached], f"=_0_{mark}")


def _joined(kind: str, parts: Sequence[str], between: str) -> str:
    """Return parts as one; what stands between them is in none, as "=_" is in nothing encoded."""
    inside = "".join(f"--{between}{_LINE}{part}{_LINE}" for part in parts)
    heading = f'Content-Type: multipart/{kind}; boundary="{between}"'
    return f"{heading}{_LINE}{_LINE}{inside}--{between}--{_LINE}"


def _part(kind: str, data: str, *, how: str = "quoted-printable") -> str:
    return f"Content-Type: {kind}{_LINE}Content-Transfer-Encoding: {how}{_LINE}{_LINE}{data}{_LINE}"


def _quoted(text: str) -> str:
    lines = _LINE.join(text.split("\n"))
    return binascii.b2a_qp(lines.encode(), istext=True).decode("ascii")


def _in_base64(data: bytes) -> str:
    return base64.encodebytes(data).decode("ascii").rstrip("\n").replace("\n", _LINE)
