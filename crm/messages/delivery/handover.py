"""What goes into a handing over and what comes out of it, whichever way it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from crm.messages.rules.server_replies import Reply, Stage, Verdict

NO_REPLY = Reply(0)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A message that is ready to leave: its bytes never change any more."""

    public_name: str
    address: str
    mime: bytes


@dataclass(frozen=True, slots=True)
class Handover:
    """What became of a message, and how far the conversation about it had come."""

    verdict: Verdict
    reply: Reply = NO_REPLY
    stage: Stage = Stage.CONNECT


# Notes that the bytes begin to leave; if it is not so, the message belongs to somebody else.
Begin = Callable[[], bool]


class Way(Protocol):
    """A way out: a mail server or a folder."""

    def hand_over(self, sealed: Sealed, begin: Begin) -> Handover:
        """Hand one message over, calling `begin` just before its bytes leave."""

    def close(self) -> None:
        """Let go of what was held open."""
