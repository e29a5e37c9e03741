"""Replies: what people wrote back, to be read and closed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Base, ProjectScoped, enum_type
from crm.core.inbound_mail import Given, Why


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
