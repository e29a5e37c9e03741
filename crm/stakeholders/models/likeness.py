"""Records that look like one: the blocks to look in, and the pairs that were found."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Base, ProjectScoped, enum_type
from crm.core.errors import Conflict
from crm.core.i18n import _l

# As the partial indexes have it, word for word: SQLite uses them for nothing else.
WAITS = text("waits")
CROWDED = text("is_crowded")


# A handful of many rows: an index of all of them would cost each record that is written.
_IF_WAITING: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), WAITS)
_IF_CROWDED: dict[str, Any] = dict.fromkeys(("sqlite_where", "postgresql_where"), CROWDED)


class Kind(StrEnum):
    """Of which kind two records are that look like one."""

    PERSON = "person"
    ORGANISATION = "organisation"


class PairState(StrEnum):
    """What was said of a pair."""

    OPEN = "open"
    NOT_THE_SAME = "not_the_same"


class NotDecided(Conflict):
    """Nobody said of a pair that they are two."""

    message = _l("Nobody has said of these two that they are not the same.")


class LikenessKey(Base, ProjectScoped):
    """A block in which a record is looked for when another looks like it."""

    __tablename__ = "likeness_key"
    # It follows from the record, so no step and no line of the trail tells of it.
    __stays__: ClassVar[bool] = True
    __table_args__ = (
        Index("ix_likeness_key_block", "project_id", "kind", "key"),
        Index("ix_likeness_key_subject", "kind", "subject_id"),
        Index("ix_likeness_key_waits", "project_id", "kind", "subject_id", **_IF_WAITING),
        Index("ix_likeness_key_crowded", "project_id", "kind", "key", **_IF_CROWDED),
    )

    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    subject_id: Mapped[int]
    key: Mapped[str]
    # Of all that is compared of the record; while it is the same, so are its keys.
    mark: Mapped[str]
    # Whether the background has not yet gone through this block for this record.
    waits: Mapped[bool] = mapped_column(default=True)
    # Whether it left the block out, because too many are in it.
    is_crowded: Mapped[bool] = mapped_column(default=False)


class FormerRecord(Base, ProjectScoped):
    """The id of a record that was merged into another, so that its address still leads there."""

    __tablename__ = "former_record"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="one_kind"),
        Index("ix_former_record_old", "project_id", "old_id"),
    )

    # Of a person or an organisation, as the other column says; given to nobody again.
    old_id: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    merged_at: Mapped[datetime] = mapped_column(default=clock.now)


class LikelyPair(Base, ProjectScoped):
    """Two persons or two organisations that look like one."""

    __tablename__ = "likely_pair"
    __follows__: ClassVar[bool] = True
    __table_args__ = (
        UniqueConstraint("person_id", "other_person_id"),
        UniqueConstraint("organisation_id", "other_organisation_id"),
        CheckConstraint("(person_id IS NULL) = (other_person_id IS NULL)", name="persons"),
        CheckConstraint(
            "(organisation_id IS NULL) = (other_organisation_id IS NULL)", name="organisations"
        ),
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="one_kind"),
        Index("ix_likely_pair_list", "project_id", "kind", "state", "score"),
    )

    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    other_person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE")
    )
    other_organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    score: Mapped[int]  # 0 to 100, see `likeness`
    reasons: Mapped[list[str]]  # what says so, members of `Why`
    state: Mapped[PairState] = mapped_column(enum_type(PairState), default=PairState.OPEN)
    found_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]  # when somebody said that they are two, and who

    @property
    def ids(self) -> tuple[int, int]:
        """The ids of both, the lower one first."""
        both = (self.person_id, self.other_person_id)
        if self.kind is Kind.ORGANISATION:
            both = (self.organisation_id, self.other_organisation_id)
        # A merge moves either end, so the columns do not stay in the order of the ids.
        first, second = sorted(key or 0 for key in both)
        return first, second

    def tell_apart(self, account_id: int | None, at: datetime) -> None:
        """Keep that somebody said they are two."""
        self.state, self.decided_by_id, self.decided_at = PairState.NOT_THE_SAME, account_id, at

    def doubt_again(self) -> None:
        """Put the pair back on the list; raise `NotDecided` where nobody told them apart."""
        if self.state is not PairState.NOT_THE_SAME:
            raise NotDecided
        self.state, self.decided_by_id, self.decided_at = PairState.OPEN, None, None
