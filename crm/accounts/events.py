"""Facts about accounts."""

from dataclasses import dataclass

from crm.core.events import Fact


@dataclass(frozen=True, slots=True)
class LinkAccepted(Fact):
    """Somebody used a single-use link and now has this account."""

    link_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class LinkPosted(Fact):
    """
    A single-use link is to be mailed.

    :ivar name: the public part of its token; the rest is made again with the secret when it is sent
    """

    link_id: int
    name: str


@dataclass(frozen=True, slots=True)
class AccountDisabled(Fact):
    """
    An account may sign in no more.

    Who reacts may refuse it, and then it stays as it was.
    """

    account_id: int
