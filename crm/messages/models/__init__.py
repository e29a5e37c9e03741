"""Templates, batches, the outbox, and what workers share."""

from crm.messages.models.batches import (
    NOTICES,
    BatchState,
    MessageBatch,
    MessageTemplate,
    PersonLink,
)
from crm.messages.models.outbox import (
    HANDED_OVER,
    IS_OPEN,
    OPEN_STATES,
    DeliveryEvent,
    DeliveryKind,
    MessageState,
    NotSentAgain,
    NotUncertain,
    OutboxMessage,
    Suppression,
    SuppressionReason,
    SuppressionScope,
)
from crm.messages.models.relay import (
    InboundKind,
    InboundMessage,
    RelayConnection,
    RelayState,
    WorkerHeartbeat,
)
from crm.messages.models.replies import Reply, ReplyKind

__all__ = [
    "HANDED_OVER",
    "IS_OPEN",
    "NOTICES",
    "OPEN_STATES",
    "BatchState",
    "DeliveryEvent",
    "DeliveryKind",
    "InboundKind",
    "InboundMessage",
    "MessageBatch",
    "MessageState",
    "MessageTemplate",
    "NotSentAgain",
    "NotUncertain",
    "OutboxMessage",
    "PersonLink",
    "RelayConnection",
    "RelayState",
    "Reply",
    "ReplyKind",
    "Suppression",
    "SuppressionReason",
    "SuppressionScope",
    "WorkerHeartbeat",
]
