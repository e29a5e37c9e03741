"""What follows in the background: lists that nobody imported are thrown away."""

from collections.abc import Mapping
from typing import Any

from crm.core.db import project_scope
from crm.core.permissions import system
from crm.projects import queries as projects
from crm.stakeholders.services.imports import clear_old_imports


def clear_imports(_payload: Mapping[str, Any]) -> None:
    """Throw away the lists of imports that began more than seven days ago, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            clear_old_imports(system(project.id), project)
