"""Questions about answers: whose link it is, where they stand, which places are free."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, inspect, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.exc import ObjectDeletedError

from crm.core import clock, tokens
from crm.core.db import among, ids_of, session, the_one, unscoped
from crm.core.db.rows import read_anew
from crm.core.db.scope import enter_project
from crm.core.errors import NotFound
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    GONE,
    HOLDS_SEAT,
    STAYS_AWAY,
    Answer,
    AnswerEvent,
    DesignSession,
    Invitation,
    Need,
    NeedKind,
    Proposal,
)
from crm.design_sessions.queries.people import SessionPerson, listed, on_list, to_show
from crm.design_sessions.rules.links import ANSWER
from crm.design_sessions.rules.waiting import Waiter
from crm.messages.models import OF_A_SESSION, OutboxMessage
from crm.stakeholders.models import Email, Helix, Person
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.values.addresses import email_key

_BY_LINK = unscoped("a personal link tells of which project it is")


def invitation_by_link(token: str, purpose: str = ANSWER) -> Invitation:
    """
    Return the invitation that a personal link opens, and hold what follows to its project.

    :param purpose: what the link was made for; it opens nothing else

    :raises NotFound: if it opens none, whether malformed, unknown, ended or revoked
    """
    name = tokens.public_part(token)
    if not name.isalnum() or not name.isascii():
        raise NotFound
    statement = select(Invitation).where(Invitation.public_name == name)
    found = session().scalar(statement, execution_options=_BY_LINK)
    if found is None or not tokens.opens(token, purpose, name, found.token_version):
        raise NotFound
    # Who left by their own wish may still look, and see that they are off the list.
    if found.answer is Answer.REVOKED:
        raise NotFound
    enter_project(found.project_id)
    return found


def invitation(invitation_id: int) -> Invitation:
    """Return one invitation of the project in scope, or raise `NotFound`."""
    return the_one(select(Invitation).where(Invitation.id == invitation_id))


def lock_invitation(invitation: Invitation) -> DesignSession:
    """Wait until nobody else changes this session or an answer to it, and read both anew."""
    held = invitation.design_session
    session().flush()
    session().refresh(held, with_for_update=True)
    read_anew(invitation)
    return held


def lock_invitations(invitations: Sequence[Invitation]) -> dict[Invitation, DesignSession]:
    """
    Wait until nobody else changes these sessions or an answer to them, and read all anew.

    :raises ObjectDeletedError: if somebody removed one of the invitations meanwhile
    """
    if not invitations:
        return {}
    session().flush()
    ids = ids_of(invitations)
    theirs = select(Invitation.design_session_id).where(among(Invitation.id, ids))
    held = list(session().scalars(_held(DesignSession.id.in_(theirs))))
    statement = select(Invitation).where(among(Invitation.id, ids))
    read = set(session().scalars(statement.execution_options(populate_existing=True)))
    for invitation in invitations:
        if invitation not in read:
            raise ObjectDeletedError(inspect(invitation))
    by_id = {design_session.id: design_session for design_session in held}
    return {invitation: by_id[invitation.design_session_id] for invitation in invitations}


def read_together(invitations: Collection[Invitation]) -> None:
    """Read invitations, their sessions and persons at once; after a door, each would be alone."""
    theirs = joinedload(Invitation.design_session), joinedload(Invitation.person)
    statement = select(Invitation).where(among(Invitation.id, ids_of(invitations)))
    session().scalars(statement.options(*theirs)).all()


def hold_coming(*person_ids: int) -> None:
    """Wait until nobody else changes a coming session that one of these is invited to."""
    theirs = select(Invitation.design_session_id).where(Invitation.person_id.in_(person_ids))
    coming = DesignSession.id.in_(theirs) & (DesignSession.ends_at > clock.now())
    session().execute(_held(coming).with_only_columns(DesignSession.id))


def _held(which: ColumnElement[bool]) -> Select[DesignSession]:
    # In the order of their ids, so that two who hold several cannot wait for each other.
    statement = select(DesignSession).where(which).order_by(DesignSession.id).with_for_update()
    return statement.execution_options(populate_existing=True)


def gone(actor: Actor, design_session: DesignSession) -> list[tuple[SessionPerson, Answer]]:
    """Return who is not coming any more, as the actor may see them, and where each stands."""
    here = Invitation.design_session_id == design_session.id
    statement = select(Invitation).where(here, Invitation.answer.in_(GONE)).options(_shown())
    eyes, day = shown_as(actor), design_session.day
    return [
        (listed(eyes, invitation.person, day, invitation), invitation.answer)
        for invitation in session().scalars(statement.order_by(Invitation.id))
    ]


def _shown() -> Any:  # the library keeps the name of the type to itself
    return joinedload(Invitation.person).options(*to_show())


def all_invitations(design_session: DesignSession) -> list[Invitation]:
    """Return the invitations to a session, those of who is not coming any more among them."""
    statement = select(Invitation).where(Invitation.design_session_id == design_session.id)
    return list(session().scalars(statement.order_by(Invitation.id)))


def invitations_of(design_session: DesignSession, person_ids: Collection[int]) -> list[Invitation]:
    """Return the invitations of some people to a session, whatever became of them."""
    statement = select(Invitation).where(
        Invitation.design_session_id == design_session.id, among(Invitation.person_id, person_ids)
    )
    return list(session().scalars(statement.order_by(Invitation.id)))


def not_gone(design_session: DesignSession) -> list[Invitation]:
    """Return the invitations to a session of who is on its list still, without the persons."""
    return [invitation for invitation in all_invitations(design_session) if not invitation.is_gone]


def coming_invitations(person: Person) -> list[Invitation]:
    """Return where somebody is invited in the coming sessions of the project, by session."""
    theirs = (Invitation.person_id == person.id) & Invitation.answer.not_in(GONE)
    statement = select(Invitation).join(Invitation.design_session)
    statement = statement.where(theirs, DesignSession.ends_at > clock.now())
    # In the order in which sessions are locked.
    order = Invitation.design_session_id, Invitation.id
    return list(session().scalars(statement.order_by(*order)))


def staying_away(invitation_ids: Collection[int]) -> list[int]:
    """Return which of these invitations are of who said that they do not come."""
    statement = select(Invitation.id).where(
        among(Invitation.id, invitation_ids), Invitation.answer.in_(STAYS_AWAY)
    )
    return list(session().scalars(statement.order_by(Invitation.id)))


def invitation_ids(person: Person) -> list[int]:
    """Return the ids of all invitations of somebody, also where they are off the list."""
    statement = select(Invitation.id).where(Invitation.person_id == person.id)
    return list(session().scalars(statement.order_by(Invitation.id)))


def events_of(invitation: Invitation) -> list[AnswerEvent]:
    """Return every change of somebody's answer, the newest first."""
    statement = select(AnswerEvent).where(AnswerEvent.invitation_id == invitation.id)
    ordered = statement.order_by(AnswerEvent.at.desc(), AnswerEvent.id.desc())
    return list(session().scalars(ordered))


