"""The one call that loads the demo, from the command line and from a page."""

from sqlalchemy import func, select

from crm.core.db import project_scope, session
from crm.core.permissions import Actor
from crm.demo import services
from crm.demo.facts import SLUG
from crm.design_sessions.models import Attendance, DesignSession, Invitation
from crm.initiatives.models import Initiative, Involvement
from crm.projects import queries
from crm.projects.models import Project, SlugTaken
from crm.stakeholders.models import Organisation, Person

NO_PROJECT = 0
COUNTED = {
    "organisations": Organisation,
    "persons": Person,
    "sessions": DesignSession,
    "invitations": Invitation,
    "attendances": Attendance,
    "initiatives": Initiative,
    "involvements": Involvement,
}


def load(actor: Actor) -> Project:
    """
    Return the demo project; load it, all or nothing, if it is not there yet.

    An actor with an account leads it from then on, unless they have a role in it already.

    :raises SlugTaken: if a project that is no demo has its short name
    """
    with project_scope(NO_PROJECT):
        try:
            return services.open_demo(actor, None)
        except SlugTaken:
            # Somebody else loaded it in the same moment; on PostgreSQL both may begin.
            return services.open_demo(actor, None)


def is_loaded() -> bool:
    """Whether the demo project is there."""
    found = queries.by_slug(SLUG)
    return found is not None and found.is_demo


def counts() -> dict[str, int]:
    """Return how many of each kind of record the project in scope holds."""
    return {
        name: session().scalar(select(func.count()).select_from(model)) or 0
        for name, model in COUNTED.items()
    }
