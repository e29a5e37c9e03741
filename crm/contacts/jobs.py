"""What follows in the background: long lists are looked at and brought in, old ones thrown away."""

from collections.abc import Iterator, Mapping
from typing import Any

from crm.contacts.queries import imports as queries
from crm.contacts.rules.choices import choices_of
from crm.contacts.rules.plan import Plan
from crm.contacts.rules.plan_lines import kept_report, report
from crm.contacts.services import import_parts, import_preview
from crm.contacts.services.import_files import clear_old_imports
from crm.contacts.services.import_preview import Planned, Told, planned_now, told_by
from crm.core.db import project_scope
from crm.core.long_work import Pace, TaskKind
from crm.core.permissions import system
from crm.projects import queries as projects
from crm.tasks.models import LongTask


def clear_imports(_payload: Mapping[str, Any]) -> None:
    """Throw away the lists of imports that began more than seven days ago, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            clear_old_imports(system(project.id), project)


def _look(task: LongTask, pace: Pace) -> Iterator[tuple[Told, str, Plan]]:
    """Work out what a list would do, and yield what there is to tell of it."""
    found = queries.contact_import(task.about["import"], with_table=True)
    if found.is_being_looked_at:
        plan = queries.plan_of(found, choices_of(found.mapping))
        overview, parts = kept_report(report(plan))
        for told in told_by(parts, pace):
            yield told, overview, plan


def _parts(task: LongTask, pace: Pace) -> Iterator[Told | tuple[Planned, int]]:
    """Plan what is left of a list, outside any change, and yield it with so many rows a part."""
    found = queries.contact_import(task.about["import"], with_table=True)
    if not found.is_under_way:
        return
    planned = planned_now(found)
    # Of a plan that is made anew half-way nothing is told: the report is about the whole list.
    if not task.done:
        yield from told_by(planned.parts, pace)
    while task.done < len(planned.plan.rows):
        yield planned, pace.size


LOOKS = TaskKind(
    import_preview.JOB, _look, import_preview.keep_look, ended=import_preview.follow_end
)
IMPORTS = TaskKind(
    import_parts.JOB,
    _parts,
    import_parts.carry_out_part,
    ended=import_parts.follow_end,
    pace=lambda: Pace(import_parts.PART),
    # So that nobody comes in twice.
    one_by_one=True,
)
