"""The tables of the trail, and one change before it is written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db.models import Base
from crm.core.db.scope import unscoped

GENESIS = "0" * 64
OPTIONS = unscoped("the trail belongs to the installation")


class AuditChain(Base):
    """The head of one chain: a project's, or (project 0) the installation's."""

    __tablename__ = "audit_chain"

    project_id: Mapped[int] = mapped_column(unique=True)
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(default=GENESIS)


class AuditEntry(Base):
    """One change: never edited, kept after deletion and erasure, without values."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_number", "project_id", "number"),)

    project_id: Mapped[int]
    number: Mapped[int]
    at: Mapped[datetime]
    account_id: Mapped[int | None]
    action: Mapped[str]
    reason: Mapped[str]
    table: Mapped[str]
    row_id: Mapped[int] = mapped_column(index=True)
    operation: Mapped[str]
    fields: Mapped[list[str]]
    digest: Mapped[str]
    chained: Mapped[str]


class AuditValue(Base):
    """Old and new values of one entry, with their salt; erasure empties this table."""

    __tablename__ = "audit_value"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("audit_entry.id", ondelete="CASCADE"), unique=True
    )
    salt: Mapped[str]
    old: Mapped[dict[str, Any]]
    new: Mapped[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """One row's change as it happened, before it is written down."""

    table: str
    row_id: int
    operation: str
    old: dict[str, Any]
    new: dict[str, Any]
