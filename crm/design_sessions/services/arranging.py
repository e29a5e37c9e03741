"""Arranging: cancelling a session, closing its answers, taking people off its list, copying it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions import local_times, queries
from crm.design_sessions.local_times import Occurrence
from crm.design_sessions.models import (
    Answer,
    AttendanceStatus,
    DesignSession,
    HelixTarget,
    Invitation,
    SessionState,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers, places
from crm.design_sessions.services import notifications
from crm.design_sessions.services.inviting import put_back, record_invitations, take_off
from crm.design_sessions.services.planning import LocalTime, set_times
from crm.design_sessions.services.waiting import rebalance, take_back
from crm.stakeholders.models import Helix, Person

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
    queries.lock(design_session)
    if design_session.state is SessionState.CANCELLED:
        return 0
    take_back(places.answering(design_session, [Answer.OFFERED]))
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
    queries.lock(design_session)
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
    copy.targets = [HelixTarget(helix=one.helix, seats=one.seats) for one in design_session.targets]
    session().add(copy)
    session().flush()
    record_invitations(actor, copy, people=_people(design_session, who))
    return copy


def _set_state(design_session: DesignSession, state: SessionState) -> None:
    queries.lock(design_session)
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
    invited = queries.invitations_of(design_session)
    noted = {one.person_id: one for one in queries.attendances_of(design_session)}
    present = {n: one for n, one in noted.items() if one.status is AttendanceStatus.PRESENT}
    if who is Copied.CAME:
        return [(one.person, one.helix) for one in present.values()]
    if who is Copied.SAME:
        return [(one.person, one.helix) for one in invited]
    excused = {n for n, one in noted.items() if one.status is AttendanceStatus.EXCUSED}
    return [(one.person, one.helix) for one in invited if _could_not(one, present, excused)]


def _could_not(invitation: Invitation, present: Collection[int], excused: Collection[int]) -> bool:
    number = invitation.person_id
    return number not in present and (invitation.answer in COULD_NOT or number in excused)