def noted_needs(invitation: Invitation) -> set[NeedKind]:
    """Return which needs somebody noted; never the words, which a link does not show again."""
    statement = select(Need.kind).where(Need.invitation_id == invitation.id).order_by(Need.id)
    return set(session().scalars(statement))


def needs_of(design_session: DesignSession) -> list[tuple[Need, Invitation]]:
    """Return what people who come, or may come, need; for who arranges the session."""
    statement = select(Need, Invitation).join(Invitation, Invitation.id == Need.invitation_id)
    statement = statement.where(on_list(design_session)).options(_shown())
    rows = session().execute(statement.order_by(Invitation.id, Need.id))
    return [(need, invitation) for need, invitation in rows]


def proposals_of(design_session: DesignSession) -> list[tuple[Proposal, Invitation]]:
    """Return whom invited people would like to bring, oldest first."""
    statement = select(Proposal, Invitation)
    statement = statement.join(Invitation, Invitation.id == Proposal.invitation_id)
    here = Invitation.design_session_id == design_session.id
    rows = session().execute(statement.where(here).options(_shown()).order_by(Proposal.id))
    return [(proposal, invitation) for proposal, invitation in rows]


def proposal(proposal_id: int) -> Proposal:
    """Return one proposed colleague of the project in scope, or raise `NotFound`."""
    return the_one(select(Proposal).where(Proposal.id == proposal_id))


