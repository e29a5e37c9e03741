"""Changing very many people: ordered once, carried out part by part, one step."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from crm.core import clock, jobs, undo
from crm.core.bulk_changes import BulkChange, change_called
from crm.core.commands import command
from crm.core.db import among, lock, session
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.projects.queries import at_work
from crm.stakeholders.models import BulkOrder, OrderState, Person
from crm.stakeholders.policy import StakeholderPermission

JOB = "stakeholders.carry_out_order"
MOST_AT_ONCE = 1_000
"""More people are changed in the background: so many take about half a second."""
PART = 250
"""So many of those are changed in one transaction: others wait a tenth or two of a second."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done with whom; `asked` is what the change asks for."""

    change: BulkChange
    person_ids: Sequence[int]
    asked: Any


@command(StakeholderPermission.EDIT)
def order(
    actor: Actor,
    project: Project,
    *,
    wanted: Wanted,
    part: int = PART,
) -> BulkOrder:
    """
    Change the first of many people, and let the others be changed in the background.

    So what makes no sense is refused at once. Who is changed stands fast from here on.

    :param part: how many are changed in one transaction
    :raises DomainError: as the change does
    """
    made = BulkOrder(
        action=wanted.change.key,
        asked=dict(wanted.change.write(wanted.asked)),
        person_ids=json.dumps(sorted(wanted.person_ids)),
        total=len(wanted.person_ids),
        made_by_id=actor.account_id,
    )
    session().add(made)
    session().flush()
    _go_on(actor, project, made, part, wanted.asked)
    if made.is_under_way:
        payload = {"order": made.id, "part": part}
        jobs.enqueue(JOB, payload, project_id=project.id)
    return made


@command(StakeholderPermission.EDIT)
def carry_out_part(_actor: Actor, bulk_order: BulkOrder, *, project: Project, part: int) -> bool:
    """
    Change the next people, and say whether there are more.

    It acts as whoever ordered it, and may do what they may do at this moment.

    :raises Forbidden: if they may not do it any more
    :raises DomainError: as the change does, if what it needs is not there any more
    """
    lock(bulk_order)
    if bulk_order.is_under_way and _open_step(bulk_order):
        asked = change_called(bulk_order.action).read(bulk_order.asked)
        _go_on(at_work(project, bulk_order.made_by_id), project, bulk_order, part, asked)
    return bulk_order.is_under_way


@command(StakeholderPermission.EDIT)
def stop(_actor: Actor, bulk_order: BulkOrder) -> None:
    """Change nobody more; who was changed already stays so, and can be undone."""
    lock(bulk_order)
    _end(bulk_order, OrderState.STOPPED)


@command(StakeholderPermission.EDIT)
def give_up(
    _actor: Actor, bulk_order: BulkOrder, *, state: OrderState, failed: bool = False
) -> None:
    """
    Keep why it cannot go on; what was done stays.

    :param failed: whether that is a fault of ours
    """
    lock(bulk_order)
    if bulk_order.is_under_way:
        bulk_order.failed = failed
    _end(bulk_order, state)


def _go_on(actor: Actor, project: Project, bulk_order: BulkOrder, part: int, asked: object) -> None:
    chosen = json.loads(bulk_order.person_ids)
    turn = set(chosen[bulk_order.handled : bulk_order.handled + part])
    there = list(session().scalars(select(Person.id).where(among(Person.id, turn))))
    change = change_called(bulk_order.action)
    done = change.carry_out(actor, project, sorted(there), asked)
    _count(bulk_order, part, done.persons, len(turn) - len(there))


def _count(bulk_order: BulkOrder, part: int, changed: int, missing: int) -> None:
    bulk_order.handled = min(bulk_order.handled + part, bulk_order.total)
    bulk_order.changed += changed
    bulk_order.missing += missing
    bulk_order.moved_at = clock.now()
    # The step is begun by the change itself, so only here is it known of which order it is.
    step = undo.current()
    if step is not None:
        bulk_order.step_id = step.id
        step.about = {**step.about, "persons": bulk_order.changed, "order_id": bulk_order.id}
    if bulk_order.handled >= bulk_order.total:
        _end(bulk_order, OrderState.DONE)


def _end(bulk_order: BulkOrder, state: OrderState) -> None:
    """End it, unless it is over; who was chosen is forgotten."""
    if bulk_order.is_under_way:
        bulk_order.state, bulk_order.finished_at = state, clock.now()
        bulk_order.person_ids, bulk_order.asked = "[]", {}


def _open_step(bulk_order: BulkOrder) -> bool:
    """Go on with its step; where somebody took that back meanwhile, end instead, and say so."""
    if bulk_order.step_id is None:
        return True
    step = session().get_one(undo.Step, bulk_order.step_id)
    lock(step)
    if not step.is_open:
        _end(bulk_order, OrderState.STOPPED)
        return False
    undo.go_on(step)
    return True
