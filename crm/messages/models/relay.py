"""What all workers must know of the mail server, and what came back through its mailbox."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Base, enum_type


class RelayState(Base):
    """
    One mail server: tokens left of its rate, and until when it is left alone.

    :ivar failing_since: when it began not to answer; none: it answered last
    """

    __tablename__ = "relay_state"

    relay: Mapped[str] = mapped_column(unique=True)
    tokens: Mapped[float] = mapped_column(default=0.0)
    refilled_at: Mapped[datetime] = mapped_column(default=clock.now)
    day: Mapped[str] = mapped_column(default="")
    sent_today: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    closed_until: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    last_text: Mapped[str] = mapped_column(default="")


class RelayConnection(Base):
    """One of the connections that a mail server allows, held under a lease."""

    __tablename__ = "relay_connection"
    __table_args__ = (UniqueConstraint("relay", "number"),)

    relay: Mapped[str]
    number: Mapped[int]
    lease_owner: Mapped[str]
    lease_until: Mapped[datetime]


class WorkerHeartbeat(Base):
    """A sign of life of one worker, so that a page can say when none is running."""

    __tablename__ = "worker_heartbeat"

    worker: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]


class InboundKind(StrEnum):
    """What a message in the bounce mailbox was."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    REPLY = "reply"
    OTHER = "other"


class InboundMessage(Base):
    """One message from the mailbox, handled once; none of its words are kept here."""

    __tablename__ = "inbound_message"

    message_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[InboundKind] = mapped_column(enum_type(InboundKind))
    outbox_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL"), index=True
    )
    handled_at: Mapped[datetime] = mapped_column(default=clock.now)