@dataclass(frozen=True, slots=True)
class Seats:
    """How many places a session has, and how many are held by a "yes" and by an offer."""

    capacity: int | None
    accepted: int
    offered: int

    @property
    def held(self) -> int:
        """How many places nobody else can have."""
        return self.accepted + self.offered

    @property
    def free(self) -> int | None:
        """How many places are free; none: there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.held)

    @property
    def over(self) -> int:
        """How many people more are coming than there are places."""
        return 0 if self.capacity is None else max(0, self.accepted - self.capacity)

    @property
    def is_full(self) -> bool:
        """Whether no place is free."""
        return self.free == 0


def seats(design_session: DesignSession) -> Seats:
    """Return how many places are there and held; an offer that has ended holds none."""
    return taken([design_session])[design_session].seats


def seats_by_helix(design_session: DesignSession) -> Counter[Helix]:
    """Return how many places each helix holds, offered ones among them."""
    return taken([design_session])[design_session].by_helix


@dataclass(frozen=True, slots=True)
class Taken:
    """The places of one session: how many, and of which helix those are that somebody holds."""

    seats: Seats
    by_helix: Counter[Helix]


def taken(sessions: Collection[DesignSession]) -> dict[DesignSession, Taken]:
    """Return the places of each of these sessions; an offer that has ended holds none."""
    by = (Invitation.design_session_id, Invitation.answer, Invitation.helix)
    statement = select(*by, func.count()).where(
        among(Invitation.design_session_id, ids_of(sessions)),
        Invitation.answer.in_(HOLDS_SEAT),
        (Invitation.answer == Answer.YES) | (Invitation.offer_until > clock.now()),
    )
    held: defaultdict[tuple[int, Answer], Counter[Helix]] = defaultdict(Counter)
    for session_id, answer, helix, number in session().execute(
        statement.group_by(*by).order_by(*by)
    ):
        held[session_id, answer][helix] = number
    found = {}
    for design_session in sessions:
        # In the order in which `Seats` has them.
        accepted, offered = (held[design_session.id, answer] for answer in HOLDS_SEAT)
        seats = Seats(design_session.capacity, accepted.total(), offered.total())
        found[design_session] = Taken(seats, accepted + offered)
    return found


def answering(design_session: DesignSession, answers: Collection[Answer]) -> list[Invitation]:
    """Return the invitations with one of these answers, oldest first."""
    return all_answering([design_session], answers)[design_session]


def all_answering(
    sessions: Collection[DesignSession], answers: Collection[Answer]
) -> dict[DesignSession, list[Invitation]]:
    """Return the invitations to each of these sessions with one of these answers, oldest first."""
    ids = ids_of(sessions)
    here = among(Invitation.design_session_id, ids)
    statement = select(Invitation).where(here, Invitation.answer.in_(answers))
    found: dict[int, list[Invitation]] = {session_id: [] for session_id in ids}
    for invitation in session().scalars(statement.order_by(Invitation.id)):
        found[invitation.design_session_id].append(invitation)
    return {design_session: found[design_session.id] for design_session in sessions}


def waiters(invitations: Collection[Invitation]) -> list[Waiter]:
    """Return those who wait as the rules of the waiting list see them."""
    return [
        Waiter(who.id, who.helix, who.waiting_since or who.invited_at, who.lot or 0)
        for who in invitations
    ]


def with_targets(sessions: Collection[DesignSession]) -> list[DesignSession]:
    """Return these sessions in the order of their ids, read with what each helix should have."""
    statement = select(DesignSession).where(among(DesignSession.id, ids_of(sessions)))
    statement = statement.options(selectinload(DesignSession.targets))
    return list(session().scalars(statement.order_by(DesignSession.id)))


def ended_offers(sessions: Collection[DesignSession]) -> list[Invitation]:
    """Return those whose offered place in one of these sessions was not taken in time."""
    statement = select(Invitation).where(
        among(Invitation.design_session_id, ids_of(sessions)),
        Invitation.answer == Answer.OFFERED,
        Invitation.offer_until <= clock.now(),
    )
    return list(session().scalars(statement.order_by(Invitation.offer_until, Invitation.id)))


_BY_NAME = unscoped("the name of a calendar item, which nobody else knows, tells of which project")

_BY_ADDRESS = unscoped("an answer that proves nothing waits where it can only belong")


def invitation_of_item(name: str) -> Invitation | None:
    """Return the invitation whose calendar item has this name."""
    statement = select(Invitation).where(Invitation.calendar_id == name)
    return session().scalar(statement, execution_options=_BY_NAME)


def sole_coming_item(address: str, starts_at: datetime) -> Invitation | None:
    """Return the item of a coming session of that moment in the calendar of who has an address."""
    statement = (
        select(Invitation)
        .join(DesignSession, Invitation.design_session_id == DesignSession.id)
        .join(Email, Invitation.person_id == Email.person_id)
        .where(
            Email.address_key == email_key(address),
            DesignSession.starts_at == starts_at,
            DesignSession.starts_at > clock.now(),
            Invitation.answer.not_in(GONE),
            Invitation.calendar_sequence >= 0,
        )
        .distinct()
        # Of two that fit, nobody can say which one was answered.
        .limit(2)
    )
    found = session().scalars(statement, execution_options=_BY_ADDRESS).all()
    return found[0] if len(found) == 1 else None


def addresses_of(invitation: Invitation) -> set[str]:
    """Return the folded addresses of an invited person, and those that were written to."""
    theirs = select(Email.address).where(Email.person_id == invitation.person_id)
    written = select(OutboxMessage.address).where(
        OutboxMessage.purpose.in_(OF_A_SESSION), OutboxMessage.about_id == invitation.id
    )
    found = {*session().scalars(theirs), *session().scalars(written)}
    return {email_key(address) for address in found if address}


def changed_at(invitation: Invitation) -> datetime | None:
    """Return when somebody was last written to about a change of time or place."""
    statement = select(func.max(OutboxMessage.queued_at)).where(
        OutboxMessage.purpose == Purpose.CHANGE, OutboxMessage.about_id == invitation.id
    )
    return session().scalar(statement)
