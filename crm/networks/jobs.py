"""What follows in the background: the figures of large networks, and where points stand."""

from collections.abc import Iterator, Mapping
from typing import Any

from crm.core import progress
from crm.core.audit import version_of
from crm.core.db import project_scope
from crm.core.heap import Heap
from crm.core.long_work import Pace, TaskKind
from crm.core.permissions import system
from crm.networks.queries import network_views
from crm.networks.queries.figures import WORK_OUT, are_kept, subject
from crm.networks.rules.figures import Figures
from crm.networks.rules.selection import NetworkView
from crm.networks.services import results
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.tasks.models import LongTask

_looked_at: dict[int, str] = {}


def _work_out(task: LongTask, pace: Pace) -> Iterator[tuple[str, Figures]]:
    """Work out the figures of a network as it is now, and yield them as those of now."""
    asked, project_id = task.asked, task.project_id
    by_strength = bool(asked["by_strength"])
    about = subject(
        system(project_id), project_id, results.from_payload(asked), by_strength=by_strength
    )
    if not are_kept(about):
        # Nothing is held open while it calculates.
        pace.rest(0)
        yield (
            about.digest,
            about.work_out(lambda done, total: progress.tell(progress.WHOLE * done // total)),
        )


FIGURES = TaskKind(WORK_OUT, _work_out, results.keep_figures)


def keep_places(_payload: Mapping[str, Any]) -> None:
    """Keep the places of every view of every project that has changed."""
    for project in projects.projects():
        with project_scope(project.id):
            for view in NetworkView:
                kept = network_views.kept_layout(view)
                if kept is not None and kept.version == version_of(project.id):
                    continue
                found = network_views.placed_apart(project.id, view)
                # Of a network without ties there is nothing to keep.
                if kept is not None or found.places.tied:
                    results.keep_places(system(project.id), project, view=view, found=found)
                # Each network takes tens of megabytes, and refers to itself.
                Heap().give_back()


def any_place_moved() -> bool:
    """Whether a view of a project has changed since its places were kept, or looked at here."""
    moved = False
    for project in projects.projects():
        with project_scope(project.id):
            # All of them, without a short cut: what was looked at is noted on the way.
            moved |= _has_moved(project)
    return moved


def _has_moved(project: Project) -> bool:
    version = version_of(project.id)
    kept = [network_views.kept_layout(view) for view in NetworkView]
    if any(layout is not None and layout.version != version for layout in kept):
        return True
    if None not in kept:
        return False
    # Of a network without ties nothing is kept: it is looked at once.
    is_new = _looked_at.get(project.id) != version
    _looked_at[project.id] = version
    return is_new
