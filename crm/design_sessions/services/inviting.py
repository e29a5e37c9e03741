"""Inviting: who is on the list of a session, by a planner, a proposal or after a call."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select

from crm.core import clock, undo
from crm.core.commands import command
from crm.core.db import add_many, lock, remove_many, session
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
    DesignSession,
    Invitation,
    Proposal,
    ProposalState,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers, sessions
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries.notification_log import were_told
from crm.design_sessions.services import answering, notifications
from crm.design_sessions.values import local_times
from crm.design_sessions.values.local_times import Occurrence
from crm.messages.queries.outbox import last_message
from crm.projects import queries as projects
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.queries.organisations import organisation_named
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.persons import NewPerson, PersonDetails, add_person
from crm.stakeholders.values import addresses, names

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
        (person, helix_held(design_session, person, chosen.get(person.id)))
        for person in people_queries.persons(person_ids).values()
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
    sessions.lock(design_session)
    wanted = {person.id: helix for person, helix in people}
    listed = {
        invitation.person_id: invitation
        for invitation in answers.invitations_of(design_session, wanted)
    }
    back = [invitation for invitation in listed.values() if invitation.answer is Answer.REVOKED]
    put_back({invitation: wanted[invitation.person_id] for invitation in back})
    same = {"design_session_id": design_session.id, "invited_at": clock.now()}
    new = [
        {"person_id": person_id, "helix": helix, **same}
        for person_id, helix in wanted.items()
        if person_id not in listed
    ]
    add_many(Invitation, new)
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
    sessions.lock(design_session)
    people_queries.persons({*helixes, *removed})
    invitations = people_queries.invitations_of(design_session)
    for invitation in invitations:
        chosen = helixes.get(invitation.person_id)
        if chosen is not None and chosen is not invitation.helix:
            invitation.helix = helix_held(design_session, invitation.person, chosen)
    take_off(design_session, [i for i in invitations if i.person_id in removed])


def take_off(design_session: DesignSession, invitations: Sequence[Invitation]) -> None:
    """
    Take people off the list, freeing their places; inside a command, under the lock.

    Of whom nothing was written, sent or answered, nothing is kept.
    """
    known = were_told(invitations)
    left = {invitation: invitation.answer for invitation in invitations if invitation.id in known}
    for invitation in left:
        invitation.told_sequence = None  # whatever they know, they do not know this
    if left:
        answering.move(left, Answer.REVOKED, AnsweredBy.PLANNER)
    notifications.of_leaving(left)
    unknown = [invitation.id for invitation in invitations if invitation.id not in known]
    remove_many(Invitation, Invitation.id.in_(unknown))
    session().expire(design_session, ["invitations"])
    answering.rebalance(design_session)


def put_back(people: Mapping[Invitation, Helix]) -> None:
    """Put people on the list again, with no answer and a new link; inside a command."""
    if not people:
        return
    heard = last_message()
    answering.move(people, Answer.NONE, AnsweredBy.PLANNER)
    for invitation, helix in people.items():
        invitation.helix, invitation.invited_at, invitation.heard_before = helix, clock.now(), heard
        invitation.token_version += 1
        invitation.answered_at = invitation.answered_by = invitation.answered_sequence = None


def helix_held(design_session: DesignSession, person: Person, chosen: Helix | None) -> Helix:
    """
    Return the helix that is held, kept, with an invitation or attendance, whatever roles come.

    It is the chosen one, or else that of the main role on the day.

    :raises HelixNotHeld: if the person has no role in it on that day
    """
    held = people_queries.helixes_on(person, design_session.day)
    if chosen is None:
        return held[0]
    if chosen not in held:
        raise HelixNotHeld
    return chosen


MOST = 3


class NobodyToBring(Conflict):
    """At this session, nobody brings a colleague."""

    message = _l("For this session you cannot propose a colleague.")


class EnoughProposed(Conflict):
    """Somebody proposed as many people as one person may."""

    message = _l("You have proposed three people already. Call or mail the organiser.")


class NobodyNamed(Invalid):
    """A proposal without a name."""

    message = _l("Write the name of your colleague.")
    field = "name"


class Decided(Conflict):
    """A proposal is decided once."""

    message = _l("Somebody decided about this proposal already.")


@command(SessionPermission.ANSWER)
def bring(
    _actor: Actor, invitation: Invitation, *, name: str, email: str = "", organisation: str = ""
) -> Proposal:
    """
    Propose a colleague; a planner decides whether they are invited. Twice the same is once.

    :raises NobodyToBring: if the session does not allow it
    :raises EnoughProposed: if three were proposed already
    :raises NobodyNamed: if there is no name
    :raises NotAnEmail: if the address is none
    :raises Conflict: if no answers are taken any more
    """
    design_session = answers.lock_invitation(invitation)
    answering.refuse_answer(design_session, invitation, AnsweredBy.LINK)
    if not design_session.allows_colleague:
        raise NobodyToBring
    words = " ".join(name.split())
    if not words:
        raise NobodyNamed
    said = {
        "name": words,
        "email": addresses.email(email.strip()) if email.strip() else "",
        "organisation": " ".join(organisation.split()),
    }
    theirs = select(Proposal).where(Proposal.invitation_id == invitation.id)
    known = session().scalars(theirs.order_by(Proposal.id)).all()
    for proposal in known:
        # As when a form is sent twice: what says the same and waits is this one.
        is_same = all(getattr(proposal, name) == value for name, value in said.items())
        if is_same and proposal.state is ProposalState.PROPOSED:
            return proposal
    if len(known) >= MOST:
        raise EnoughProposed
    made = Proposal(invitation_id=invitation.id, **said)
    session().add(made)
    session().flush()
    return made


@command(SessionPermission.ARRANGE)
def decide_proposal(
    actor: Actor,
    proposal: Proposal,
    *,
    state: ProposalState,
    helix: Helix | None = None,
    person_id: int | None = None,
) -> Person | None:
    """
    Invite a proposed colleague, or decline; return the person who is now on the list.

    :param helix: what a new person counts for where the organisation is not in the register
    :param person_id: who it is, where the register knows them already
    :raises Decided: if somebody decided already
    :raises HelixMissing: if that organisation is new and nobody chose a helix for it
    """
    lock(proposal)
    if proposal.state is not ProposalState.PROPOSED:
        raise Decided
    proposal.state = state
    if state is not ProposalState.INVITED:
        return None
    person = _person(actor, proposal, helix, person_id)
    proposal.person_id = person.id
    inviter = answers.invitation(proposal.invitation_id)
    invite(actor, inviter.design_session, person_ids=[person.id])
    return person


def _person(actor: Actor, proposal: Proposal, helix: Helix | None, person_id: int | None) -> Person:
    if person_id is not None:
        return people_queries.persons([person_id])[person_id]
    details = PersonDetails(
        name=names.propose_from_one(proposal.name),
        emails=(proposal.email,) if proposal.email else (),
    )
    # A role in an organisation that the register does not know yet makes it, for this helix.
    known = organisation_named(proposal.organisation) if proposal.organisation else None
    makes = bool(proposal.organisation) and known is None
    role = AffiliationDetails(
        organisation=proposal.organisation,
        make_organisation=makes,
        helix=helix if makes or not proposal.organisation else None,
    )
    project = projects.project(proposal.project_id)
    return add_person(actor, project, new=NewPerson(details, (role,)))


A_WHILE = timedelta(hours=2)
MORNING = time(9)


class Said(StrEnum):
    """What came of a call."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"
    LATER = "later"
    TOMORROW = "tomorrow"
    TOLD = "told"


