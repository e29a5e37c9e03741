"""The outbox and its batches, their words, who gets none, what workers share, and replies."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock, tokens
from crm.core.db import Audited, Base, ProjectScoped, Revised, enum_type
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.inbound_mail import Given, Why
from crm.core.leases import Leased
from crm.core.mail import Priority, Purpose, Reason

# What follows when a session changes: whoever does not get it comes in vain.
NOTICES = (Purpose.CHANGE, Purpose.CANCELLATION)
# What is written to an invited person about a session.
OF_A_SESSION = (
    Purpose.INVITE,
    Purpose.REMINDER,
    Purpose.CONFIRMATION,
    Purpose.CHANGE,
    Purpose.CANCELLATION,
    Purpose.WAITING,
    Purpose.OFFER,
    Purpose.THANKS,
)
_OF_INSTALLATION = text("project_id IS NULL")


class MessageTemplate(Base, ProjectScoped, Audited):
    """One version of the words for a purpose in a language, which never changes."""

    __tablename__ = "message_template"
    # Without one it is the installation's: for new passwords.
    __may_lack_project__ = True
    __table_args__ = (
        UniqueConstraint("project_id", "purpose", "language", "version"),
        # A project that is not there is equal to no other, so the installation's have their own.
        Index(
            "uq_message_template_installation",
            "purpose",
            "language",
            "version",
            unique=True,
            sqlite_where=_OF_INSTALLATION,
            postgresql_where=_OF_INSTALLATION,
        ),
    )

    project_id: Mapped[int | None] = mapped_column(  # type: ignore[assignment]  # may lack one
        ForeignKey("project.id", ondelete="CASCADE")
    )
    purpose: Mapped[Purpose] = mapped_column(enum_type(Purpose))
    language: Mapped[str]
    version: Mapped[int]
    subject: Mapped[str]
    body: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def revision(self) -> int:
        """What an editor had before them: each time words are saved, a version is added."""
        return self.version


class BatchState(StrEnum):
    """What was said of a batch; that it is finished is counted, never kept."""

    QUEUED = "queued"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class MessageBatch(Base, ProjectScoped, Audited, Revised):
    """
    Messages of one purpose to many people, each a row of the outbox.

    :ivar key: random, from the form: sent twice, it is still one batch
    :ivar templates: id of the pinned template by language
    :ivar words: of a free message, subject and Markdown by language
    """

    __tablename__ = "message_batch"

    key: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[Purpose] = mapped_column(enum_type(Purpose))
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[BatchState] = mapped_column(enum_type(BatchState), default=BatchState.QUEUED)
    pause_reason: Mapped[str] = mapped_column(default="")
    not_before: Mapped[datetime]
    # Pinned when it is made: all recipients read the same words, whatever is written meanwhile.
    templates: Mapped[dict[str, Any]] = mapped_column(default=dict)
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def is_notice(self) -> bool:
        """Whether people must know what it tells: it is never held, nor taken back."""
        return self.purpose in NOTICES


class PersonLink(Base, ProjectScoped):
    """A link of one hour to what is kept about a person, sent to the address on record."""

    __tablename__ = "person_link"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    public_name: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]

    def has_ended(self) -> bool:
        """Whether its hour is over."""
        return self.expires_at <= clock.now()


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


class OutboxMessage(Leased, ProjectScoped):
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
        # Partial, as nearly all rows have ended: workers ask every second what is due.
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
    # The database itself holds that one cause gives one message, whoever asks for it twice.
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
    # What cannot be looked up when it leaves. All else is read then, so that it is not outdated.
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Where it goes if nothing changes; just before it leaves, the address on record counts.
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
    data_started_at: Mapped[datetime | None]
    # Fixed when it is queued: a second try with equal headers is seen as the same message.
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
        # What was refused certainly did not arrive, so it may say what is true by now. What may
        # have arrived goes with the same bytes: mail programs then show one message, not two.
        if self.state is MessageState.FAILED:
            self.mime = None
        elif self.state is not MessageState.UNCERTAIN:
            raise NotSentAgain
        self.state, self.attempts = MessageState.QUEUED, 0
        self.not_before = clock.now()
        self.finished_at = self.data_started_at = None

    def leave(self) -> None:
        """Leave it open whether it arrived, or raise `NotUncertain`."""
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
    """An address that gets no mail, in any project: a keyed digest of the folded address."""

    # No person stands here: whoever was erased and comes back by another list must not be
    # written to after all. That is why it is a digest, which a leaked table tells nothing by, and
    # which may be asked for across projects.

    __tablename__ = "suppression"
    __table_args__ = (UniqueConstraint("address_digest", "scope"),)

    address_digest: Mapped[str]
    scope: Mapped[SuppressionScope] = mapped_column(enum_type(SuppressionScope))
    reason: Mapped[SuppressionReason] = mapped_column(enum_type(SuppressionReason))
    at: Mapped[datetime] = mapped_column(default=clock.now)


class RelayState(Base):
    """One mail server: tokens left of its rate, and since and until when it takes no message."""

    __tablename__ = "relay_state"

    relay: Mapped[str] = mapped_column(unique=True)
    # In the database and not in a process: all workers together keep to what the server allows.
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
    # The number makes the limit: of two workers that take the last place at once, one is refused.
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

    # A mailbox may give a message again, when its mark "read" was lost: this refuses it.
    message_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[InboundKind] = mapped_column(enum_type(InboundKind))
    outbox_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbox_message.id", ondelete="SET NULL"), index=True
    )
    handled_at: Mapped[datetime] = mapped_column(default=clock.now)


class ReplyKind(StrEnum):
    """Whether a reply came from a calendar or was written."""

    CALENDAR = "calendar"
    HUMAN = "human"


class Reply(Base, ProjectScoped):
    """
    A message that somebody wrote back; its words stand in no trail but that of their removal.

    :ivar person_id: whom it is of, by its address; what it says of its sender proves nothing
    :ivar about_id: the invitation that a calendar answers
    :ivar proposed: what a calendar answers, and why that waits
    """

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("project_id", "message_id"),
        Index("ix_reply_received", "project_id", "received_at"),
    )

    message_id: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[ReplyKind] = mapped_column(enum_type(ReplyKind))
    about_id: Mapped[int | None]
    sender: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    proposed: Mapped[Given | None] = mapped_column(enum_type(Given))
    why: Mapped[Why | None] = mapped_column(enum_type(Why))
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
