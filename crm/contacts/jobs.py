"""What follows in the background: long lists are looked at and brought in, old ones thrown away."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from crm.contacts.models import ContactImport
from crm.contacts.queries import imports as queries
from crm.contacts.queries.import_changes import PlanIsOld
from crm.contacts.services import import_parts
from crm.contacts.services.import_files import clear_old_imports
from crm.contacts.services.import_parts import carry_out_part, give_up, let_another_go_first
from crm.contacts.services.import_preview import look, planned_now
from crm.contacts.services.imports import end_without_right
from crm.core import jobs, progress
from crm.core.db import project_in_scope, project_scope, session
from crm.core.errors import Forbidden
from crm.core.long_work import Pace
from crm.core.permissions import system
from crm.projects import queries as projects
from crm.projects.models import Project


def clear_imports(_payload: Mapping[str, Any]) -> None:
    """Throw away the lists of imports that began more than seven days ago, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            clear_old_imports(system(project.id), project)


def look_at_import(payload: Mapping[str, Any]) -> None:
    """Work out what a long list would do, outside any change, so that nobody waits for it."""
    project = projects.project(project_in_scope() or 0)
    found = queries.contact_import(payload["import"], with_table=True)
    if not found.is_being_looked_at:
        return
    actor = replace(system(project.id), account_id=payload["account"])
    with _while_wanted(found):
        # What was chosen meanwhile has a job of its own.
        look(actor, found)


@contextmanager
def _while_wanted(found: ContactImport) -> Iterator[None]:
    """Tell inside a `with` block how far the work is, and end it soon after it was called off."""
    is_wanted = queries.stands_as_now(found)
    with suppress(progress.NotWanted), progress.told_as(queries.headway_of(found), is_wanted):
        yield


def carry_out_import(payload: Mapping[str, Any]) -> None:
    """
    Bring a long list into the register, part by part, from where it stopped.

    It waits for a list of the project that began earlier, so that nobody comes in twice. Somebody
    who stops it, or another worker that took it over, ends it at the next part; so does the loss of
    the right to do it by whoever began it.
    """
    project = projects.project(project_in_scope() or 0)
    found = queries.contact_import(payload["import"], with_table=True)
    if not found.is_under_way:
        return
    account_id = payload["account"]
    try:
        if queries.another_goes_before(found):
            let_another_go_first(projects.on_behalf_of(project, account_id), found)
            return
        pace, goes_on = Pace(import_parts.PART), True
        while goes_on and found.is_under_way:
            try:
                goes_on = _carry_out_planned(project, found, account_id, pace)
            except PlanIsOld:
                # Colleagues changed what its rows are about: plan the rest anew, outside the lock.
                session().refresh(found, ["table"])
    except Forbidden:
        # By the system: whoever began it may not even end it any more.
        end_without_right(system(project.id), found)


def _carry_out_planned(
    project: Project, found: ContactImport, account_id: int | None, pace: Pace
) -> bool:
    """Plan what is left of a list, outside any change, and bring it in; whether more is left."""
    planned = None
    with _while_wanted(found):
        planned = planned_now(found)
    actor = projects.on_behalf_of(project, account_id)
    if planned is None or not import_parts.keep_report(actor, found, planned=planned):
        return False
    goes_on = True
    while goes_on:
        # Rights are asked anew for each part: they may be taken away while a long list comes in.
        actor, start = projects.on_behalf_of(project, account_id), found.handled
        rows = range(start, start + pace.size)
        goes_on = carry_out_part(actor, found, project=project, planned=planned, rows=rows)
        if goes_on:
            jobs.reset_attempts()
            pace.rest(found.handled - start)
    return False


def give_import_up(payload: Mapping[str, Any]) -> None:
    """Say on a list that looking at it, or bringing it in, failed by a fault of ours."""
    give_up(system(project_in_scope()), queries.contact_import(payload["import"]))
