"""One piece of long work that is carried out in the background, part by part."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from crm.core import clock
from crm.core.db import Base, ProjectScoped, enum_type
from crm.core.progress import WHOLE


class TaskState(StrEnum):
    """Where long work stands, and if it ended early, why."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"
    NOT_ALLOWED = "not_allowed"
    IMPOSSIBLE = "impossible"


OPEN = (TaskState.WAITING, TaskState.RUNNING)


class LongTask(Base, ProjectScoped):
    """
    Long work for whoever ordered it; the trail tells what it changed, this only how far it is.

    :ivar kind: the key of its `TaskKind`, and the kind of its job
    :ivar about: ids, counts and words that say what it is; never personal data
    :ivar asked: what was asked; nothing is kept once it is over
    :ivar chosen: whom it is about, as a JSON list; likewise. Chosen once and kept: a list that is
        asked anew would hold others by the next part
    :ivar moved_at: when the last part was done
    :ivar done: how many of `total` had their turn, of whom it changed `changed`
    :ivar step_id: the step by which it can be undone
    """

    __tablename__ = "long_task"
    # That it was done stays true when what it did is undone.
    __stays__ = True

    kind: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    chosen: Mapped[str] = mapped_column(default="[]", deferred=True)
    state: Mapped[TaskState] = mapped_column(enum_type(TaskState), default=TaskState.WAITING)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    moved_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    step_id: Mapped[int | None]

    @property
    def is_open(self) -> bool:
        """Whether it waits or goes on in the background."""
        return self.state in OPEN

    @property
    def percent(self) -> int:
        """How far it is, in whole hundredths."""
        return WHOLE * self.done // self.total if self.total else WHOLE


class BroughtIn(Base):
    """
    A list that is looked at, and brought in, as long work where it is long.

    :ivar task_id: the work that was begun last; only bringing in counts rows
    """

    __abstract__ = True

    finished_at: Mapped[datetime | None]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("long_task.id"), index=True)

    @declared_attr
    def task(cls) -> Mapped[LongTask | None]:  # noqa: N805 - of the class
        """The work that was begun last."""
        return relationship(lazy="selectin")

    @property
    def is_under_way(self) -> bool:
        """Whether it is being brought in in the background."""
        is_counted = self.task is not None and self.task.is_open and self.task.total > 0
        return is_counted and self.finished_at is None

    @property
    def handled(self) -> int:
        """How many of its rows were gone through already, in parts."""
        return self.task.done if self.task is not None and self.task.total else 0

    @property
    def failed(self) -> bool:
        """Whether what was tried last in the background failed by a fault of ours."""
        return self.task is not None and self.task.state is TaskState.FAILED

    @property
    def lost_right(self) -> bool:
        """Whether it ended because whoever began it may not do it any more."""
        return self.task is not None and self.task.state is TaskState.NOT_ALLOWED

    @property
    def was_stopped(self) -> bool:
        """Whether it ended before all its rows were gone through."""
        is_part = self.task is not None and 0 < self.task.done < self.task.total
        return is_part and self.finished_at is not None
