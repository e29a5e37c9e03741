"""Initiatives, and the involvement of stakeholders in them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, Revised, enum_type
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.core.normalisation import fold
from crm.core.periods import RULE, Lasting
from crm.neighbourhoods.models import Area
from crm.stakeholders.models import Organisation, Person


class InitiativeTrack(StrEnum):
    """The short track is bottom-up; a pilot comes from the long track."""

    INITIATIVE = "initiative"
    PILOT = "pilot"


class InitiativeStatus(StrEnum):
    """Where an initiative stands."""

    EXPLORING = "exploring"
    REQUESTED = "requested"
    DEVELOPING = "developing"
    RUNNING = "running"
    REALISED = "realised"
    REFUSED = "refused"
    STOPPED = "stopped"


class InitiativeNameMissing(Invalid):
    """An initiative needs a name."""

    message = _l("Fill in a name.")
    field = "name"


class StakeholderMissing(Invalid):
    """An involvement is of one person or of one organisation."""

    message = _l("Choose one person or one organisation.")
    field = "stakeholder"


class AlreadyInvolved(Conflict):
    """A stakeholder has this role in this initiative already, in (part of) this period."""

    message = _l("This stakeholder already has this role here, in this period.")
    field = "role"


class StillInvolved(Conflict):
    """Stakeholders are involved in an initiative that would be removed."""

    message = _l("Stakeholders are involved in this. Remove their involvement first.")


class Initiative(Base, ProjectScoped, Audited, Revised, Lasting):
    """Something people make together: a playground, a meal, a pilot."""

    __tablename__ = "initiative"
    __table_args__ = (
        CheckConstraint(RULE, name="period"),
        Index("ix_initiative_name", "project_id", "name"),
    )

    name: Mapped[str]
    track: Mapped[InitiativeTrack] = mapped_column(
        enum_type(InitiativeTrack), default=InitiativeTrack.INITIATIVE
    )
    status: Mapped[InitiativeStatus] = mapped_column(
        enum_type(InitiativeStatus), default=InitiativeStatus.EXPLORING
    )
    description: Mapped[str] = mapped_column(default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    area: Mapped[Area | None] = relationship()
    involvements: Mapped[list["Involvement"]] = relationship(
        back_populates="initiative",
        cascade="all, delete-orphan",
        order_by="(Involvement.since, Involvement.id)",
    )

    def check(self) -> None:
        """
        Hold the rules about one initiative.

        :raises InitiativeNameMissing: if it has no name
        :raises EndBeforeStart: if it ends before it starts
        """
        if not self.name.strip():
            raise InitiativeNameMissing
        self.check_period()


class Involvement(Base, ProjectScoped, Audited, Revised, Lasting):
    """A stakeholder (a person or an organisation) in an initiative: role and period."""

    __tablename__ = "involvement"
    __table_args__ = (
        CheckConstraint(RULE, name="period"),
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="stakeholder"),
    )

    initiative_id: Mapped[int] = mapped_column(
        ForeignKey("initiative.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(default="")

    initiative: Mapped[Initiative] = relationship(back_populates="involvements")
    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    def check(self) -> None:
        """
        Hold the rules about one involvement.

        :raises StakeholderMissing: if it is of nobody, or of two
        :raises EndBeforeStart: if the period ends before it starts
        """
        if (self.person_id is None) == (self.organisation_id is None):
            raise StakeholderMissing
        self.check_period()

    def repeats(self, other: "Involvement") -> bool:
        """Whether both give one stakeholder the same role in periods that overlap."""
        return (
            self.initiative_id == other.initiative_id
            and self.person_id == other.person_id
            and self.organisation_id == other.organisation_id
            and fold(self.role) == fold(other.role)
            and (self.until is None or other.since is None or other.since <= self.until)
            and (other.until is None or self.since is None or self.since <= other.until)
        )
