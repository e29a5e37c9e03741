"""What a session's people must be told of: when and where it is, and whether that is new."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from crm.design_sessions.models import DesignSession

SLIGHT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Facts:
    """When and where a session is: what stands in somebody's diary."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    link: str

    @property
    def where(self) -> str:
        """The place, and the link to meet online."""
        return ", ".join(filter(None, (self.place, self.link)))

    def written(self) -> dict[str, str]:
        """Return the same as plain values, to keep with a message."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
        }

    def is_other_time(self, other: "Facts") -> bool:
        """Whether these are other times, or the same on another clock."""
        mine = (self.starts_at, self.ends_at, self.zone)
        return mine != (other.starts_at, other.ends_at, other.zone)


def facts_of(design_session: DesignSession) -> Facts:
    """Return when and where a session is."""
    one = design_session
    return Facts(one.starts_at, one.ends_at, one.zone, one.place, one.link)


def read(written: Mapping[str, Any]) -> Facts:
    """Return what was kept with a message."""
    return Facts(
        datetime.fromisoformat(written["starts_at"]),
        datetime.fromisoformat(written["ends_at"]),
        written["zone"],
        written["place"],
        written["link"],
    )


def asks_again(old: Facts, new: Facts) -> bool:
    """Whether who said yes is asked again: more than half an hour moved, or another place."""
    return abs(new.starts_at - old.starts_at) > SLIGHT or new.place != old.place
