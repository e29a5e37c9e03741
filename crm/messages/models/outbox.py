"""The outbox: one row a message, which is the queue; its deliveries, and who gets none."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock, tokens
from crm.core.db import Audited, Base, ProjectScoped, enum_type
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.mail import Priority, Purpose, Reason


class MessageState(StrEnum):
    """Where a message stands; what a planner reads of it are the labels of the feature."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDING_OVER = "handing_over"
    ACCEPTED = "accepted"
    FILED = "filed"
    UNCERTAIN = "uncertain"
    REJECTED = "rejected"
    FAILED = "failed"
    WITHHELD = "withheld"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    BOUNCED = "bounced"


# It has left: a mail server took it, or it was written to a file where there is none.
HANDED_OVER = (MessageState.ACCEPTED, MessageState.FILED)
OPEN_STATES = (MessageState.QUEUED, MessageState.CLAIMED, MessageState.HANDING_OVER)
# As the partial index has it, word for word: SQLite uses that index for nothing else.
IS_OPEN = text("state IN ('queued', 'claimed', 'handing_over')")


class NotSentAgain(Conflict):
    """A message that is on its way, has arrived or was taken back is not sent again."""

    message = _l("This message cannot be sent again.")


class NotUncertain(Conflict):
    """Whether the message arrived is known, so there is nothing to leave open."""

    message = _l("It is known what became of this message.")


class OutboxMessage(Base, ProjectScoped):
    """
    One message to one recipient, written in the transaction of its cause.

    :ivar public_name: names the message in links and in the envelope, without telling anything
    :ivar mime: the bytes as sent, compressed; frozen at the first try, so that every try is equal
    :ivar finished_at: when it came to its end; of an uncertain one, when somebody left it at that
    :ivar last_text: what the mail server said last
    """

    __tablename__ = "outbox_message"
    __may_lack_project__ = True
    __table_args__ = (
        Index(
            "ix_outbox_message_due",
            "priority",
            "not_before",
            "id",
            sqlite_where=IS_OPEN,
            postgresql_where=IS_OPEN,
        ),
        Index("ix_outbox_message_about", "purpose", "about_id"),
        Index("ix_outbox_message_batch", "batch_id", "state"),
    )

    project_id: Mapped[int | None] = mapped_column(  # type: ignore[assignment]  # may lack one
        ForeignKey("project.id", ondelete="CASCADE"), index=True
    )
    dedup_key: Mapped[str] = mapped_column(unique=True)
    public_name: Mapped[str] = mapped_column(unique=True, default=tokens.public)
    purpose: Mapped[Purpose] = mapped_column(enum_type(Purpose))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("message_batch.id", ondelete="SET NULL")
    )
    template_id: Mapped[int | None] = mapped_column(
        ForeignKey("message_template.id", ondelete="SET NULL"), index=True
    )
    about_id: Mapped[int | None]
    sequence: Mapped[int] = mapped_column(default=0)
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    address: Mapped[str]
    domain: Mapped[str]
    language: Mapped[str]
    priority: Mapped[int] = mapped_column(default=int(Priority.UPDATE))
    not_before: Mapped[datetime] = mapped_column(default=clock.now)
    send_not_after: Mapped[datetime | None]
    state: Mapped[MessageState] = mapped_column(
        enum_type(MessageState), default=MessageState.QUEUED
    )
    reason: Mapped[Reason | None] = mapped_column(enum_type(Reason))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    data_started_at: Mapped[datetime | None]
    message_id: Mapped[str]
    date_header: Mapped[str]
    mime: Mapped[bytes | None]
    queued_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]
    last_code: Mapped[int | None]
    last_enhanced: Mapped[str] = mapped_column(default="")
    last_text: Mapped[str] = mapped_column(default="")

    def queue_again(self) -> None:
        """
        Let it be sent once more: with equal bytes if it may have arrived, else written anew.

        :raises NotSentAgain: unless that is unknown, or our side was refused
        """
        if self.state is MessageState.FAILED:
            self.mime = None
        elif self.state is not MessageState.UNCERTAIN:
            raise NotSentAgain
        self.state, self.attempts = MessageState.QUEUED, 0
        self.not_before = clock.now()
        self.finished_at = self.data_started_at = None

    def leave(self) -> None:
        """
        Leave it open whether it arrived.

        :raises NotUncertain: if that is known
        """
        if self.state is not MessageState.UNCERTAIN:
            raise NotUncertain
        self.finished_at = self.finished_at or clock.now()


class DeliveryKind(StrEnum):
    """What happened to a message on its way."""

    ACCEPTED = "accepted"
    FILED = "filed"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    BOUNCED = "bounced"
    DELAYED = "delayed"
    SENT_AGAIN = "sent_again"


class DeliveryEvent(Base, ProjectScoped):
    """One thing that happened to a message on its way; only ever added."""

    __tablename__ = "delivery_event"
    __may_lack_project__ = True

    project_id: Mapped[int | None] = mapped_column(  # type: ignore[assignment]  # may lack one
        ForeignKey("project.id", ondelete="CASCADE")
    )
    message_id: Mapped[int] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(default=clock.now)
    kind: Mapped[DeliveryKind] = mapped_column(enum_type(DeliveryKind))
    code: Mapped[int | None]
    enhanced: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")


class SuppressionScope(StrEnum):
    """What an address does not get."""

    ALL = "all"
    BULK = "bulk"


class SuppressionReason(StrEnum):
    """Why an address gets nothing."""

    UNSUBSCRIBED = "unsubscribed"
    OBJECTED = "objected"
    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCES = "soft_bounces"
    MANUAL = "manual"


class Suppression(Base, Audited):
    """
    An address that gets no mail, in any project; kept as a keyed digest of the folded address.

    It tells no name, project or address, so it may be asked across projects.
    """

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("address_digest", "scope"),)

    address_digest: Mapped[str]
    scope: Mapped[SuppressionScope] = mapped_column(enum_type(SuppressionScope))
    reason: Mapped[SuppressionReason] = mapped_column(enum_type(SuppressionReason))
    at: Mapped[datetime] = mapped_column(default=clock.now)
