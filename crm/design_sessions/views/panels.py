"""What sessions add to the pages of lower features."""

from collections.abc import Mapping

from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.views import pictures
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person

# So many sessions are seen at once; those before them are folded away.
LATEST = 10


def of_person(_actor: Actor, person: Person) -> Mapping[str, object]:
    """Return the sessions of a person."""
    return {"participations": queries.participations(person)}


def of_organisation(actor: Actor, organisation: Organisation) -> Mapping[str, object]:
    """Return the sessions that people of an organisation were invited to or came to."""
    found = queries.delegations(actor, organisation)
    return {"latest": found[:LATEST], "earlier": found[LATEST:]}


def of_project(_actor: Actor, _project: Project) -> Mapping[str, object]:
    """Return the session that is next, with its balance."""
    coming = queries.coming()
    return {"coming": coming, **(pictures.of(coming) if coming else {})}
