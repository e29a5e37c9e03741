"""Ways to look at a network that somebody keeps, and shows to others."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped


class SavedView(Base, ProjectScoped, Audited):
    """
    A way to look at the network: what would stand in the address, under a name.

    :ivar query: the part of the address that asks it, as the page writes it
    :ivar is_shared: whether everybody in the project finds it; else only who made it
    """

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
