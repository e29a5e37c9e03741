"""Persons and organisations, their roles and tags."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, Revised, SortKey, enum_type
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.core.periods import RULE, Lasting
from crm.neighbourhoods.models import Area
from crm.stakeholders.values.names import FormOfAddress, NameParts, NameUse


class Helix(StrEnum):
    """The four parties of the quadruple helix, in their fixed order."""

    GOVERNMENT = "government"
    RESEARCH = "research"
    BUSINESS = "business"
    END_USERS = "end_users"


class ReasonMissing(Invalid):
    """A helix that departs from the organisation's needs a reason."""

    message = _l("This helix differs from the organisation's. Say why.")
    field = "helix_reason"


class NameMissing(Invalid):
    """A person needs at least one part of a name."""

    message = _l("Fill in a first name, initials or a surname.")
    field = "surname"


class MainAffiliationNeeded(Conflict):
    """One role of a person is the main one."""

    message = _l("One role of a person is the main one. Make another role the main one first.")


class Organisation(Base, ProjectScoped, Audited, Revised):
    """A stakeholder that is an organisation."""

    __tablename__ = "organisation"
    __table_args__ = (
        Index("ix_organisation_sort", "project_id", "sort_key", "id"),
        Index("ix_organisation_key", "project_id", "name_key"),
    )

    name: Mapped[str]
    name_key: Mapped[str]
    sort_key: Mapped[str] = mapped_column(SortKey)
    kind: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    town: Mapped[str] = mapped_column(default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    helix: Mapped[Helix] = mapped_column(enum_type(Helix))
    second_helix: Mapped[Helix | None] = mapped_column(enum_type(Helix, name="second_helix"))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    area: Mapped[Area | None] = relationship()
    affiliations: Mapped[list["Affiliation"]] = relationship(
        back_populates="organisation", passive_deletes=True
    )
    tags: Mapped[list["OrganisationTag"]] = relationship(
        cascade="all, delete-orphan", order_by="OrganisationTag.word"
    )


class Person(Base, ProjectScoped, Audited, Revised):
    """A stakeholder that is a person, known in one project."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("project_id", "pseudonym"),
        Index("ix_person_sort", "project_id", "sort_key", "id"),
    )

    initials: Mapped[str] = mapped_column(default="")
    first_name: Mapped[str] = mapped_column(default="")
    prefix: Mapped[str] = mapped_column(default="")
    surname: Mapped[str] = mapped_column(default="")
    partner_prefix: Mapped[str] = mapped_column(default="")
    partner_surname: Mapped[str] = mapped_column(default="")
    name_use: Mapped[NameUse] = mapped_column(enum_type(NameUse), default=NameUse.OWN)
    form_of_address: Mapped[FormOfAddress] = mapped_column(
        enum_type(FormOfAddress), default=FormOfAddress.NEUTRAL
    )
    sort_key: Mapped[str] = mapped_column(SortKey)
    name_key: Mapped[str] = mapped_column(default="")
    pseudonym: Mapped[int]
    language: Mapped[str] = mapped_column(default="nl")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    is_private: Mapped[bool] = mapped_column(default=False)
    # Since when they object to being shown in the network; none if they do not.
    hidden_at: Mapped[datetime | None]
    hidden_source: Mapped[str] = mapped_column(default="")  # where they said so
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    area: Mapped[Area | None] = relationship()
    affiliations: Mapped[list["Affiliation"]] = relationship(
        back_populates="person",
        cascade="all, delete-orphan",
        order_by="(Affiliation.is_main.desc(), Affiliation.since, Affiliation.id)",
    )
    emails: Mapped[list["Email"]] = relationship(
        cascade="all, delete-orphan", order_by="Email.position"
    )
    phones: Mapped[list["Phone"]] = relationship(
        cascade="all, delete-orphan", order_by="Phone.position"
    )
    tags: Mapped[list["PersonTag"]] = relationship(
        cascade="all, delete-orphan", order_by="PersonTag.word"
    )

    @property
    def name_parts(self) -> NameParts:
        """The parts of the name, for the rules that write it."""
        return NameParts(
            initials=self.initials,
            first_name=self.first_name,
            prefix=self.prefix,
            surname=self.surname,
            partner_prefix=self.partner_prefix,
            partner_surname=self.partner_surname,
            name_use=self.name_use,
            form_of_address=self.form_of_address,
        )

    @property
    def is_hidden(self) -> bool:
        """Whether the person objects to being shown: a pseudonym in the network for everybody."""
        return self.hidden_at is not None

    def main_affiliation(self, day: date) -> "Affiliation | None":
        """Return the main affiliation on `day`, or else any that runs then."""
        running = [role for role in self.affiliations if role.runs_on(day)]
        # The main one may be over, or still to come.
        return next((role for role in running if role.is_main), next(iter(running), None))

    def helix_on(self, day: date) -> Helix:
        """Return the helix this person counts for on `day`: end users if no role says more."""
        main = self.main_affiliation(day)
        return main.helix if main else Helix.END_USERS

    def counts_as_private(self, day: date) -> bool:
        """Whether the person is private: by own wish, marked so, or in no role but end user."""
        return (
            self.is_hidden
            or self.is_private
            or all(role.helix is Helix.END_USERS for role in self.affiliations if role.runs_on(day))
        )


@dataclass(frozen=True, slots=True)
class Objected:
    """Where and when somebody said that they object: to being shown, or to being written to."""

    source: str
    at: datetime


def hold_to_usual_helix(helix: Helix, reason: str, usual: Collection[Helix | None]) -> None:
    """Hold a role to a helix of its organisation, or raise `ReasonMissing` if it gives none."""
    if helix not in usual and not reason.strip():
        raise ReasonMissing


_IS_MAIN: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), text("is_main"))


class Affiliation(Base, ProjectScoped, Audited, Revised, Lasting):
    """A role of a person, in an organisation or speaking for themselves, with its helix."""

    __tablename__ = "affiliation"
    __table_args__ = (
        CheckConstraint(RULE, name="period"),
        Index("ix_affiliation_person", "person_id", "is_main"),
        Index("ix_affiliation_helix", "project_id", "helix"),
        # One main role for each person, also where two are made so at the same moment.
        Index("uq_affiliation_main", "person_id", unique=True, **_IS_MAIN),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(default="")
    helix: Mapped[Helix] = mapped_column(enum_type(Helix))
    helix_reason: Mapped[str] = mapped_column(default="")
    is_main: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(back_populates="affiliations")
    organisation: Mapped[Organisation | None] = relationship(back_populates="affiliations")

    def check(self) -> None:
        """
        Hold the rules about one affiliation.

        :raises EndBeforeStart: if the period ends before it starts
        :raises ReasonMissing: if the helix departs from the organisation's without a reason
        """
        self.check_period()
        place = self.organisation
        usual = {place.helix, place.second_helix} if place else {Helix.END_USERS}
        hold_to_usual_helix(self.helix, self.helix_reason, usual)


class Email(Base, ProjectScoped, Audited):
    """An e-mail address of a person; the first is the one that is used."""

    __tablename__ = "email"
    __table_args__ = (Index("ix_email_key", "project_id", "address_key"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    address: Mapped[str]
    address_key: Mapped[str]


class Phone(Base, ProjectScoped, Audited):
    """A phone number of a person: E.164 where it could be read, and as it was typed."""

    __tablename__ = "phone"
    __table_args__ = (Index("ix_phone_number", "project_id", "number"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    # Empty where it could not be read: what was typed is kept, for somebody to dial or mend.
    number: Mapped[str] = mapped_column(default="")
    raw: Mapped[str] = mapped_column(default="")


class PersonTag(Base, ProjectScoped, Audited):
    """A plain word on a person."""

    __tablename__ = "person_tag"
    __table_args__ = (
        UniqueConstraint("person_id", "word_key"),
        Index("ix_person_tag_word", "project_id", "word_key"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    word: Mapped[str]
    word_key: Mapped[str]


class OrganisationTag(Base, ProjectScoped, Audited):
    """A plain word on an organisation."""

    __tablename__ = "organisation_tag"
    __table_args__ = (
        UniqueConstraint("organisation_id", "word_key"),
        Index("ix_organisation_tag_word", "project_id", "word_key"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    word: Mapped[str]
    word_key: Mapped[str]


class GivenPseudonym(Base, ProjectScoped):
    """A number under which a person is or was shown; nobody else ever gets it."""

    __tablename__ = "given_pseudonym"
    # While the person is away, undone or merged, who reads the number must still mean one person.
    __table_args__ = (UniqueConstraint("project_id", "number"),)
    __stays__: ClassVar[bool] = True

    number: Mapped[int]
