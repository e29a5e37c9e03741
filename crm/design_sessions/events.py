"""Facts about sessions."""

from dataclasses import dataclass

from crm.core.events import Fact


@dataclass(frozen=True, slots=True)
class AttendanceTaken(Fact):
    """Somebody noted who came to a session; each change is announced once."""

    session_id: int
