"""Inviting: who stands on the invited list of a session, and for which helix."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from crm.core import clock
from crm.core.commands import command
from crm.core.db import add_many, remove_many, session
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.models import DesignSession, Invitation
from crm.design_sessions.policy import SessionPermission
from crm.stakeholders.models import Helix, Person


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
def record_invitations(
    _actor: Actor, design_session: DesignSession, *, people: Sequence[tuple[Person, Helix]]
) -> int:
    """Put people on the invited list, each for a helix; return how many were not on it yet."""
    queries.lock(design_session)
    known = queries.invited_ids(design_session)
    new = {person.id: helix for person, helix in people if person.id not in known}
    now = clock.now()
    add_many(
        Invitation,
        [
            {
                "design_session_id": design_session.id,
                "person_id": person_id,
                "helix": helix,
                "invited_at": now,
            }
            for person_id, helix in new.items()
        ],
    )
    session().expire(design_session, ["invitations"])
    return len(new)


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
    for invitation in queries.invitations_of(design_session):
        chosen = helixes.get(invitation.person_id)
        if chosen is not None and chosen is not invitation.helix:
            invitation.helix = _helix(design_session, invitation.person, chosen)
    remove_many(
        Invitation,
        (Invitation.design_session_id == design_session.id) & Invitation.person_id.in_(removed),
    )


def _helix(design_session: DesignSession, person: Person, chosen: Helix | None) -> Helix:
    held = queries.helixes_on(person, design_session.day)
    if chosen is None:
        return held[0]
    if chosen not in held:
        raise HelixNotHeld
    return chosen
