"""Questions about proposed colleagues: which of them the register knows already."""

from collections.abc import Collection

from sqlalchemy import or_
from sqlalchemy.orm import selectinload

from crm.core.db import session
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.design_sessions.models import DesignSession, Proposal, ProposalState
from crm.design_sessions.queries import answers
from crm.design_sessions.queries.people import organisation_on, with_roles
from crm.stakeholders import names
from crm.stakeholders.models import Email, Person
from crm.stakeholders.visibility import shown_as

# A proposal, the name of who made it, and who it may be: id → name and organisation.
Undecided = tuple[Proposal, str, dict[int, str]]


def undecided(actor: Actor, design_session: DesignSession) -> list[Undecided]:
    """Return the proposals that nobody decided about, who made each, and who it may be."""
    found = [
        (proposal, invitation.person)
        for proposal, invitation in answers.proposals_of(design_session)
        if proposal.state is ProposalState.PROPOSED
    ]
    known = _known([proposal for proposal, _by in found])
    eyes, day = shown_as(actor), design_session.day
    words = {
        one.id: ", ".join(filter(None, (eyes.name(one), organisation_on(one, day))))
        for one in known
    }
    return [
        (
            proposal,
            eyes.name(by),
            {one.id: words[one.id] for one in known if _may_be(proposal, one)},
        )
        for proposal, by in found
    ]


def _known(proposals: Collection[Proposal]) -> list[Person]:
    """Return the people of the register with one of these names or addresses."""
    if not proposals:
        return []
    addresses = [one.email.casefold() for one in proposals if one.email]
    keys = {key for one in proposals for key in _keys(one)}
    same = or_(Person.name_key.in_(keys), Person.emails.any(Email.address_key.in_(addresses)))
    return list(session().scalars(with_roles().where(same).options(selectinload(Person.emails))))


def _may_be(proposal: Proposal, person: Person) -> bool:
    addresses = {one.address_key for one in person.emails}
    return person.name_key in _keys(proposal) or proposal.email.casefold() in addresses


def _keys(proposal: Proposal) -> set[str]:
    kept = names.full_name(names.propose_from_one(proposal.name))
    return {fold(proposal.name), fold(kept)}
