"""Mail that comes in: what a feature needs to know of a message, and what it may say of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from crm.core.permissions import Actor


class Given(StrEnum):
    """What somebody says by mail to what they were asked."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


class Why(StrEnum):
    """Why a reply waits for somebody to look at it."""

    UNCLEAR = "unclear"
    # Never counted by the address of the sender alone: anybody can write that (ADR 28).
    UNPROVEN = "unproven"
    STRANGER = "stranger"
    DELEGATED = "delegated"
    OUTDATED = "outdated"
    OVERTAKEN = "overtaken"
    FULL = "full"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    OFF_LIST = "off_list"


@dataclass(frozen=True, slots=True)
class Arrived:
    """
    A message as it came in; nothing in it is proven.

    :param recipients: the addresses that it came to, in one text
    :param calendar: the bytes of the calendar item in it, if there is one
    """

    message_id: str
    sender: str
    recipients: str
    subject: str
    text: str
    calendar: bytes = b""


@dataclass(frozen=True, slots=True)
class Owner:
    """Of whom a message is, by a secret part of it; `about_id` is the record it is about."""

    project_id: int
    person_id: int
    about_id: int


@dataclass(frozen=True, slots=True)
class Waits:
    """A reply that waits for a press: why, and what it would answer."""

    owner: Owner
    why: Why
    proposed: Given | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A reply that counts as an answer: nothing is left to do."""


@dataclass(frozen=True, slots=True)
class ReplyHandler:
    """
    What a feature says of messages that answer what it asked.

    :param read: lets an answer count or wait; None where it is none of this feature
    :param belongs: of whom a message without an answer is, by its address
    :param take: lets what waits count after all, inside a command
    :param title: what the record that is answered is called
    """

    read: Callable[[Arrived], Counted | Waits | None]
    belongs: Callable[[Arrived], Owner | None]
    take: Callable[[Actor, int, Given], None]
    title: Callable[[int], str]


_handlers: list[ReplyHandler] = []


def register(handlers: Iterable[ReplyHandler]) -> None:
    """Let a feature look at what comes in, after those below it."""
    _handlers.extend(handler for handler in handlers if handler not in _handlers)


def read(arrived: Arrived) -> Counted | Waits | None:
    """Return what the first feature says that knows this message as an answer."""
    return next(
        (said for handler in _handlers if (said := handler.read(arrived)) is not None), None
    )


def owner(arrived: Arrived) -> Owner | None:
    """Return of whom a message is, if a feature knows the address that it came to."""
    return next(
        (said for handler in _handlers if (said := handler.belongs(arrived)) is not None), None
    )


def take(actor: Actor, about_id: int, given: Given) -> None:
    """Let an answer that waited count, inside a command."""
    for handler in _handlers:
        handler.take(actor, about_id, given)


def title(about_id: int) -> str:
    """Return what is called what an answer that waits is about."""
    return next((handler.title(about_id) for handler in _handlers), "")
