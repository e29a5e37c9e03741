"""Facts about accounts."""

from dataclasses import dataclass

from crm.core.events import Fact


@dataclass(frozen=True, slots=True)
class LinkAccepted(Fact):
    """Somebody used a single-use link and now has this account."""

    link_id: int
    account_id: int
