"""What follows in the background: links to own details that have ended are thrown away."""

from collections.abc import Mapping
from typing import Any

from crm.core.db import project_scope
from crm.core.permissions import system
from crm.messages.services.details import clear_old_links
from crm.projects import queries as projects


def clear_person_links(_payload: Mapping[str, Any]) -> None:
    """Throw away the links to own details that ended a day ago, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            clear_old_links(system(project.id), project)
