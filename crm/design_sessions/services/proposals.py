"""Proposals: colleagues whom an invited person would like to bring, and what a planner decides."""

from sqlalchemy import func, select

from crm.core.commands import command
from crm.core.db import lock, session
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.models import (
    AnsweredBy,
    Invitation,
    Proposal,
    ProposalState,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.services.inviting import invite
from crm.design_sessions.services.refusals import refuse_answer
from crm.projects import queries as projects
from crm.stakeholders import addresses, names
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.queries.organisations import organisation_named
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.persons import NewPerson, PersonDetails, add_person

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
    refuse_answer(design_session, invitation, AnsweredBy.LINK)
    if not design_session.allows_colleague:
        raise NobodyToBring
    words = " ".join(name.split())
    if not words:
        raise NobodyNamed
    made = Proposal(
        invitation_id=invitation.id,
        name=words,
        email=addresses.email(email.strip()) if email.strip() else "",
        organisation=" ".join(organisation.split()),
    )
    before = _proposed_before(made)
    if before is not None:
        return before
    _refuse_more(invitation)
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


def _proposed_before(made: Proposal) -> Proposal | None:
    """Return the proposal that says the same and waits, as when a form is sent twice."""
    same = select(Proposal).where(
        Proposal.invitation_id == made.invitation_id,
        Proposal.name == made.name,
        Proposal.email == made.email,
        Proposal.organisation == made.organisation,
        Proposal.state == ProposalState.PROPOSED,
    )
    return session().scalars(same.order_by(Proposal.id).limit(1)).first()


def _refuse_more(invitation: Invitation) -> None:
    known = select(func.count()).where(Proposal.invitation_id == invitation.id)
    if (session().scalar(known.select_from(Proposal)) or 0) >= MOST:
        raise EnoughProposed


def _person(actor: Actor, proposal: Proposal, helix: Helix | None, person_id: int | None) -> Person:
    if person_id is not None:
        return queries.persons([person_id])[person_id]
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
