"""Questions for calling: who did not answer and may be called, the best one to call first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import false, select
from sqlalchemy.orm import joinedload, selectinload

from crm.core import clock
from crm.core.db import session
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, DesignSession, Invitation, SessionState
from crm.design_sessions.queries.pending_calls import Untold
from crm.design_sessions.queries.pending_calls import untold as untold_of
from crm.design_sessions.queries.people import organisation_on, to_show
from crm.design_sessions.queries.sessions import balance_of
from crm.stakeholders.models import Basis, Helix, Person
from crm.stakeholders.queries.contacting import standings
from crm.stakeholders.visibility import Shown, ShownPerson, shown_as

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
    :ivar untold: what they are to be told because nobody may write to them, if anything
    :ivar may_be_called: whether they never said that they want nothing of it
    """

    invitation_id: int
    shown: ShownPerson
    organisation: str
    helix: Helix
    language: str
    answer: Answer
    later: datetime | None
    untold: Untold | None
    may_be_called: bool


def call_list(actor: Actor, design_session: DesignSession) -> CallList:
    """
    Return who is to be called, in as many statements for one as for fifty.

    Who can be called now comes before who is called later; then who does not know of a change or
    of cancelling; then whose helix is short of people who said yes; then who may come; then who
    was invited first. Left out is who only did not answer and has no number or does not want to be
    asked.
    """
    if design_session.has_begun():
        return CallList([], 0)
    untold = untold_of(design_session)
    found = _to_call(design_session, untold)
    refused = _refused(found)
    short = {one.helix: one.short_accepted for one in balance_of(design_session).helixes}
    calls = [
        _call(shown_as(actor), one, untold.get(one.id), may_be_called=one.person_id not in refused)
        for one in sorted(found, key=lambda one: _turn(one, short, untold))
    ]
    kept = [one for one in calls if one.untold or (one.may_be_called and one.shown.phones)]
    return CallList(kept, len(calls) - len(kept))


def _to_call(design_session: DesignSession, untold: Collection[int]) -> list[Invitation]:
    is_off = design_session.state is SessionState.CANCELLED
    unanswered = false() if is_off else Invitation.answer.in_(OPEN)
    statement = (
        select(Invitation)
        .where(
            Invitation.design_session_id == design_session.id,
            unanswered | Invitation.id.in_(untold),
        )
        .options(
            joinedload(Invitation.person).options(
                *to_show(), selectinload(Person.emails), selectinload(Person.phones)
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


def _turn(
    one: Invitation, short: Mapping[Helix, int], untold: Collection[int]
) -> tuple[float | bool, ...]:
    later = _later(one)
    return (
        later is not None,
        later.timestamp() if later else 0.0,
        one.id not in untold,
        -short[one.helix],
        one.answer is not Answer.MAYBE,
        one.invited_at.timestamp(),
        one.id,
    )


def _call(eyes: Shown, one: Invitation, untold: Untold | None, *, may_be_called: bool) -> Call:
    return Call(
        invitation_id=one.id,
        shown=eyes.person(one.person),
        organisation=organisation_on(one.person, one.design_session.day),
        helix=one.helix,
        language=one.person.language,
        answer=one.answer,
        later=_later(one),
        untold=untold,
        may_be_called=may_be_called,
    )
