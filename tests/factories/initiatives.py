"""Initiatives of a project; the project must be in scope."""

from crm.core.permissions import Actor
from crm.initiatives.models import Initiative
from crm.initiatives.services import InitiativeDetails, create
from crm.projects.models import Project


def initiative(actor: Actor, where: Project, name: str = "Moestuin", **more: object) -> Initiative:
    """Make an initiative; `more` are further details."""
    details = InitiativeDetails(name, **more)  # type: ignore[arg-type]  # as the test says
    return create(actor, where, details=details)
