"""
MIME: the bytes of a message, as RFC 5322, 2045, 2369, 8058 and 6047 ask.

Words in headers are encoded by the standard library; the parts are put together here, as its
message objects parse every header of every part again and take ten times as long.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.utils import quote
from functools import lru_cache

from crm.core.cleaning import clean_line
from crm.core.mail import CalendarPart, Content
from crm.messages.rules.rendering import MessageFacts, Rendered, Words, render

_LINE = "\r\n"
_LONGEST_NAME = 200
_LONGEST_SUBJECT = 500
_TEXT = 'text/{kind}; charset="utf-8"'
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
    name, recipient = clean_line(sender.name), content.recipient
    rendered = render(message, template, content.values, name)
    headers = [
        _mailbox("From", name, sender.address),
        _mailbox("To", recipient.name, recipient.address),
    ]
    if content.reply_to is not None:
        headers.append(_mailbox("Reply-To", *content.reply_to))
    elif sender.answers:
        headers.append(_mailbox("Reply-To", name, sender.answers))
    # What is ours needs no encoding; what could end a line is taken out of it all the same.
    headers += [
        f"Subject: {_encoded('Subject', rendered.subject[:_LONGEST_SUBJECT])}",
        f"Message-ID: {clean_line(message.message_id)}",
        f"Date: {clean_line(message.date)}",
        f"Content-Language: {clean_line(template.language)}",
        # So that no machine answers a machine: absence notes would fill the list of replies.
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
    ]
    if message.unsubscribe_url:
        # As it is: the library would encode a value of 78 signs or more without a space, and mail
        # programs would not find the address in it.
        headers += [
            f"List-Unsubscribe: <{clean_line(message.unsubscribe_url)}>",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        ]
    headers.append("MIME-Version: 1.0")
    # Made of the message and not by chance: a second try has to have equal bytes.
    mark = hashlib.sha256(message.message_id.encode()).hexdigest()[:24]
    return (_LINE.join(headers) + _LINE + _body(rendered, content.calendar, mark)).encode()


# A batch has one sender, and its recipients get several messages: the same lines, again and again.
@lru_cache(maxsize=1024)
def _mailbox(header: str, name: str, address: str) -> str:
    local, _at, domain = clean_line(address).rpartition("@")
    ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    spec = Address("", local, ascii_domain).addr_spec
    shown = clean_line(name)[:_LONGEST_NAME]
    if not shown:
        return f"{header}: {spec}"
    written = _encoded(header, shown) if _is_foreign(shown) else f'"{quote(shown)}"'
    return f"{header}: {written}{_LINE} <{spec}>"


@lru_cache(maxsize=1024)
def _encoded(header: str, words: str) -> str:
    """Return words as a header holds them, by the class that keeps every space in them."""
    charset = "utf-8" if _is_foreign(words) else "us-ascii"
    return Header(words, charset, header_name=header).encode(linesep=_LINE)


def _is_foreign(words: str) -> bool:
    """Whether words must be encoded, also as they would else be read as if they were."""
    return not words.isascii() or "=?" in words


def _body(rendered: Rendered, calendar: CalendarPart | None, mark: str) -> str:
    # The best form last, as RFC 2046 asks; calendars only look at a part among the alternatives,
    # and other programs only at the file that is attached: so it is there twice.
    parts = [
        _part(_TEXT.format(kind="plain"), rendered.text),
        _part(_TEXT.format(kind="html"), rendered.html),
    ]
    if calendar is None:
        return _joined("alternative", parts, f"=_1_{mark}")
    kind = f'text/calendar; charset="utf-8"; method="{clean_line(calendar.method)}"'
    parts.append(_part(kind, calendar.data))
    attached = _part(f"{_FILE}{_LINE}{_ATTACHED}", calendar.data)
    beside = _joined("alternative", parts, f"=_1_{mark}")
    return _joined("mixed", [beside, attached], f"=_0_{mark}")


def _joined(kind: str, parts: Sequence[str], between: str) -> str:
    """Return parts as one; what stands between them is in none, as "=_" is in nothing encoded."""
    inside = "".join(f"--{between}{_LINE}{part}{_LINE}" for part in parts)
    heading = f'Content-Type: multipart/{kind}; boundary="{between}"'
    return f"{heading}{_LINE}{_LINE}{inside}--{between}--{_LINE}"


def _part(kind: str, content: str | bytes) -> str:
    """Return one part: words so that they can be read on their way, a file in base64."""
    if isinstance(content, bytes):
        how, encoded = "base64", base64.encodebytes(content).rstrip(b"\n")
        encoded = encoded.replace(b"\n", _LINE.encode())
    else:
        lines = _LINE.join(content.split("\n")).encode()
        how, encoded = "quoted-printable", binascii.b2a_qp(lines, istext=True)
    heading = f"Content-Type: {kind}{_LINE}Content-Transfer-Encoding: {how}{_LINE}{_LINE}"
    return f"{heading}{encoded.decode('ascii')}{_LINE}"
