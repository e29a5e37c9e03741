"""What follows in the background: values of fields that were removed long ago go."""

from collections.abc import Mapping
from typing import Any

from crm.core.db import project_scope
from crm.core.long_work import Pace
from crm.core.permissions import system
from crm.own_fields import services
from crm.projects import queries as projects


def throw_away(_payload: Mapping[str, Any]) -> None:
    """Throw away, part by part in each project, the values of fields removed 30 days ago."""
    for project in projects.projects():
        with project_scope(project.id):
            pace, actor = Pace(services.PART), system(project.id)
            while done := services.throw_away(actor, project, most=pace.size):
                pace.rest(done)
