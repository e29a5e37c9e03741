"""What follows in sessions when two persons are one."""

from crm.design_sessions.queries import answers
from crm.design_sessions.services.waiting import rebalance
from crm.stakeholders.events import PersonsMerged
from crm.stakeholders.queries import persons


def free_places(fact: PersonsMerged) -> None:
    """Give the place to who waits, where one person held two."""
    joined = set(fact.joined.get("invitation", {}).values())
    if not joined:
        return
    for invitation in answers.coming_invitations(persons.person(fact.kept_id)):
        if invitation.id in joined:
            rebalance(answers.lock_invitation(invitation))
