"""What follows in the background: pairs are found, and many people changed part by part."""

import time
from collections.abc import Mapping
from typing import Any

from crm.core import jobs
from crm.core.db import last_hold, project_in_scope, project_scope
from crm.core.errors import DomainError, Forbidden
from crm.core.long_work import Pace
from crm.core.permissions import Actor, system
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.stakeholders.models import Kind, OrderState
from crm.stakeholders.queries import persons as orders
from crm.stakeholders.services import bulk
from crm.stakeholders.services.duplicates import AT_ONCE, fill_blocks, find_pairs

SET_SIZE = 500
BREATH = 0.1
"""Seconds between two parts: who waits for SQLite, where one writes at a time, tries that often."""


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


def give_order_up(payload: Mapping[str, Any]) -> None:
    """Say on a change of many people that it failed by a fault of ours; what was done stays."""
    order = orders.bulk_order(payload["order"])
    bulk.give_up(system(project_in_scope()), order, state=OrderState.STOPPED, failed=True)
