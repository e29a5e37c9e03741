"""Who came to a session, and the lists from elsewhere that say so."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, enum_type
from crm.design_sessions.models.sessions import DesignSession
from crm.intake.models import ReadFile
from crm.stakeholders.models import Helix, Person
from crm.tasks.models import BroughtIn


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


class ListState(StrEnum):
    """Where an attendance list stands."""

    UPLOADED = "uploaded"
    CHOSEN = "chosen"
    DONE = "done"
    CANCELLED = "cancelled"


class AttendanceList(BroughtIn, ProjectScoped, Audited, ReadFile):
    """
    A list of who came to a session: the file, how it is read, and what came of it.

    :ivar table: the rows as they were read; empty once the list is over
    :ivar columns: what each column holds
    :ivar look: whom its rows may mean, once that was found; empty for a short list, of which each
        page finds it anew, and none while it is being found
    :ivar decisions: who is meant, who is new, and what words mean
    :ivar left_out: the rows of which nothing was noted, as they stood in the file
    :ivar reasons: row → why nothing was noted
    :ivar noted: of how many people something was noted, `new` of them new in the register
    """

    __tablename__ = "attendance_list"
    __not_audited__ = frozenset({"content", "table", "decisions", "look", "left_out", "reasons"})
    # That it was brought in stays true when what it brought is undone.
    __stays__ = True

    design_session_id: Mapped[int] = mapped_column(
        ForeignKey("design_session.id", ondelete="CASCADE"), index=True
    )
    file_name: Mapped[str]
    state: Mapped[ListState] = mapped_column(enum_type(ListState))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    table: Mapped[str]
    columns: Mapped[str]
    decisions: Mapped[str] = mapped_column(default="{}")
    left_out: Mapped[str] = mapped_column(default="")
    reasons: Mapped[str] = mapped_column(default="{}")
    look: Mapped[str | None] = mapped_column(default="", server_default="", deferred=True)
    rows: Mapped[int] = mapped_column(default=0, server_default="0")
    noted: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    step_id: Mapped[int | None]

    design_session: Mapped[DesignSession] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether it is still on its way."""
        return self.state in {ListState.UPLOADED, ListState.CHOSEN}

    @property
    def is_being_looked_at(self) -> bool:
        """Whether it is being found in the background whom its rows may mean."""
        return self.state is ListState.CHOSEN and not self.is_under_way and self.look is None
