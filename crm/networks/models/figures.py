"""Figures of a large network, kept under a digest of what they were worked out from."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Base, ProjectScoped


class KeptFigures(Base, ProjectScoped):
    """
    The figures of one network, or how far they are.

    No line of the trail tells of them: they follow from what is there and change nothing. They
    hold keys and numbers, no names.

    :ivar asked_at: when somebody asked, or since then the worker last said how far it is
    """

    __tablename__ = "network_figures"
    __table_args__ = (UniqueConstraint("project_id", "digest"),)

    digest: Mapped[str]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    values: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]
