"""Where a batch and each of its messages stand, in the words of a planner."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from crm.messages.models import BatchState, MessageBatch, MessageState, OutboxMessage

# As long as `server_replies.LONGEST_TIME`, counted from when it was queued.
GIVEN_UP = timedelta(hours=24)
TEMPORARY, PERMANENT = 400, 500


class Status(StrEnum):
    """Where a message stands, as a planner reads it."""

    WAITING = "waiting"
    SENDING = "sending"
    TRYING_AGAIN = "trying_again"
    ACCEPTED = "accepted"
    FILED = "filed"
    UNCERTAIN = "uncertain"
    LEFT = "left"
    REJECTED = "rejected"
    BOUNCED = "bounced"
    FAILED = "failed"
    WITHHELD = "withheld"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    """Where a batch stands; that it is finished is counted from its messages."""

    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    FINISHED = "finished"
    CANCELLED = "cancelled"


UNDER_WAY = (Status.WAITING, Status.SENDING, Status.TRYING_AGAIN)
# Somebody has to look: they may have to be sent again, or an address has to be mended.
NEEDS_EYES = (Status.UNCERTAIN, Status.REJECTED, Status.BOUNCED, Status.FAILED)
_SAME = {
    MessageState.CLAIMED: Status.SENDING,
    MessageState.HANDING_OVER: Status.SENDING,
    MessageState.QUEUED: Status.WAITING,
}


def status_of(state: MessageState, *, tried: bool, finished: bool) -> Status:
    """Return what a planner reads of a message: tried before, and looked at or not."""
    if state is MessageState.QUEUED and tried:
        return Status.TRYING_AGAIN
    # Its end is set by whoever leaves it so; nobody has to look at it any more.
    if state is MessageState.UNCERTAIN and finished:
        return Status.LEFT
    return _SAME.get(state) or Status(state.value)


def status_of_message(message: OutboxMessage) -> Status:
    """Return what a planner reads of one message at hand."""
    tried, finished = message.attempts > 0, message.finished_at is not None
    return status_of(message.state, tried=tried, finished=finished)


def was_refused_for_now(message: OutboxMessage) -> bool:
    """Whether a message that failed was refused with a temporary reason until the last try."""
    return message.last_code is None or TEMPORARY <= message.last_code < PERMANENT


@dataclass(frozen=True, slots=True)
class Progress:
    """How many messages of a batch stand where."""

    counts: Mapping[Status, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many messages the batch has."""
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """How many are still to be handed over."""
        return sum(self.counts.get(status, 0) for status in UNDER_WAY)

    @property
    def done(self) -> int:
        """How many are not under way any more, whatever became of them."""
        return self.total - self.left

    @property
    def shown(self) -> list[tuple[Status, int]]:
        """The statuses that occur, each with its number, in the order of a planner's interest."""
        return [(status, self.counts[status]) for status in Status if self.counts.get(status)]

    @property
    def to_look_at(self) -> int:
        """How many need somebody's eyes."""
        return sum(self.counts.get(status, 0) for status in NEEDS_EYES)


def phase_of(batch: MessageBatch, progress: Progress, now: datetime) -> Phase:
    """Return where a batch stands at the moment `now`."""
    if batch.state is BatchState.CANCELLED:
        return Phase.CANCELLED
    # Before the pause: a batch of which nothing waits is done, whoever paused it.
    if not progress.left:
        return Phase.FINISHED
    if batch.state is BatchState.PAUSED:
        return Phase.PAUSED
    return Phase.SCHEDULED if batch.not_before > now else Phase.SENDING
