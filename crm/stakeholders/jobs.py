"""What follows in the background: long lists are imported, old ones thrown away, pairs found."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from crm.core import jobs, progress
from crm.core.db import last_hold, project_in_scope, project_scope, session
from crm.core.errors import DomainError, Forbidden
from crm.core.long_work import Pace
from crm.core.permissions import Actor, system
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.stakeholders.models import ContactImport, Kind, OrderState
from crm.stakeholders.queries import imports as queries
from crm.stakeholders.queries import persons as orders
from crm.stakeholders.queries.import_changes import PlanIsOld
from crm.stakeholders.queries.imports import another_goes_before
from crm.stakeholders.services import bulk, import_parts
from crm.stakeholders.services.duplicates import AT_ONCE, fill_blocks, find_pairs
from crm.stakeholders.services.import_files import clear_old_imports
from crm.stakeholders.services.import_parts import carry_out_part, give_up, let_another_go_first
from crm.stakeholders.services.import_preview import look, planned_now
from crm.stakeholders.services.imports import end_without_right

SET_SIZE = 500
BREATH = 0.1
"""Seconds between two parts: who waits for SQLite, where one writes at a time, tries that often."""


def clear_imports(_payload: Mapping[str, Any]) -> None:
    """Throw away the lists of imports that began more than seven days ago, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            clear_old_imports(system(project.id), project)


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
        if another_goes_before(found):
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


def carry_out_order(payload: Mapping[str, Any]) -> None:
    """
    Change many people part by part, from where it stopped, as whoever ordered it.

    Who stops it ends it at the next part. So does the loss of the right to do it, or of what it
    needs, such as the session to which people are invited.
    """
    project = projects.project(project_in_scope() or 0)
    found = orders.bulk_order(payload["order"])
    while found.is_under_way:
        actor = projects.at_work(project, found.made_by_id)
        goes_on = False
        try:
            goes_on = bulk.carry_out_part(actor, found, project=project, part=payload["part"])
        except Forbidden:
            # By the system: whoever ordered it may not change anything any more.
            bulk.give_up(system(project.id), found, state=OrderState.NOT_ALLOWED)
        except DomainError:
            bulk.give_up(system(project.id), found, state=OrderState.IMPOSSIBLE)
        if not goes_on:
            return
        jobs.reset_attempts()
        time.sleep(max(BREATH, last_hold()))


def give_import_up(payload: Mapping[str, Any]) -> None:
    """Say on a list that looking at it, or bringing it in, failed by a fault of ours."""
    give_up(system(project_in_scope()), queries.contact_import(payload["import"]))


def give_order_up(payload: Mapping[str, Any]) -> None:
    """Say on a change of many people that it failed by a fault of ours; what was done stays."""
    order = orders.bulk_order(payload["order"])
    bulk.give_up(system(project_in_scope()), order, state=OrderState.STOPPED, failed=True)
