"""Projects and the roles of accounts in them."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Account
from crm.core import clock
from crm.core.db import Audited, Base, Revised, enum_type
from crm.core.errors import Conflict, DomainError, Invalid
from crm.core.i18n import _l
from crm.core.permissions import Role

SMALLEST_GROUP = 5


class SlugTaken(Conflict):
    """Another project has this short name."""

    message = _l("Another project already has this short name.")
    field = "slug"


class ReplyAddressMissing(Invalid):
    """Nothing is sent to people who could not answer it."""

    message = _l("Fill in the address at which answers come.")
    field = "reply_address"


class ReplyAddressUnusable(Invalid):
    """What was given as the address for answers is none, or not every mail program writes to it."""

    message = _l("This is no e-mail address to which everybody can write.")
    field = "reply_address"


class LastLeader(Conflict):
    """A project needs somebody who leads it."""

    message = _l("This is the only leader. Make somebody else leader first.")


class OnlyLeader(Conflict):
    """Whoever alone leads a project cannot be missed there."""

    def __init__(self, names: str) -> None:
        super().__init__(
            _l(
                "This account alone leads: %(projects)s. Let somebody else lead there first.",
                projects=names,
            )
        )


class Project(Base, Audited, Revised):
    """
    One project: its register, sessions and network are seen nowhere else.

    :ivar reply_address: where answers to its mail come; empty until it is asked for
    :ivar smallest_group: fewer people of chosen neighbourhoods are not drawn alone in the network
    """

    __tablename__ = "project"
    __taken__: ClassVar[dict[str, type[DomainError]]] = {"slug": SlugTaken}

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    reply_address: Mapped[str] = mapped_column(default="")
    smallest_group: Mapped[int] = mapped_column(default=SMALLEST_GROUP)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="project", cascade="all, delete-orphan"
    )


class Membership(Base, Audited):
    """The role of an account in a project."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("project_id", "account_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[Role] = mapped_column(enum_type(Role))
    since: Mapped[datetime] = mapped_column(default=clock.now)

    project: Mapped[Project] = relationship(back_populates="memberships")
    account: Mapped[Account] = relationship()
