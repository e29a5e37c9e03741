"""What follows in the background: pairs are found, and many people changed part by part."""

from collections.abc import Iterator, Mapping
from typing import Any

from crm.core.bulk_changes import change_called
from crm.core.db import project_scope
from crm.core.errors import DomainError
from crm.core.long_work import Pace, TaskKind
from crm.core.permissions import Actor, system
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.stakeholders.models import Kind
from crm.stakeholders.services import bulk
from crm.stakeholders.services.duplicates import AT_ONCE, fill_blocks, find_pairs
from crm.tasks.models import LongTask

SET_SIZE = 500


def find_likely_pairs(_payload: Mapping[str, Any]) -> None:
    """Compare whoever is new or has changed with those in their blocks, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            for kind in Kind:
                find_pairs_of(system(project.id), project, kind=kind)


def find_pairs_of(actor: Actor, project: Project, *, kind: Kind) -> None:
    """Compare whoever is new or has changed in one project, until nobody waits."""
    pace = Pace(AT_ONCE)
    while found := find_pairs(actor, project, kind=kind, most=pace.size):
        pace.rest(found)


def fill_likeness(_payload: Mapping[str, Any]) -> None:
    """Put into blocks who was in the register before there were any, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            for kind in Kind:
                pace, actor = Pace(SET_SIZE), system(project.id)
                while done := fill_blocks(actor, project, kind=kind, most=pace.size):
                    pace.rest(done)


def _parts_of_order(made: LongTask, pace: Pace) -> Iterator[tuple[int, Any]]:
    asked = change_called(made.about["action"]).read(made.asked)
    while made.done < made.total:
        yield pace.size, asked


ORDERS = TaskKind(
    bulk.JOB,
    _parts_of_order,
    bulk.carry_out_part,
    pace=lambda: Pace(bulk.PART),
    # Such as the session to which people are invited.
    impossible=(DomainError,),
)
