"""What sessions add to pages of others: panels, and a change of many people at once."""

from collections.abc import Mapping, Sequence

from crm.core.bulk_changes import BulkChange, Changed
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions.forms.people import SessionForm
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import people, sessions
from crm.design_sessions.services import inviting
from crm.design_sessions.views import pictures, wording
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.web.feature import BulkAction

# So many sessions are seen at once; those before them are folded away.
LATEST = 10


def of_person(_actor: Actor, person: Person) -> Mapping[str, object]:
    """Return the sessions of a person."""
    return {"participations": people.participations(person)}


def of_organisation(actor: Actor, organisation: Organisation) -> Mapping[str, object]:
    """Return the sessions that people of an organisation were invited to or came to."""
    found = people.delegations(actor, organisation)
    return {"latest": found[:LATEST], "earlier": found[LATEST:]}


def of_project(_actor: Actor, _project: Project) -> Mapping[str, object]:
    """Return the session that is next, with its balance."""
    coming = sessions.coming()
    return {"coming": coming, **(pictures.of(coming) if coming else {})}


def _invite(actor: Actor, _project: Project, ids: Sequence[int], session_id: int) -> Changed:
    found = sessions.design_session(session_id)
    number, step = inviting.invite_selection(actor, found, person_ids=ids)
    # Where everybody was invited already there is nothing to undo.
    return Changed(number, step if number else None)


ACTIONS = (
    BulkAction(
        BulkChange(
            "invite",
            SessionPermission.ARRANGE,
            _invite,
            # Only its id waits for the turn of a large change: the session may be moved meanwhile.
            write=lambda session_id: {"session_id": session_id},
            read=lambda kept: int(kept["session_id"]),
        ),
        _l("Put on the invited list of a session"),
        lambda: SessionForm(prefix="invite-"),
        "design_sessions/_selection_session.html",
        wording.invited,
        place=40,
    ),
)
