"""What the reply of a mail server means for a message, its recipient and the server itself."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"]+@[^\s<>()\[\]:;,\"]+")
_LONGEST = 500
# Waits between tries: most servers that refuse for now take it within minutes (greylisting), the
# others are down for hours.
_MINUTES = (1, 5, 15, 30, 60, 120, 240, 480)
MOST_ATTEMPTS = len(_MINUTES) + 1
LONGEST_TIME = timedelta(hours=24)
SPREAD = 0.2
# Refused so often in so long, an address gets no more mail.
MOST_REFUSALS = 3
REFUSALS_WITHIN = timedelta(days=60)


class Stage(StrEnum):
    """How far the conversation had come."""

    CONNECT = "connect"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"


class Verdict(StrEnum):
    """What a reply means."""

    ACCEPTED = "accepted"
    FILED = "filed"
    AWAY = "away"
    LATER = "later"
    NO_MAILBOX = "no_mailbox"
    REFUSED = "refused"
    OURS = "ours"
    UNKNOWN = "unknown"
    LOST = "lost"


# The message has left, whichever way it took.
HANDED_OVER = (Verdict.ACCEPTED, Verdict.FILED)


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply: its code of three digits, 0 where there was none, and the words after it."""

    code: int
    text: str = ""

    @property
    def enhanced(self) -> str:
        """The status of RFC 3463 that the words begin with, such as 5.1.1; empty without one."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else ""

    @property
    def subject(self) -> tuple[int, int]:
        """The second and third number of the status; (0, 0) without one."""
        _class, subject, detail = (self.enhanced or "0.0.0").split(".")
        return int(subject), int(detail)

    @property
    def told(self) -> str:
        """The words in one line without e-mail addresses, for logs and for planners."""
        return _ADDRESS.sub("…@…", " ".join(self.text.split()))[:_LONGEST]


def judge(stage: Stage, reply: Reply) -> Verdict:
    """
    Return what a reply means (RFC 5321 codes, RFC 3463 statuses).

    What is said before a message is spoken of concerns the server, whatever it is: also a sign-in
    that is refused, for failing every message would lose them.
    """
    if stage is Stage.CONNECT or reply.code in {421, 432}:
        return Verdict.AWAY
    if reply.code == 0:  # it hung up: over this one message, as far as anybody knows
        return Verdict.AWAY if stage is Stage.SENDER else Verdict.LATER
    if reply.code < 400:  # noqa: PLR2004 - replies of RFC 5321 are grouped by their first digit
        return Verdict.ACCEPTED
    if reply.code < 500:  # noqa: PLR2004 - the same
        full = reply.code == 452 and reply.subject[0] == 3  # noqa: PLR2004 - mail system full
        return Verdict.AWAY if full or stage is Stage.SENDER else Verdict.LATER
    return _permanent(stage, reply)


def _permanent(stage: Stage, reply: Reply) -> Verdict:
    """Say who is at fault; the status counts for more than the code."""
    if stage is Stage.SENDER or reply.subject in {(1, 7), (1, 8), (2, 3)}:
        return Verdict.OURS  # our own address is wrong, or the message too big for them
    by_subject = {1: Verdict.NO_MAILBOX, 2: Verdict.REFUSED, 4: Verdict.REFUSED}
    if reply.enhanced:
        return by_subject.get(reply.subject[0], Verdict.OURS)
    # Without a status nobody can tell a mailbox that is not there from a refusal.
    bare = stage is Stage.RECIPIENT and reply.code in {550, 551, 553}
    return Verdict.REFUSED if bare else Verdict.OURS


def judge_status(status: str) -> Verdict:
    """Return what the status in a report of delivery means."""
    if status.startswith("4"):
        return Verdict.LATER
    return judge(Stage.RECIPIENT, Reply(550, status)) if status.startswith("5") else Verdict.UNKNOWN


def wait(attempts: int, chance: float) -> timedelta | None:
    """
    Return how long to wait after so many attempts; nothing when there were enough.

    :param chance: from 0 to 1, so that messages refused at once do not come back at once
    """
    if not 1 <= attempts < MOST_ATTEMPTS:
        return None
    return timedelta(minutes=_MINUTES[attempts - 1] * (1 - SPREAD + 2 * SPREAD * chance))
