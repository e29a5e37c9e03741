"""Mail: who may get a message, and what each purpose of message asks of its feature."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any


class Purpose(StrEnum):
    """What a message is for; each has a template in every language."""

    INVITE = "invite"
    REMINDER = "reminder"
    CONFIRMATION = "confirmation"
    CHANGE = "change"
    CANCELLATION = "cancellation"
    WAITING = "waiting"
    OFFER = "offer"
    THANKS = "thanks"
    CONSENT_REQUEST = "consent_request"
    NEWS = "news"
    DETAILS = "details"
    COLLEAGUE = "colleague"
    RESET = "reset"
    ADDRESS = "address"
    TIES = "ties"


class Priority(IntEnum):
    """Who goes first; a confirmation never waits behind many invitations."""

    ANSWER = 0
    URGENT = 1
    UPDATE = 3
    INVITE = 5
    REMINDER = 7


class Reason(StrEnum):
    """Why a message that was queued is not sent."""

    UNSUBSCRIBED = "unsubscribed"
    OBJECTED = "objected"
    DECLINED = "declined"
    NOT_ALLOWED = "not_allowed"
    ONCE_ONLY = "once_only"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    OUTDATED = "outdated"
    TOO_LATE = "too_late"
    NO_ADDRESS = "no_address"
    ADDRESS_FAILS = "address_fails"
    NOT_INVITED = "not_invited"


@dataclass(frozen=True, slots=True)
class Recipient:
    """
    Somebody who may get a message.

    Made only by `consent.rules` (a person, for a purpose) and `accounts.rules.recipients` (a
    colleague); the outbox takes nothing else.

    :param language: the language of the message, such as nl
    """

    address: str
    name: str
    language: str
    person_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """
    One message to one recipient, before it is written.

    :param dedup_key: the event it tells of; of one key at most one message is ever written
    :param about_id: the record that the purpose is about: an invitation, a link, a person
    :param sequence: of the session it tells of; a message of a lower one is outdated
    :param params: what only this message knows, such as the old time; no secrets that can wait
    """

    purpose: Purpose
    dedup_key: str
    about_id: int | None = None
    sequence: int = 0
    params: Mapping[str, Any] = field(default_factory=dict)
    priority: Priority = Priority.UPDATE
    not_before: datetime | None = None
    # What waits past this makes no sense any more, and ends by itself (ADR 8).
    send_not_after: datetime | None = None
    batch_id: int | None = None
    template_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """
    A claimed message as its feature sees it, just before it is written or handed over.

    :param is_written: whether its bytes are there; then only its recipient still matters
    """

    id: int
    public_name: str
    purpose: Purpose
    about_id: int | None
    sequence: int
    params: Mapping[str, Any]
    person_id: int | None
    account_id: int | None
    language: str
    queued_at: datetime
    # From then on its bytes stay as they are: what is sent once more has to be equal.
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """A calendar object beside the words: its iTIP method and the bytes of RFC 5545."""

    method: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """
    What goes into a message: the recipient as they may be written to now, and the values.

    :param values: value by name, for the fields of the template
    :param reply_to: name and address of the colleague who reads answers; none: the project's
    :param own: subject and Markdown of whoever writes, where the template leaves room for them
    """

    recipient: Recipient
    values: Mapping[str, str]
    reply_to: tuple[str, str] | None = None
    calendar: CalendarPart | None = None
    own: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """The outcome of the last check: this message is not sent, and why."""

    reason: Reason


Said = Content | Withheld
Prepare = Callable[[Outgoing], Said]
PrepareAll = Callable[[Sequence[Outgoing]], Mapping[int, Said]]


@dataclass(frozen=True, slots=True)
class MailKind:
    """
    What a feature says of one purpose.

    :param prepare: the last check and the values; runs in the project of the message, reads only
    :param accepted: what is noted once a mail server took the message; joins that transaction
    :param is_bulk: whether the recipient did not ask for it: it can be unsubscribed from
    :param resends: whether one that may or may not have arrived is sent again with equal bytes
    :param prepare_all: the same for many at once, by id, where there are hundreds of one purpose
    :param is_secret: whether its bytes let somebody in, and are forgotten once they are sent
    """

    purpose: Purpose
    prepare: Prepare
    accepted: Callable[[Outgoing], None] | None = None
    is_bulk: bool = False
    resends: bool = True
    is_secret: bool = False
    prepare_all: PrepareAll | None = None

    def said_of(self, messages: Sequence[Outgoing]) -> Mapping[int, Said]:
        """Return by id what the feature says of messages of this purpose."""
        if self.prepare_all is not None:
            return self.prepare_all(messages)
        return {message.id: self.prepare(message) for message in messages}


_kinds: dict[Purpose, MailKind] = {}


def register(kind: MailKind) -> None:
    """Let a feature answer for a purpose."""
    _kinds[kind.purpose] = kind


def kind_of(purpose: Purpose) -> MailKind:
    """Return what is said of a purpose."""
    return _kinds[purpose]


def is_bulk(purpose: Purpose) -> bool:
    """Whether recipients did not ask for messages of this purpose, and can unsubscribe."""
    return purpose in _kinds and _kinds[purpose].is_bulk


@dataclass(frozen=True, slots=True)
class MailSettings:
    """
    How this installation sends mail; without a server, messages are written to files.

    :param server: smtp+starttls://user:password@host:587, smtps://… or smtp://…
    :param sender: the address in From; answers go to the address in Reply-To
    :param throttle: none, own or microsoft365
    :param bounce_address: gets what comes back, with the name of the message after a plus sign
    :param bounce_mailbox: imaps://user:password@host/INBOX
    :param base_url: how people reach Kring, for the links in messages
    :param folder: where messages go that no server takes
    """

    server: str = ""
    sender: str = "kring@localhost"
    sender_name: str = "Kring"
    throttle: str = "none"
    bounce_address: str = ""
    bounce_mailbox: str = ""
    base_url: str = "http://127.0.0.1:8000"
    folder: Path = Path("data/mail")


_settings = [MailSettings()]


def use_settings(settings: MailSettings) -> None:
    """Send mail as `settings` say from now on; the assembly calls this."""
    _settings[:] = [settings]


def settings() -> MailSettings:
    """Return how this installation sends mail."""
    return _settings[0]


def link(path: str) -> str:
    """Return the full address of a path of ours, as it stands in a message."""
    return f"{settings().base_url}{path}"
