"""Planning: making, changing, cancelling and copying a session, and feeds of sessions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from crm.accounts.models import Account
from crm.core.commands import command
from crm.core.db import session
from crm.core.db.rows import lock
from crm.core.errors import Conflict, Invalid, StaleRecord
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions import local_times
from crm.design_sessions.local_times import DEFAULT_ZONE, Occurrence
from crm.design_sessions.models import (
    Answer,
    AttendanceStatus,
    CalendarFeed,
    DesignPhase,
    DesignSession,
    HelixTarget,
    Invitation,
    SessionKind,
    SessionState,
    WaitingRule,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers, people, sessions
from crm.design_sessions.queries.sessions import feeds_of
from crm.design_sessions.rules.mail_checks import Facts, facts_of
from crm.design_sessions.services import notifications
from crm.design_sessions.services.answering import rebalance, take_back
from crm.design_sessions.services.inviting import put_back, record_invitations, take_off
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person


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
    sessions.lock(design_session)
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


COULD_NOT = (Answer.NO, Answer.WAITING, Answer.LAPSED)
_COPIED = (
    "title",
    "kind",
    "phase",
    "goal",
    "place",
    "link",
    "zone",
    "capacity",
    "has_waiting_list",
    "waiting_rule",
    "allows_colleague",
    "reminder_days",
    "contact_id",
    "contact_phone",
)


class Copied(StrEnum):
    """Who is invited to a session that is copied from another."""

    SAME = "same"
    CAME = "came"
    COULD_NOT = "could_not"


class NotCancelled(Conflict):
    """Only a cancelled session can go on after all."""

    message = _l("This session is not cancelled.")


class IsCancelled(Conflict):
    """A cancelled session takes no answers and no people."""

    message = _l("This session is cancelled. Let it go on first.")


@command(SessionPermission.ARRANGE)
def cancel_session(_actor: Actor, design_session: DesignSession, *, reason: str = "") -> int:  # noqa: ARG001 - kept in the audit trail by the command
    """Cancel a session; return how many people are told. Twice is once."""
    sessions.lock(design_session)
    if design_session.state is SessionState.CANCELLED:
        return 0
    take_back(answers.answering(design_session, [Answer.OFFERED]))
    design_session.state = SessionState.CANCELLED
    design_session.sequence += 1
    session().flush()
    return notifications.of_cancelling(design_session)


@command(SessionPermission.ARRANGE)
def reopen_session(_actor: Actor, design_session: DesignSession) -> int:
    """
    Let a cancelled session go on after all; return how many people are told.

    :raises NotCancelled: if it is not cancelled
    """
    sessions.lock(design_session)
    if design_session.state is not SessionState.CANCELLED:
        raise NotCancelled
    design_session.state = SessionState.OPEN
    design_session.sequence += 1
    session().flush()
    told = notifications.of_reopening(design_session)
    rebalance(design_session)
    return told


@command(SessionPermission.ARRANGE)
def close_answers(_actor: Actor, design_session: DesignSession) -> None:
    """
    Take no more answers by link; a place that is offered can be taken while the offer stands.

    :raises IsCancelled: if the session is cancelled
    """
    _set_state(design_session, SessionState.CLOSED)


@command(SessionPermission.ARRANGE)
def open_answers(_actor: Actor, design_session: DesignSession) -> None:
    """
    Take answers again, and offer the places that are free.

    :raises IsCancelled: if the session is cancelled
    """
    _set_state(design_session, SessionState.OPEN)
    rebalance(design_session)


@command(SessionPermission.ARRANGE)
def uninvite(_actor: Actor, invitation: Invitation) -> None:
    """Take one person off the list."""
    design_session = answers.lock_invitation(invitation)
    if not invitation.is_gone:
        take_off(design_session, [invitation])


@command(SessionPermission.ARRANGE)
def reinvite(_actor: Actor, invitation: Invitation) -> None:
    """Put one person on the list again, also who had asked to be left out of it."""
    answers.lock_invitation(invitation)
    if invitation.is_gone:
        put_back({invitation: invitation.helix})


@command(SessionPermission.ARRANGE)
def copy_session(
    actor: Actor, design_session: DesignSession, *, starts: LocalTime, ends: LocalTime, who: Copied
) -> DesignSession:
    """
    Plan a next session like this one, and put people of this one on its list, to be invited.

    :raises Invalid: if a time does not exist, is not clear or lies before the start
    """
    copy = DesignSession(**{name: getattr(design_session, name) for name in _COPIED})
    set_times(copy, starts, ends)
    _copy_deadline(design_session, copy)
    copy.check()
    copy.targets = [
        HelixTarget(helix=target.helix, seats=target.seats) for target in design_session.targets
    ]
    session().add(copy)
    session().flush()
    record_invitations(actor, copy, people=_people(design_session, who))
    return copy


def _set_state(design_session: DesignSession, state: SessionState) -> None:
    sessions.lock(design_session)
    if design_session.state is SessionState.CANCELLED:
        raise IsCancelled
    design_session.state = state


def _copy_deadline(design_session: DesignSession, copy: DesignSession) -> None:
    """Close answers as many days before the copy as before the original, at the same hour."""
    if design_session.answer_until is None:
        return
    until = datetime.fromisoformat(design_session.answer_until_local)
    local = datetime.combine(copy.starts.date() - _days_before(design_session, until), until.time())
    if local > copy.starts:  # on the day itself, that hour may come after the copy has begun
        local = copy.starts - (design_session.starts - until)
    if not local_times.exists(local, copy.zone):
        local += timedelta(hours=1)
    copy.answer_until_local = local.isoformat(timespec="minutes")
    copy.answer_until = local_times.moment(local, copy.zone, Occurrence.FIRST)


def _days_before(design_session: DesignSession, until: datetime) -> timedelta:
    return design_session.starts.date() - until.date()


def _people(design_session: DesignSession, who: Copied) -> list[tuple[Person, Helix]]:
    invited = people.invitations_of(design_session)
    noted = {
        attendance.person_id: attendance for attendance in people.attendances_of(design_session)
    }
    present = {
        n: attendance
        for n, attendance in noted.items()
        if attendance.status is AttendanceStatus.PRESENT
    }
    if who is Copied.CAME:
        return [(attendance.person, attendance.helix) for attendance in present.values()]
    if who is Copied.SAME:
        return [(invitation.person, invitation.helix) for invitation in invited]
    excused = {
        n for n, attendance in noted.items() if attendance.status is AttendanceStatus.EXCUSED
    }
    return [
        (invitation.person, invitation.helix)
        for invitation in invited
        if _could_not(invitation, present, excused)
    ]


def _could_not(invitation: Invitation, present: Collection[int], excused: Collection[int]) -> bool:
    number = invitation.person_id
    return number not in present and (invitation.answer in COULD_NOT or number in excused)


@command(SessionPermission.READ)
def make_feed(actor: Actor, project: Project, *, of_all: bool) -> CalendarFeed:
    """
    Make the actor's feed of this project, or of all their projects; the one there is stays.

    :param of_all: of all projects instead of this one
    """
    known = _feed(actor, project, of_all=of_all)
    if known is not None:
        return known
    made = CalendarFeed(account_id=actor.account_id, project_id=None if of_all else project.id)
    session().add(made)
    session().flush()
    return made


@command(SessionPermission.READ)
def renew_feed(actor: Actor, project: Project, *, of_all: bool) -> CalendarFeed | None:
    """Give the actor's feed a new address; whoever has the old one sees nothing any more."""
    known = _feed(actor, project, of_all=of_all)
    if known is not None:
        known.version += 1
    return known


@command(SessionPermission.READ)
def end_feed(actor: Actor, project: Project, *, of_all: bool) -> None:
    """End the actor's feed; its address is never used again."""
    known = _feed(actor, project, of_all=of_all)
    if known is not None:
        session().delete(known)


def _feed(actor: Actor, project: Project, *, of_all: bool) -> CalendarFeed | None:
    """Return the feed, held until the unit of work ends: an account has one of each."""
    lock(session().get_one(Account, actor.account_id))
    of_project, of_everything = feeds_of(actor, project)
    return of_everything if of_all else of_project
