"""Templates in each language, batches of messages, and links to what is kept about somebody."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, Revised, enum_type
from crm.core.mail import Purpose

# What follows when a session changes: whoever does not get it comes in vain.
NOTICES = (Purpose.CHANGE, Purpose.CANCELLATION)
_OF_INSTALLATION = text("project_id IS NULL")


class MessageTemplate(Base, ProjectScoped, Audited):
    """
    One version of the words for a purpose in a language; a version never changes.

    Without a project it is the installation's: for new passwords.
    """

    __tablename__ = "message_template"
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
