"""Initiatives, and the involvement of stakeholders in them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, Revised, enum_type
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
