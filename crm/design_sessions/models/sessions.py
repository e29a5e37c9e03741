"""Sessions: when and where, for how many, and how answers and places are handled."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, Revised, enum_type
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.design_sessions.local_times import DEFAULT_ZONE
from crm.stakeholders.models import Helix

if TYPE_CHECKING:
    from crm.design_sessions.models.attendance import Attendance
    from crm.design_sessions.models.invitations import Invitation


class SessionKind(StrEnum):
    """What kind of meeting a session is."""

    PROJECT_GROUP = "project_group"
    DESIGN_SESSION = "design_session"
    FIELD_VISIT = "field_visit"
    DECISION = "decision"
    EVALUATION = "evaluation"
    OTHER = "other"


class SessionState(StrEnum):
    """Whether answers are taken; that a session is over is told by the clock."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class WaitingRule(StrEnum):
    """Who is offered a place that falls free."""

    FIRST_COME = "first_come"
    BALANCE = "balance"
    LOT = "lot"


class DesignPhase(StrEnum):
    """The phase of a design session, after the double diamond."""

    DISCOVER = "discover"
    DEFINE = "define"
    DEVELOP = "develop"
    DELIVER = "deliver"


class EndsBeforeStart(Invalid):
    """A session ends before it starts."""

    message = _l("The session ends before it starts.")
    field = "ends_time"


class PhaseOfOtherKind(Invalid):
    """Only a design session has a phase."""

    message = _l("Only a design session has a phase. Choose no phase, or another kind.")
    field = "phase"


class AnswersAfterStart(Invalid):
    """Answers would be taken when the session has begun."""

    message = _l("The session has begun by then. Choose a time before the start.")
    field = "answer_until_time"


class LinkUnusable(Invalid):
    """A link that no browser should follow."""

    message = _l("A link begins with https:// or http://.")
    field = "link"


class DesignSession(Base, ProjectScoped, Audited, Revised):
    """
    A meeting of the project; local wall time is kept beside the moment in UTC.

    :ivar sequence: rises with each change of time, place or state, as iCalendar's SEQUENCE
    :ivar answer_until: until when answers are taken; without one, until the start
    :ivar reminder_days: how many days before the start who did not answer is reminded, if at all
    :ivar contact_id: the colleague who reads replies to the mail about this session
    """

    __tablename__ = "design_session"
    __table_args__ = (
        CheckConstraint("starts_at <= ends_at", name="period"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        CheckConstraint("reminder_days IS NULL OR reminder_days > 0", name="reminder_days"),
        Index("ix_design_session_start", "project_id", "starts_at"),
    )

    title: Mapped[str]
    kind: Mapped[SessionKind] = mapped_column(enum_type(SessionKind))
    phase: Mapped[DesignPhase | None] = mapped_column(enum_type(DesignPhase))
    goal: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default=DEFAULT_ZONE)
    starts_local: Mapped[str]
    ends_local: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int | None]
    state: Mapped[SessionState] = mapped_column(enum_type(SessionState), default=SessionState.OPEN)
    sequence: Mapped[int] = mapped_column(default=0)
    answer_until_local: Mapped[str] = mapped_column(default="")
    answer_until: Mapped[datetime | None]
    has_waiting_list: Mapped[bool] = mapped_column(default=True)
    waiting_rule: Mapped[WaitingRule] = mapped_column(
        enum_type(WaitingRule), default=WaitingRule.FIRST_COME
    )
    allows_colleague: Mapped[bool] = mapped_column(default=False)
    reminder_days: Mapped[int | None]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    contact_phone: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    targets: Mapped[list["HelixTarget"]] = relationship(cascade="all, delete-orphan")
    invitations: Mapped[list["Invitation"]] = relationship(
        back_populates="design_session", cascade="all, delete-orphan"
    )
    attendances: Mapped[list["Attendance"]] = relationship(
        back_populates="design_session", cascade="all, delete-orphan"
    )

    @property
    def starts(self) -> datetime:
        """What the clock on the wall says at the start; without a zone."""
        return datetime.fromisoformat(self.starts_local)

    @property
    def ends(self) -> datetime:
        """What the clock on the wall says at the end; without a zone."""
        return datetime.fromisoformat(self.ends_local)

    @property
    def day(self) -> date:
        """The calendar day on which the session starts, where it is held."""
        return self.starts.date()

    @property
    def wanted(self) -> dict[Helix, int]:
        """How many people of each helix there should be."""
        return {target.helix: target.seats for target in self.targets}

    @property
    def answers_until(self) -> datetime:
        """The moment until which answers are taken: the deadline, or the start without one."""
        return min(self.answer_until or self.starts_at, self.starts_at)

    def has_begun(self) -> bool:
        """Whether the session has started."""
        return self.starts_at <= clock.now()

    def takes_answers(self) -> bool:
        """Whether somebody who is invited can answer by their link now."""
        return self.state is SessionState.OPEN and clock.now() < self.answers_until

    def check(self) -> None:
        """
        Hold the rules about one session.

        :raises EndsBeforeStart: if it ends before it starts
        :raises AnswersAfterStart: if answers are taken when it has begun
        :raises PhaseOfOtherKind: if it has a phase and is no design session
        :raises LinkUnusable: if its link is no web address
        """
        if self.ends_at < self.starts_at:
            raise EndsBeforeStart
        if self.answer_until is not None and self.answer_until > self.starts_at:
            raise AnswersAfterStart
        if self.phase is not None and self.kind is not SessionKind.DESIGN_SESSION:
            raise PhaseOfOtherKind
        if self.link and not self.link.lower().startswith(("https://", "http://")):
            raise LinkUnusable


class HelixTarget(Base, ProjectScoped, Audited):
    """How many people of one helix a session should have."""

    __tablename__ = "helix_target"
    __table_args__ = (
        UniqueConstraint("design_session_id", "helix"),
        CheckConstraint("seats >= 0", name="seats"),
    )

    design_session_id: Mapped[int] = mapped_column(
        ForeignKey("design_session.id", ondelete="CASCADE")
    )
    helix: Mapped[Helix] = mapped_column(enum_type(Helix))
    seats: Mapped[int]