ANSWERS = {Said.YES: Answer.YES, Said.MAYBE: Answer.MAYBE, Said.NO: Answer.NO}


@command(SessionPermission.ARRANGE)
def note_call(actor: Actor, invitation: Invitation, *, said: Said, seen_sequence: int) -> Answer:
    """
    Note what came of a call; return where the person stands now.

    "Yes" to a full session is a place on the waiting list. Who is to be called later is not asked
    again before: in two hours, or tomorrow at nine where the session is held. Whoever was reached
    knows of the last change, or that the session is off.

    :raises Conflict: if no answer can be taken; see `answering.answer`
    :raises TimeChanged: if the caller told of an older change
    """
    if said in ANSWERS:
        given, by = ANSWERS[said], AnsweredBy.PLANNER
        answering.answer(actor, invitation, answer=given, by=by, seen_sequence=seen_sequence)
        invitation.told_sequence = invitation.design_session.sequence
        return invitation.answer
    design_session = answers.lock_invitation(invitation)
    if said is Said.TOLD:
        if seen_sequence < design_session.sequence:
            raise answering.TimeChanged
        invitation.told_sequence = design_session.sequence
    elif said is Said.TOMORROW:
        local = datetime.combine(clock.today() + timedelta(days=1), MORNING)
        invitation.call_after = local_times.moment(local, design_session.zone, Occurrence.FIRST)
    else:
        invitation.call_after = clock.now() + A_WHILE
    return invitation.answer


@command(SessionPermission.ARRANGE)
def renew_link(_actor: Actor, invitation: Invitation) -> None:
    """End the link that came to somebody else, with what was answered by it; twice is once."""
    design_session = answers.lock_invitation(invitation)
    if invitation.someone_else_at is None:
        return
    invitation.someone_else_at = None
    if not invitation.is_gone:
        put_back({invitation: invitation.helix})
        answering.rebalance(design_session)


@command(SessionPermission.ARRANGE)
def keep_link(_actor: Actor, invitation: Invitation) -> None:
    """Leave a link and its answer as they are, though somebody else opened it."""
    answers.lock_invitation(invitation)
    invitation.someone_else_at = None
