"""A change of many people that is carried out in the background, part by part."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Base, ProjectScoped, enum_type

WHOLE = 100
LONGEST_PAUSE = timedelta(minutes=1)


class OrderState(StrEnum):
    """Where a change of many people stands, and if it ended early, why."""

    UNDER_WAY = "under_way"
    DONE = "done"
    STOPPED = "stopped"
    NOT_ALLOWED = "not_allowed"
    IMPOSSIBLE = "impossible"


class BulkOrder(Base, ProjectScoped):
    """
    One change of many people, for those who were chosen at the moment that it was ordered.

    The trail tells what it changed; what stands here is only how far it is.
    """

    __tablename__ = "bulk_order"
    # That it was done stays true when what it did is undone.
    __stays__ = True

    action: Mapped[str]  # the name of the `BulkChange`
    state: Mapped[OrderState] = mapped_column(enum_type(OrderState), default=OrderState.UNDER_WAY)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    moved_at: Mapped[datetime] = mapped_column(default=clock.now)  # when the last part was done
    finished_at: Mapped[datetime | None]
    # What was asked, as that writes it; nothing is kept once it is over.
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Who was chosen, as a JSON list; likewise. Chosen once and kept: a list that is asked anew
    # would hold others by the next part.
    person_ids: Mapped[str] = mapped_column(default="[]", deferred=True)
    total: Mapped[int]
    handled: Mapped[int] = mapped_column(default=0)  # how many of them had their turn
    changed: Mapped[int] = mapped_column(default=0)  # how many of those it changed
    # How many of those were not in the register any more.
    missing: Mapped[int] = mapped_column(default=0)
    # Whether it was stopped by a fault of ours.
    failed: Mapped[bool] = mapped_column(default=False, server_default=false())
    step_id: Mapped[int | None]  # the step by which it can be undone

    @property
    def is_under_way(self) -> bool:
        """Whether it goes on in the background."""
        return self.state is OrderState.UNDER_WAY

    @property
    def is_held_up(self) -> bool:
        """Whether nothing was done for a while: the worker is busy or away."""
        return self.is_under_way and clock.now() - self.moved_at > LONGEST_PAUSE

    @property
    def percent(self) -> int:
        """How far it is, in whole hundredths."""
        return WHOLE * self.handled // self.total if self.total else WHOLE
