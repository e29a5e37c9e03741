"""Accounts, sign-in sessions and single-use links."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import ColumnElement, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core import clock, tokens
from crm.core.db import Audited, Base, Revised, enum_type
from crm.core.errors import Conflict, DomainError, Invalid
from crm.core.i18n import _l
from crm.core.permissions import Role


class EmailTaken(Conflict):
    """Another account signs in with this address."""

    message = _l("Another account already uses this e-mail address.")
    field = "email"


class LinkUsed(Conflict):
    """A single-use link was used before, was withdrawn, or its time has passed."""

    status = 410
    message = _l("This link was used before or has expired. Ask for a new one.")


class SignInRefused(Invalid):
    """Address and password do not belong together; which of them is not said."""

    message = _l("This e-mail address and password do not belong together.")


class NoNewAccount(Invalid):
    """No account could be made; that there is one already is said to nobody."""

    message = _l(
        "No account could be made with this. Do you have an account already? Then sign in with it."
    )


class OtherAddress(Conflict):
    """A link is for another address than that of whoever is signed in."""

    message = _l("This invitation is for another e-mail address. Sign out to accept it.")


class LastAdministrator(Conflict):
    """An installation needs an administrator who can sign in."""

    message = _l("This is the only administrator who can sign in. Let another one in first.")


class Theme(StrEnum):
    """Light or dark, or as the device says."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class AccountState(StrEnum):
    """Whether an account may sign in."""

    ACTIVE = "active"
    DISABLED = "disabled"


class Account(Base, Audited, Revised):
    """
    Somebody who can sign in.

    :ivar email_confirmed_at: when they last used a link that only their mailbox knew
    """

    __tablename__ = "account"
    __taken__: ClassVar[dict[str, type[DomainError]]] = {"email_key": EmailTaken}
    __not_audited__ = frozenset({"password_hash"})

    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    email_confirmed_at: Mapped[datetime | None]
    password_hash: Mapped[str] = mapped_column(default="")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str] = mapped_column(default="nl")
    theme: Mapped[Theme] = mapped_column(enum_type(Theme), default=Theme.AUTO)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    sessions: Mapped[list["UserSession"]] = relationship(
        back_populates="account", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> AccountState:
        """Whether it may sign in, as a word."""
        return AccountState.ACTIVE if self.is_active else AccountState.DISABLED


class UserSession(Base):
    """One sign-in on one device; the cookie holds a token whose hash stands here."""

    __tablename__ = "user_session"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    device: Mapped[str] = mapped_column(default="")

    account: Mapped[Account] = relationship(back_populates="sessions")

    def is_alive(self, *, idle: timedelta, absolute: timedelta) -> bool:
        """Whether this sign-in still counts: used lately, not too old, account active."""
        now = clock.now()
        fresh = now - self.last_seen_at < idle and now - self.created_at < absolute
        return fresh and self.account.is_active


class Visit(Base):
    """When an account was last here, and when before that: "since your last visit"."""

    __tablename__ = "visit"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), unique=True
    )
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    previous_at: Mapped[datetime | None]


class LinkPurpose(StrEnum):
    """What a single-use link lets its holder do."""

    FIRST_ADMINISTRATOR = "first_administrator"
    JOIN = "join"
    RESET = "reset"
    ADDRESS = "address"


class AccessLink(Base, Audited):
    """
    A link that works once, for a while, for one purpose; only its hash is kept.

    :ivar email: whom it is for; only that of the very first administrator is for nobody yet
    :ivar made_by_id: who gave it, and must still be allowed to; none: a command, or Kring itself
    :ivar is_mailed: whether its token went to that address, and nowhere else
    :ivar revoked_at: when it was withdrawn, or ended with the right of who gave it
    """

    __tablename__ = "access_link"
    __not_audited__ = frozenset({"token_hash"})

    purpose: Mapped[LinkPurpose] = mapped_column(enum_type(LinkPurpose))
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    role: Mapped[Role | None] = mapped_column(enum_type(Role))
    email: Mapped[str] = mapped_column(default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    is_mailed: Mapped[bool] = mapped_column(default=False)

    @property
    def is_open(self) -> bool:
        """Whether the link can still be used."""
        is_unused = self.used_at is None and self.revoked_at is None
        return is_unused and clock.now() < self.expires_at

    @classmethod
    def still_open(cls) -> ColumnElement[bool]:
        """Return the same as a condition, for the statement that uses or ends a link."""
        unused = cls.used_at.is_(None) & cls.revoked_at.is_(None)
        return unused & (cls.expires_at > clock.now())

    def proves_address(self, token: str) -> bool:
        """Whether who knows `token` reads the mail of the address."""
        return self.is_mailed and self.token_hash == tokens.hashed(token)
