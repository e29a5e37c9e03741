"""Sessions, who was invited to them and who came."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, Revised, enum_type
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.stakeholders.models import Helix, Person


class SessionKind(StrEnum):
    """What kind of meeting a session is."""

    PROJECT_GROUP = "project_group"
    DESIGN_SESSION = "design_session"
    FIELD_VISIT = "field_visit"
    DECISION = "decision"
    EVALUATION = "evaluation"
    OTHER = "other"


class DesignPhase(StrEnum):
    """The phase of a design session, after the double diamond."""

    DISCOVER = "discover"
    DEFINE = "define"
    DEVELOP = "develop"
    DELIVER = "deliver"


class AttendanceStatus(StrEnum):
    """What became of somebody at a session."""

    PRESENT = "present"
    EXCUSED = "excused"
    NO_SHOW = "no_show"


class EndsBeforeStart(Invalid):
    """A session ends before it starts."""

    message = _l("The session ends before it starts.")
    field = "ends_at"


class HourDoesNotExist(Invalid):
    """The clock skips this hour when summer time begins."""

    message = _l("This hour does not exist: the clock goes forward in that night.")
    field = "starts_at"


class DesignSession(Base, ProjectScoped, Audited, Revised):
    """A meeting of the project; local wall time is kept beside the moment in UTC."""

    __tablename__ = "design_session"
    __table_args__ = (
        CheckConstraint("starts_at <= ends_at", name="period"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        Index("ix_design_session_start", "project_id", "starts_at"),
    )

    title: Mapped[str]
    kind: Mapped[SessionKind] = mapped_column(enum_type(SessionKind))
    phase: Mapped[DesignPhase | None] = mapped_column(enum_type(DesignPhase))
    goal: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="Europe/Amsterdam")
    starts_local: Mapped[str]
    ends_local: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    targets: Mapped[list["HelixTarget"]] = relationship(cascade="all, delete-orphan")
    invitations: Mapped[list["Invitation"]] = relationship(
        back_populates="design_session", cascade="all, delete-orphan"
    )
    attendances: Mapped[list["Attendance"]] = relationship(
        back_populates="design_session", cascade="all, delete-orphan"
    )


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


class Invitation(Base, ProjectScoped, Audited):
    """A person on the invited list, and the helix they are invited for."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("design_session_id", "person_id"),)

    design_session_id: Mapped[int] = mapped_column(
        ForeignKey("design_session.id", ondelete="CASCADE")
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    helix: Mapped[Helix] = mapped_column(enum_type(Helix))
    invited_at: Mapped[datetime] = mapped_column(default=clock.now)

    design_session: Mapped[DesignSession] = relationship(back_populates="invitations")
    person: Mapped[Person] = relationship()


class Attendance(Base, ProjectScoped, Audited):
    """What became of a person at a session, and the helix they were present for."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("design_session_id", "person_id"),)

    design_session_id: Mapped[int] = mapped_column(
        ForeignKey("design_session.id", ondelete="CASCADE")
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    helix: Mapped[Helix] = mapped_column(enum_type(Helix))
    status: Mapped[AttendanceStatus] = mapped_column(enum_type(AttendanceStatus))
    is_walk_in: Mapped[bool] = mapped_column(default=False)
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)

    design_session: Mapped[DesignSession] = relationship(back_populates="attendances")
    person: Mapped[Person] = relationship()
