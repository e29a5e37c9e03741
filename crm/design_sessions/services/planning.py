"""Planning: making, changing, cancelling and copying a session, and feeds of sessions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crm.accounts.models import Account
from crm.core.commands import command
from crm.core.db import session
from crm.core.db.rows import lock
from crm.core.errors import Conflict, Invalid, StaleRecord
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
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
from crm.design_sessions.rules.mail_checks import facts_of
from crm.design_sessions.services import notifications
from crm.design_sessions.services.answering import move, rebalance
from crm.design_sessions.services.inviting import put_back, record_invitations, take_off
from crm.design_sessions.values import local_times
from crm.design_sessions.values.local_times import DEFAULT_ZONE, Occurrence
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
    # Of what is cancelled people read when it goes on after all.
    is_cancelled = design_session.state is SessionState.CANCELLED
    is_moved = facts_of(design_session) != before and not is_cancelled
    if is_moved:
        design_session.sequence += 1
    session().flush()
    told = notifications.of_change(design_session, before) if is_moved else 0
    rebalance(design_session)
    return told


# Details, asking details and sessions call these by one name, and a copy takes them over.
_PLAIN = ("title", "kind", "phase", "goal", "place", "link", "zone", "capacity")
_ASKING = ("has_waiting_list", "waiting_rule", "allows_colleague", "reminder_days", "contact_phone")


def _fill(design_session: DesignSession, details: SessionDetails) -> None:
    asking, until = details.asking, details.asking.answer_until
    for name in _PLAIN:
        setattr(design_session, name, getattr(details, name))
    _set_times(design_session, details.starts, details.ends)
    design_session.answer_until_local, design_session.answer_until = "", None
    if until is not None:
        design_session.answer_until_local = until.local.isoformat(timespec="minutes")
        design_session.answer_until = _moment(until, design_session.zone, "answer_until")
    for name in _ASKING:
        setattr(design_session, name, getattr(asking, name))
    # Somebody whose role ended meanwhile may stay the one who reads the answers.
    if asking.contact_id not in {None, design_session.contact_id}:
        project = projects.project(design_session.project_id)
        if projects.membership(project, asking.contact_id) is None:
            raise ContactNotMember
    design_session.contact_id = asking.contact_id
    design_session.check()
    known, wanted = {target.helix: target for target in design_session.targets}, details.targets
    for helix, target in known.items():
        if helix not in wanted:
            design_session.targets.remove(target)
    for helix, seats in wanted.items():
        if helix in known:
            known[helix].seats = seats
        else:
            design_session.targets.append(HelixTarget(helix=helix, seats=seats))


def _set_times(design_session: DesignSession, starts: LocalTime, ends: LocalTime) -> None:
    for which, time in (("starts", starts), ("ends", ends)):
        at = _moment(time, design_session.zone, which)
        setattr(design_session, f"{which}_local", time.local.isoformat(timespec="minutes"))
        setattr(design_session, f"{which}_at", at)


def _moment(time: LocalTime, zone: str, which: str) -> datetime:
    """Return the moment; a refusal stands beside the field of the start or of the end."""
    try:
        return local_times.moment(time.local, zone, time.occurrence)
    except Invalid as refusal:
        refusal.field = str(refusal.field).replace("starts", which)
        raise


COULD_NOT = (Answer.NO, Answer.WAITING, Answer.LAPSED)


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
    # Who was offered a place waits again where they stood, should it go on after all.
    if offered := answers.answering(design_session, [Answer.OFFERED]):
        move(offered, Answer.WAITING, AnsweredBy.SYSTEM)
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
    copied = (*_PLAIN, *_ASKING, "contact_id")
    copy = DesignSession(**{name: getattr(design_session, name) for name in copied})
    _set_times(copy, starts, ends)
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
    before = design_session.starts.date() - until.date()
    local = datetime.combine(copy.starts.date() - before, until.time())
    if local > copy.starts:  # on the day itself, that hour may come after the copy has begun
        local = copy.starts - (design_session.starts - until)
    local = local_times.existing(local, copy.zone)
    copy.answer_until_local = local.isoformat(timespec="minutes")
    copy.answer_until = local_times.moment(local, copy.zone, Occurrence.FIRST)


def _people(design_session: DesignSession, who: Copied) -> list[tuple[Person, Helix]]:
    invited = people.invitations_of(design_session)
    if who is Copied.SAME:
        return [(invitation.person, invitation.helix) for invitation in invited]
    noted = people.attendances_of(design_session)
    present, excused = (
        {attendance.person_id: attendance for attendance in noted if attendance.status is status}
        for status in (AttendanceStatus.PRESENT, AttendanceStatus.EXCUSED)
    )
    if who is Copied.CAME:
        return [(attendance.person, attendance.helix) for attendance in present.values()]
    return [
        (invitation.person, invitation.helix)
        for invitation in invited
        if invitation.person_id not in present
        and (invitation.answer in COULD_NOT or invitation.person_id in excused)
    ]


@command(SessionPermission.READ)
def make_feed(actor: Actor, project: Project, *, of_all: bool) -> CalendarFeed:
    """
    Make the actor's feed of this project, or of all their projects; the one there is stays.

    :param of_all: of all projects instead of this one
    """
    if (known := _feed(actor, project, of_all=of_all)) is not None:
        return known
    made = CalendarFeed(account_id=actor.account_id, project_id=None if of_all else project.id)
    session().add(made)
    session().flush()
    return made


@command(SessionPermission.READ)
def renew_feed(actor: Actor, project: Project, *, of_all: bool) -> CalendarFeed | None:
    """Give the actor's feed a new address; whoever has the old one sees nothing any more."""
    if (known := _feed(actor, project, of_all=of_all)) is not None:
        known.version += 1
    return known


@command(SessionPermission.READ)
def end_feed(actor: Actor, project: Project, *, of_all: bool) -> None:
    """End the actor's feed; its address is never used again."""
    if (known := _feed(actor, project, of_all=of_all)) is not None:
        session().delete(known)


def _feed(actor: Actor, project: Project, *, of_all: bool) -> CalendarFeed | None:
    """Return the feed, held until the unit of work ends: an account has one of each."""
    lock(session().get_one(Account, actor.account_id))
    of_project, of_everything = feeds_of(actor, project)
    return of_everything if of_all else of_project
