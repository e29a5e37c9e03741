"""Ties that somebody declares: the project team, or a stakeholder by a link of their own."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock, tokens
from crm.core.db import Audited, Base, ProjectScoped, enum_type
from crm.core.periods import RULE, Lasting
from crm.core.ties import organisation_key, person_key
from crm.stakeholders.models import Person

LINK_LASTS = timedelta(days=30)


class SaidBy(StrEnum):
    """Who declared a tie."""

    TEAM = "team"
    THEMSELVES = "themselves"


class DeclaredTie(Base, ProjectScoped, Audited, Lasting):
    """
    Two stakeholders work together, because somebody says so.

    :ivar person_id: one end where it is a person, who said it themselves if anybody did
    :ivar said_by: the origin of the tie
    :ivar about: what they do together, in the words of whoever declared it
    """

    __tablename__ = "declared_tie"
    __table_args__ = (
        CheckConstraint(RULE, name="period"),
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="one"),
        CheckConstraint(
            "(other_person_id IS NULL) <> (other_organisation_id IS NULL)", name="other"
        ),
    )

    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    other_person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    other_organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    said_by: Mapped[SaidBy] = mapped_column(enum_type(SaidBy))
    about: Mapped[str] = mapped_column(default="")
    said_at: Mapped[datetime] = mapped_column(default=clock.now)

    @property
    def ends(self) -> tuple[str, str]:
        """The keys of both ends as points of the network."""
        return (
            _key(self.person_id, self.organisation_id),
            _key(self.other_person_id, self.other_organisation_id),
        )


class DeclaringLink(Base, ProjectScoped, Audited):
    """
    A link by which one person says with whom they work, until a day; kept as a hash.

    :ivar missed: whom they missed on the short list, in their own words
    """

    __tablename__ = "declaring_link"
    __not_audited__ = frozenset({"token_hash"})
    __in_step__ = __not_audited__

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    missed: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship()

    @property
    def public_name(self) -> str:
        """The name of the link in a signed token: the beginning of its hash."""
        return self.token_hash[: tokens.PUBLIC_LENGTH]


def _key(person_id: int | None, organisation_id: int | None) -> str:
    # One of the two is there: the table holds it.
    return (
        person_key(person_id) if person_id is not None else organisation_key(organisation_id or 0)
    )
