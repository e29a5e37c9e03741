"""Who came to a session."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, enum_type
from crm.design_sessions.models.sessions import DesignSession
from crm.stakeholders.models import Helix, Person


class AttendanceStatus(StrEnum):
    """What became of somebody at a session."""

    PRESENT = "present"
    EXCUSED = "excused"
    NO_SHOW = "no_show"


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
