"""Planning: making a session and changing what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Invalid, StaleRecord
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions import local_times, queries
from crm.design_sessions.local_times import DEFAULT_ZONE, Occurrence
from crm.design_sessions.models import (
    DesignPhase,
    DesignSession,
    HelixTarget,
    SessionKind,
    SessionState,
    WaitingRule,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.services import notifications
from crm.design_sessions.services.waiting import rebalance
from crm.design_sessions.session_facts import Facts, facts_of
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.stakeholders.models import Helix


class ContactNotMember(Invalid):
    """The contact of a session has no role in its project."""

    message = _l("Choose a colleague of this project.")
    field = "contact"


@dataclass(frozen=True, slots=True)
class LocalTime:
    """What a clock on the wall says, and which of two equal hours is meant."""

    local: datetime
    occurrence: Occurrence | None = None


@dataclass(frozen=True, slots=True)
class AskingDetails:
    """How answers to the invitation are taken and places given; see `DesignSession`."""

    answer_until: LocalTime | None = None
    has_waiting_list: bool = True
    waiting_rule: WaitingRule = WaitingRule.FIRST_COME
    allows_colleague: bool = False
    reminder_days: int | None = None
    contact_id: int | None = None
    contact_phone: str = ""


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
    asking: AskingDetails = AskingDetails()


@command(SessionPermission.ARRANGE)
def add_session(_actor: Actor, project: Project, *, details: SessionDetails) -> DesignSession:
    """
    Plan a session.

    :raises Invalid: if a time does not exist, is not clear or lies before the start
    """
    planned = DesignSession(project_id=project.id)
    _fill(planned, details)
    session().add(planned)
    session().flush()
    return planned


@command(SessionPermission.ARRANGE)
def edit_session(
    _actor: Actor, design_session: DesignSession, *, details: SessionDetails, revision: int
) -> int:
    """
    Change what is known of a session; return how many people are told of another time or place.

    :param revision: the one that the editor had before them

    :raises StaleRecord: if somebody else saved meanwhile
    :raises Invalid: if a time does not exist, is not clear or lies before the start
    """
    queries.lock(design_session)
    if design_session.revision != revision:
        raise StaleRecord(design_session)
    before = facts_of(design_session)
    _fill(design_session, details)
    # Raised here as well, for the targets are rows of their own.
    design_session.revision = revision + 1
    told = _tell(design_session, before)
    rebalance(design_session)
    return told


def _tell(design_session: DesignSession, before: Facts) -> int:
    """Note that time or place changed, if they did, and tell who should know."""
    is_cancelled = design_session.state is SessionState.CANCELLED
    if is_cancelled or facts_of(design_session) == before:
        # Of what is cancelled people read when it goes on after all.
        session().flush()
        return 0
    design_session.sequence += 1
    session().flush()
    return notifications.of_change(design_session, before)


def _fill(design_session: DesignSession, details: SessionDetails) -> None:
    design_session.title, design_session.kind = details.title, details.kind
    design_session.phase, design_session.goal = details.phase, details.goal
    design_session.place, design_session.link = details.place, details.link
    design_session.capacity, design_session.zone = details.capacity, details.zone
    set_times(design_session, details.starts, details.ends)
    _set_asking(design_session, details.asking)
    design_session.check()
    _set_targets(design_session, details.targets)


def _set_asking(design_session: DesignSession, asking: AskingDetails) -> None:
    until, zone = asking.answer_until, design_session.zone
    design_session.answer_until_local = _written(until) if until else ""
    design_session.answer_until = _moment(until, zone, "answer_until") if until else None
    design_session.has_waiting_list = asking.has_waiting_list
    design_session.waiting_rule = asking.waiting_rule
    design_session.allows_colleague = asking.allows_colleague
    design_session.reminder_days = asking.reminder_days
    design_session.contact_phone = asking.contact_phone
    design_session.contact_id = _contact(design_session, asking.contact_id)


def _contact(design_session: DesignSession, account_id: int | None) -> int | None:
    """Return who reads the answers; somebody whose role ended meanwhile may stay."""
    if account_id in {None, design_session.contact_id}:
        return account_id
    if projects.membership(projects.project(design_session.project_id), account_id) is None:
        raise ContactNotMember
    return account_id


def set_times(design_session: DesignSession, starts: LocalTime, ends: LocalTime) -> None:
    """
    Set start and end as the clock in the zone of the session says them; inside a command.

    :raises Invalid: if a time does not exist or is not clear
    """
    zone = design_session.zone
    design_session.starts_local, design_session.ends_local = _written(starts), _written(ends)
    design_session.starts_at = _moment(starts, zone, "starts")
    design_session.ends_at = _moment(ends, zone, "ends")


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
