"""Questions for calling: who did not answer and may be called, the best one to call first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from crm.core import clock
from crm.core.db import session
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, DesignSession, Invitation
from crm.design_sessions.queries.people import TO_SHOW, organisation_on
from crm.design_sessions.queries.sessions import balance_of
from crm.stakeholders.models import Basis, Helix, Person
from crm.stakeholders.queries.contacting import standings
from crm.stakeholders.shown import Shown, ShownPerson, shown_as

OPEN = (Answer.NONE, Answer.MAYBE)
# They said that they want nothing of it, whoever asks and however.
REFUSED = frozenset({Basis.DECLINED, Basis.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class CallList:
    """Who is to be called, the best one first, and how many there are who cannot be."""

    calls: "list[Call]"
    uncallable: int


@dataclass(frozen=True, slots=True)
class Call:
    """
    Somebody to call about a session, as an actor may see them.

    :ivar language: of the person, such as nl
    :ivar later: until when they are better left alone; none: they can be called now
    """

    invitation_id: int
    shown: ShownPerson
    organisation: str
    helix: Helix
    language: str
    answer: Answer
    later: datetime | None


def call_list(actor: Actor, design_session: DesignSession) -> CallList:
    """
    Return who is to be called, in as many statements for one as for fifty.

    Who can be called now comes before who is called later; then whose helix is short of people
    who said yes; then who may come; then who was invited first. Left out is who has no number, and
    who does not want to be asked.
    """
    if design_session.has_begun():
        return CallList([], 0)
    found = _unanswered(design_session)
    refused = _refused(found)
    short = {one.helix: one.short_accepted for one in balance_of(design_session).helixes}
    kept = [one for one in found if one.person_id not in refused and one.person.phones]
    eyes = shown_as(actor)
    ordered = sorted(kept, key=lambda one: _turn(one, short))
    calls = [_call(eyes, one, design_session) for one in ordered]
    return CallList(calls, len(found) - len(kept))


def _unanswered(design_session: DesignSession) -> list[Invitation]:
    statement = (
        select(Invitation)
        .where(Invitation.design_session_id == design_session.id, Invitation.answer.in_(OPEN))
        .options(
            joinedload(Invitation.person).options(
                *TO_SHOW, selectinload(Person.emails), selectinload(Person.phones)
            )
        )
        .order_by(Invitation.id)
    )
    return list(session().scalars(statement))


def _refused(found: list[Invitation]) -> set[int]:
    known = standings([one.person for one in found])
    return {
        one.person_id
        for one in found
        if known[one.person_id].objection or known[one.person_id].basis(one.purpose) in REFUSED
    }


def _later(one: Invitation) -> datetime | None:
    return one.call_after if one.call_after and one.call_after > clock.now() else None


def _turn(one: Invitation, short: Mapping[Helix, int]) -> tuple[bool, float, int, bool, float, int]:
    later = _later(one)
    return (
        later is not None,
        later.timestamp() if later else 0.0,
        -short[one.helix],
        one.answer is not Answer.MAYBE,
        one.invited_at.timestamp(),
        one.id,
    )


def _call(eyes: Shown, one: Invitation, design_session: DesignSession) -> Call:
    return Call(
        invitation_id=one.id,
        shown=eyes.person(one.person),
        organisation=organisation_on(one.person, design_session.day),
        helix=one.helix,
        language=one.person.language,
        answer=one.answer,
        later=_later(one),
    )
