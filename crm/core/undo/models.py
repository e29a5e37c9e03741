"""A step: something that somebody did as one thing, and may want back."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db.models import Base, ProjectScoped

LONGEST_WAIT = timedelta(hours=1)
GOES_ON = "goes_on"
"""Stands in what the undoing of a step was about, as long as more of that goes back."""


class Step(Base, ProjectScoped):
    """
    One step: an import, a merge, a bulk action, or the undoing of one.

    What it changed stands in the audit trail and nowhere else: the trail is the log by which it is
    undone, and erasing values from the trail takes that away too.

    :ivar about: ids and counts that say what it was; never personal data
    :ivar ranges: first and last number in the project's trail of what it wrote, piece by piece
    :ivar changes: how many changes of rows that are
    :ivar asked_at: since when somebody waits for it to be undone in the background
    :ivar undone_by_id: the step that undid it, or a part of it so far
    """

    __tablename__ = "step"
    __table_args__ = (Index("ix_step_made", "project_id", "id"),)
    # Taking a step back leaves the list of steps as it is.
    __stays__: ClassVar[bool] = True

    kind: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    ranges: Mapped[list[list[int]]] = mapped_column(
        JSON().with_variant(JSONB(), "postgresql"), default=list
    )
    changes: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("step.id", ondelete="SET NULL"), index=True
    )

    @property
    def can_be_undone(self) -> bool:
        """Whether it changed anything, and is neither undone nor being so."""
        # An undoing of which more still goes back is not whole, and cannot be undone yet.
        is_over = GOES_ON not in self.about
        return self.changes > 0 and self.undone_at is None and not self.is_waiting and is_over

    @property
    def is_undone_in_part(self) -> bool:
        """Whether undoing it ended before all went back that could."""
        return self.undone_by_id is not None and self.undone_at is None and not self.is_waiting

    @property
    def is_open(self) -> bool:
        """Whether a long change may still go on with it: nobody has begun to take it back."""
        return self.undone_at is None and self.undone_by_id is None and not self.is_waiting

    @property
    def is_waiting(self) -> bool:
        """Whether it is being undone; after an hour its job was lost, and one may try again."""
        return self.asked_at is not None and clock.now() - self.asked_at < LONGEST_WAIT
