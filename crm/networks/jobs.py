"""What follows in the background: the figures of large networks, and where points stand."""

import time
from collections.abc import Mapping
from typing import Any

from crm.core.audit import version_of
from crm.core.db import project_in_scope, project_scope
from crm.core.heap import Heap
from crm.core.permissions import system
from crm.networks.queries import network_views
from crm.networks.queries.figures import are_kept, subject
from crm.networks.rules.selection import NetworkView
from crm.networks.services import results
from crm.networks.services.results import from_payload, keep_figures, note_progress
from crm.projects import queries as projects
from crm.projects.models import Project

TELL_EVERY = 0.5  # seconds between two notes of how far it is
_looked_at: dict[int, str] = {}


def work_out(payload: Mapping[str, Any]) -> None:
    """Work out the figures of a network as it is now, and keep them as those of now."""
    # A second worker that takes up a job of which the first was only slow has nothing left to do.
    project = projects.project(project_in_scope() or 0)
    actor = system(project.id)
    about = subject(
        actor, project.id, from_payload(payload), by_strength=bool(payload["by_strength"])
    )
    if are_kept(about):
        return
    # Noting ends the transaction of reading too: nothing is held open while it calculates.
    note_progress(actor, project, digest=about.digest, done=0)
    told_at = time.monotonic()

    def on_progress(done: int, _total: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at > TELL_EVERY:
            note_progress(actor, project, digest=about.digest, done=done)
            told_at = time.monotonic()

    found = about.work_out(on_progress)
    keep_figures(actor, project, digest=about.digest, figures=found)


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
