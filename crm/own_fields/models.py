"""Own fields, what can be chosen in them, and their values: a row each, never a column of JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, Revised, enum_type
from crm.core.db.models import SortKey
from crm.core.normalisation import fold
from crm.own_fields.values import CHOSEN, FieldKind
from crm.stakeholders.models import Kind

MOST = 20
"""So many a project has for people, and as many for organisations."""


class OwnField(Base, ProjectScoped, Audited, Revised):
    """
    Something that one project keeps of each person, or of each organisation.

    One that is removed is hidden at once, and keeps its values for a while: it can come back.
    """

    __tablename__ = "own_field"
    __table_args__ = (Index("ix_own_field_project", "project_id", "subject", "position"),)

    subject: Mapped[Kind] = mapped_column(enum_type(Kind))
    kind: Mapped[FieldKind] = mapped_column(enum_type(FieldKind))
    label: Mapped[str]
    label_key: Mapped[str]
    purpose: Mapped[str]
    help_text: Mapped[str] = mapped_column(default="")
    # Only leaders and planners learn of its values, and of who has one.
    is_private: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    removed_at: Mapped[datetime | None]
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    options: Mapped[list["OwnOption"]] = relationship(
        cascade="all, delete-orphan", order_by="(OwnOption.position, OwnOption.id)"
    )

    @property
    def is_chosen(self) -> bool:
        """Whether its values are chosen from its options."""
        return self.kind in CHOSEN

    @property
    def input_name(self) -> str:
        """What it is called in forms and addresses; never another field's."""
        return f"own-{self.id}"

    @property
    def words(self) -> dict[int, str]:
        """Return id → word of its options, in their order."""
        return {option.id: option.word for option in self.options}


class OwnOption(Base, ProjectScoped, Audited):
    """What can be chosen in an own field."""

    __tablename__ = "own_option"

    field_id: Mapped[int] = mapped_column(
        ForeignKey("own_field.id", ondelete="CASCADE"), index=True
    )
    word: Mapped[str]
    position: Mapped[int]


def paired(options: Sequence[OwnOption], words: Sequence[str]) -> dict[int, OwnOption]:
    """
    Return place among `words` → the option that stays there, whoever has chosen it.

    It is known by its word. A new word takes the place of an old one only where as many stand
    there as before: where a line went, nobody knows which word became which.
    """
    by_word = {fold(option.word): option for option in options}
    found = {
        place: by_word[fold(word)] for place, word in enumerate(words) if fold(word) in by_word
    }
    if len(words) == len(options):
        ids = {option.id for option in found.values()}
        found.update(
            (place, option)
            for place, option in enumerate(options)
            if place not in found and option.id not in ids
        )
    return found


class OwnValue(ProjectScoped, Audited):
    """
    A value of an own field: how it reads, and the key by which it is compared and put in order.

    A field has one value, in slot 0; one of which several can be chosen has a row for each option,
    whose id is the slot.
    """

    owner: ClassVar[str]

    @declared_attr
    def field_id(cls) -> Mapped[int]:  # noqa: N805 - SQLAlchemy passes the class
        """Return the column of the field."""
        return mapped_column(ForeignKey("own_field.id", ondelete="CASCADE"))

    value: Mapped[str]
    key: Mapped[str] = mapped_column(SortKey)
    slot: Mapped[int] = mapped_column(default=0)


class PersonValue(Base, OwnValue):
    """A value of an own field of a person."""

    __tablename__ = "person_value"
    __table_args__ = (
        UniqueConstraint("person_id", "field_id", "slot"),
        Index("ix_person_value_field", "field_id", "key", "person_id"),
    )
    owner = "person_id"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))


class OrganisationValue(Base, OwnValue):
    """A value of an own field of an organisation."""

    __tablename__ = "organisation_value"
    __table_args__ = (
        UniqueConstraint("organisation_id", "field_id", "slot"),
        Index("ix_organisation_value_field", "field_id", "key", "organisation_id"),
    )
    owner = "organisation_id"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))


VALUES: dict[Kind, type[PersonValue] | type[OrganisationValue]] = {
    Kind.PERSON: PersonValue,
    Kind.ORGANISATION: OrganisationValue,
}
