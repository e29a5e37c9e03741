"""Inviting: who stands on the invited list of a session, and for which helix."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from crm.core import clock, undo
from crm.core.commands import command
from crm.core.db import add_many, remove_many, session
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.models import Answer, AnsweredBy, DesignSession, Invitation
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.queries.notification_log import were_told
from crm.design_sessions.services import notifications
from crm.design_sessions.services.waiting import move, rebalance
from crm.messages.queries.outbox import last_message
from crm.stakeholders.models import Helix, Person

STEP = "design_sessions.invited"


class HelixNotHeld(Invalid):
    """Somebody has no role in the helix they would be invited for."""

    message = _l("This person has no role in that helix on the day of the session.")


@command(SessionPermission.ARRANGE)
def invite(
    actor: Actor,
    design_session: DesignSession,
    *,
    person_ids: Iterable[int],
    helixes: Mapping[int, Helix] | None = None,
) -> int:
    """
    Invite those who are not invited yet, and return how many that were.

    Each is invited for the helix in `helixes`, or else for that of the main role on the day.

    :raises NotFound: if one of the persons is not in this project
    :raises HelixNotHeld: if somebody has no role in the helix chosen for them
    """
    chosen = helixes or {}
    people = [
        (person, _helix(design_session, person, chosen.get(person.id)))
        for person in queries.persons(person_ids).values()
    ]
    return record_invitations(actor, design_session, people=people)


@command(SessionPermission.ARRANGE)
def invite_selection(
    actor: Actor, design_session: DesignSession, *, person_ids: Iterable[int]
) -> tuple[int, int]:
    """
    Invite many people of a list as one step; return how many are new, and the step's number.

    :raises NotFound: if one of the persons is not in this project
    """
    step = undo.begin(STEP, about={"session_id": design_session.id, "persons": 0})
    number = invite(actor, design_session, person_ids=person_ids)
    step.about = {**step.about, "persons": number}
    return number, step.id


@command(SessionPermission.ARRANGE)
def record_invitations(
    _actor: Actor, design_session: DesignSession, *, people: Sequence[tuple[Person, Helix]]
) -> int:
    """
    Put people on the invited list, each for a helix; return how many were not on it yet.

    Who was taken off it comes back with a new link. Who does not want to be asked stays off it.
    """
    queries.lock(design_session)
    wanted = {person.id: helix for person, helix in people}
    listed = {one.person_id: one for one in answers.invitations_of(design_session, wanted)}
    back = [one for one in listed.values() if one.was_taken_off]
    put_back({one: wanted[one.person_id] for one in back})
    new = {number: helix for number, helix in wanted.items() if number not in listed}
    add_many(Invitation, [_row(design_session, *one) for one in new.items()])
    session().expire(design_session, ["invitations"])
    return len(new) + len(back)


@command(SessionPermission.ARRANGE)
def change_invited(
    _actor: Actor,
    design_session: DesignSession,
    *,
    helixes: Mapping[int, Helix],
    removed: Collection[int],
) -> None:
    """
    Change for which helix people are invited, and take people off the list.

    What is noted of their attendance stays. Who is not on the list any more is left alone.

    :raises NotFound: if one of the persons is not in this project
    :raises HelixNotHeld: if somebody has no role in the helix chosen for them
    """
    queries.lock(design_session)
    queries.persons({*helixes, *removed})
    invitations = queries.invitations_of(design_session)
    for invitation in invitations:
        chosen = helixes.get(invitation.person_id)
        if chosen is not None and chosen is not invitation.helix:
            invitation.helix = _helix(design_session, invitation.person, chosen)
    take_off(design_session, [i for i in invitations if i.person_id in removed])


def take_off(design_session: DesignSession, invitations: Sequence[Invitation]) -> None:
    """
    Take people off the list, freeing their places; inside a command, under the lock.

    Of whom nothing was written, sent or answered, nothing is kept.
    """
    known = were_told(invitations)
    left = {one: one.answer for one in invitations if one.id in known}
    for one in left:
        one.told_sequence = None  # whatever they know, they do not know this
    if left:
        move(left, Answer.REVOKED, AnsweredBy.PLANNER)
    notifications.of_leaving(left)
    unknown = [one.id for one in invitations if one.id not in known]
    remove_many(Invitation, Invitation.id.in_(unknown))
    session().expire(design_session, ["invitations"])
    rebalance(design_session)


def put_back(people: Mapping[Invitation, Helix]) -> None:
    """Put people on the list again, with no answer and a new link; inside a command."""
    if not people:
        return
    heard = last_message()
    move(people, Answer.NONE, AnsweredBy.PLANNER)
    for one, helix in people.items():
        one.helix, one.invited_at, one.heard_before = helix, clock.now(), heard
        one.token_version += 1
        one.answered_at = one.answered_by = one.answered_sequence = None


def _row(design_session: DesignSession, person_id: int, helix: Helix) -> dict[str, object]:
    return {
        "design_session_id": design_session.id,
        "person_id": person_id,
        "helix": helix,
        "invited_at": clock.now(),
    }


def _helix(design_session: DesignSession, person: Person, chosen: Helix | None) -> Helix:
    held = queries.helixes_on(person, design_session.day)
    if chosen is None:
        return held[0]
    if chosen not in held:
        raise HelixNotHeld
    return chosen
