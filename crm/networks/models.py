"""What is kept of a network: views and links to them, figures, places, ties, names looked up."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock, tokens
from crm.core.db import Audited, Base, ProjectScoped, enum_type
from crm.core.errors import Conflict
from crm.core.i18n import _l
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
        # `<>` of two truths is the exclusive or that both engines know.
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
        sides = (
            (self.person_id, self.organisation_id),
            (self.other_person_id, self.other_organisation_id),
        )
        # Of each side one of the two is there: the table holds it.
        one, other = (
            person_key(person_id) if person_id is not None else organisation_key(at or 0)
            for person_id, at in sides
        )
        return one, other


class DeclaringLink(Base, ProjectScoped, Audited):
    """A link by which one person says with whom they work, until a day; kept as a hash."""

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


class KeptFigures(Base, ProjectScoped):
    """
    The figures of one network.

    No line of the trail tells of them: they follow from what is there and change nothing. They
    hold keys and numbers, no names.
    """

    __tablename__ = "network_figures"
    __table_args__ = (UniqueConstraint("project_id", "digest"),)

    digest: Mapped[str]
    values: Mapped[str]
    finished_at: Mapped[datetime | None]


class NothingToPutBack(Conflict):
    """The places before are not kept: they were put back already, or never given up."""

    message = _l("There are no earlier places to put back.")


class NetworkLayout(Base, ProjectScoped, Audited):
    """
    The places of all points of one view of a project's network, as `layout` writes them.

    `before` holds those that were given up when somebody had it laid out anew. `mark` is that of
    the network they were made for, `version` that of the project: while it is the same, nothing
    has to be looked at. Only that somebody had it laid out anew stands in the trail.
    """

    __tablename__ = "network_layout"
    __table_args__ = (UniqueConstraint("project_id", "view"),)
    __not_audited__ = frozenset({"points", "before", "mark", "version"})

    view: Mapped[str]
    points: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any] | None]
    mark: Mapped[str]
    version: Mapped[str]
    laid_out_at: Mapped[datetime | None]

    def put(self, points: dict[str, Any], *, mark: str, version: str) -> None:
        """Keep these places, made for the network and the project with these marks."""
        self.points, self.mark, self.version = points, mark, version

    def lay_out(self, points: dict[str, Any], *, mark: str, version: str, at: datetime) -> None:
        """Keep places that do not continue those before, which can be put back."""
        self.before, self.laid_out_at = {**self.points, "mark": self.mark}, at
        self.put(points, mark=mark, version=version)

    def put_back(self, at: datetime) -> None:
        """Go back to the places before, or raise `NothingToPutBack`."""
        # Whoever came since then finds a place as a newcomer.
        if self.before is None:
            raise NothingToPutBack
        # No version: the job looks again, for the project may have changed since.
        self.points, self.mark, self.version = self.before, self.before["mark"], ""
        self.before, self.laid_out_at = None, at


class NameLookup(Base, ProjectScoped, Audited):
    """A leader asked who stands behind a pseudonym, and said why; the person may read it."""

    __tablename__ = "name_lookup"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)


class SavedView(Base, ProjectScoped, Audited):
    """A way to look at the network, under a name; `query` is the part of the address."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("project_id", "account_id", "name"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str]
    query: Mapped[str]
    is_shared: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    links: Mapped[list["ShareLink"]] = relationship(
        back_populates="view", cascade="all, delete-orphan", order_by="ShareLink.id"
    )


class ShareLink(Base, ProjectScoped, Audited):
    """A link by which anybody sees one saved view, without names, until a day; kept as a hash."""

    __tablename__ = "share_link"
    __not_audited__ = frozenset({"token_hash"})

    saved_view_id: Mapped[int] = mapped_column(
        ForeignKey("saved_view.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]

    view: Mapped[SavedView] = relationship(back_populates="links")

    @property
    def is_open(self) -> bool:
        """Whether it still opens the view."""
        return clock.now() < self.expires_at
