"""MIME: the bytes of a message, as RFC 5322, 2045, 8058 and 6047 ask."""

import hashlib
from dataclasses import dataclass
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, Policy

from crm.core.cleaning import clean_line
from crm.core.mail import CalendarPart, Content
from crm.messages.composing.rendering import MessageFacts, Words, render

# Written as they are: Python would encode a value of 78 signs or more without a space, and mail
# programs would not find the address in it.
_RAW = ("list-unsubscribe", "list-unsubscribe-post", "message-id")
_QUOTED = "quoted-printable"
_LONGEST_NAME = 200


class _Raw(UnstructuredHeader, BaseHeader):
    """A header of signs that need no encoding and must not be folded."""

    def fold(self, *, policy: Policy) -> str:
        """Return the line as it is."""
        return f"{self.name}: {self}{policy.linesep}"


def _policy() -> Policy:
    registry = HeaderRegistry()
    for name in _RAW:
        registry.map_to_type(name, _Raw)
    return SMTP.clone(header_factory=registry)


POLICY = _policy()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who stands in From: an address of this installation, and the name of the project."""

    address: str
    name: str


def compose(message: MessageFacts, template: Words, content: Content, sender: Sender) -> bytes:
    """
    Return a message as it is handed to a mail server; equal facts give equal bytes.

    :raises Incomplete: if the link that the message is about is not given
    """
    name = clean_line(sender.name)
    rendered = render(message, template, content.values, name)
    made = EmailMessage(POLICY)
    _address(made, message, content, Sender(sender.address, name))
    made["Subject"] = rendered.subject
    _describe(made, message)
    made.set_content(rendered.text, cte=_QUOTED)
    made.add_alternative(rendered.html, subtype="html", cte=_QUOTED)
    if content.calendar is not None:
        _add_calendar(made, content.calendar)
    made["Content-Language"] = template.language  # last: whatever sets content takes it out
    _separate(made, message.message_id)
    return made.as_bytes()


def _address(made: EmailMessage, message: MessageFacts, content: Content, sender: Sender) -> None:
    made["From"] = _mailbox(sender.name, sender.address)
    made["To"] = _mailbox(content.recipient.name, content.recipient.address)
    if content.reply_to is not None:
        made["Reply-To"] = _mailbox(*content.reply_to)
    made["Message-ID"] = message.message_id
    made["Date"] = message.date


def _describe(made: EmailMessage, message: MessageFacts) -> None:
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if message.unsubscribe_url:
        made["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _mailbox(name: str, address: str) -> Address:
    local, _at, domain = clean_line(address).rpartition("@")
    ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    return Address(clean_line(name)[:_LONGEST_NAME], local, ascii_domain)


def _add_calendar(made: EmailMessage, calendar: CalendarPart) -> None:
    made.add_alternative(
        calendar.data.decode(),
        subtype="calendar",
        cte="base64",
        params={"method": calendar.method},
    )
    made.add_attachment(
        calendar.data,
        maintype="application",
        subtype="ics",
        filename="kring.ics",
    )


def _separate(made: EmailMessage, message_id: str) -> None:
    """Set between the parts what stands in none of them: each is encoded, so "=_" is not there."""
    name = hashlib.sha256(message_id.encode()).hexdigest()[:24]
    for number, part in enumerate(_with_parts(made)):
        part.set_boundary(f"=_{number}_{name}")


def _with_parts(made: EmailMessage) -> list[MIMEPart]:
    return [part for part in made.walk() if part.is_multipart()]
