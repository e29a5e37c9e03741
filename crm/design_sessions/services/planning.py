"""Planning: making a session and changing what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Invalid, StaleRecord
from crm.core.permissions import Actor
from crm.design_sessions import local_times, queries
from crm.design_sessions.local_times import DEFAULT_ZONE, Occurrence
from crm.design_sessions.models import DesignPhase, DesignSession, HelixTarget, SessionKind
from crm.design_sessions.policy import SessionPermission
from crm.projects.models import Project
from crm.stakeholders.models import Helix


@dataclass(frozen=True, slots=True)
class LocalTime:
    """What a clock on the wall says, and which of two equal hours is meant."""

    local: datetime
    occurrence: Occurrence | None = None


@dataclass(frozen=True, slots=True)
class SessionDetails:
    """What is asked about a session; times are those of the place where it is held."""

    title: str
    kind: SessionKind
    starts: LocalTime
    ends: LocalTime
    zone: str = DEFAULT_ZONE
    phase: DesignPhase | None = None
    goal: str = ""
    place: str = ""
    link: str = ""
    capacity: int | None = None
    targets: Mapping[Helix, int] = field(default_factory=dict)


@command(SessionPermission.ARRANGE)
def add_session(_actor: Actor, _project: Project, *, details: SessionDetails) -> DesignSession:
    """
    Plan a session.

    :raises Invalid: if a time does not exist, is not clear or lies before the start
    """
    planned = DesignSession()
    _fill(planned, details)
    session().add(planned)
    session().flush()
    return planned


@command(SessionPermission.ARRANGE)
def edit_session(
    _actor: Actor, design_session: DesignSession, *, details: SessionDetails, revision: int
) -> None:
    """
    Change what is known of a session; `revision` is the one that the editor had before them.

    :raises StaleRecord: if somebody else saved meanwhile
    :raises Invalid: if a time does not exist, is not clear or lies before the start
    """
    queries.lock(design_session)
    if design_session.revision != revision:
        raise StaleRecord(design_session)
    _fill(design_session, details)
    # Raised here as well, for the targets are rows of their own.
    design_session.revision = revision + 1


def _fill(design_session: DesignSession, details: SessionDetails) -> None:
    design_session.title, design_session.kind = details.title, details.kind
    design_session.phase, design_session.goal = details.phase, details.goal
    design_session.place, design_session.link = details.place, details.link
    design_session.capacity, design_session.zone = details.capacity, details.zone
    design_session.starts_local = _written(details.starts)
    design_session.ends_local = _written(details.ends)
    design_session.starts_at = _moment(details.starts, details.zone, "starts")
    design_session.ends_at = _moment(details.ends, details.zone, "ends")
    design_session.check()
    _set_targets(design_session, details.targets)


def _written(time: LocalTime) -> str:
    return time.local.isoformat(timespec="minutes")


def _moment(time: LocalTime, zone: str, which: str) -> datetime:
    """Return the moment; a refusal stands beside the field of the start or of the end."""
    try:
        return local_times.moment(time.local, zone, time.occurrence)
    except Invalid as refusal:
        refusal.field = str(refusal.field).replace("starts", which)
        raise


def _set_targets(design_session: DesignSession, wanted: Mapping[Helix, int]) -> None:
    known = {target.helix: target for target in design_session.targets}
    for helix, target in known.items():
        if helix not in wanted:
            design_session.targets.remove(target)
    for helix, seats in wanted.items():
        if helix in known:
            known[helix].seats = seats
        else:
            design_session.targets.append(HelixTarget(helix=helix, seats=seats))
