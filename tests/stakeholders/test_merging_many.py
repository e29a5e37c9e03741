"""Merging two with many links, and taking it back, takes as many statements as with few."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from crm.core import undo
from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, system
from crm.core.undo import Decisions
from crm.projects.models import Project
from crm.stakeholders.services import merging
from crm.stakeholders.services.merging import Merge
from tests.stakeholders.linked import Linked
from tests.stakeholders.merges import last_step
from tests.statements import counted

pytestmark = pytest.mark.both_engines("bulk work")

# A table that grew much is looked at anew by the planner of the database, whatever made it grow.
UPKEEP = ("ANALYZE", "PRAGMA")
# In each of ten tables, so that many are five hundred links a person.
FEW, MANY = 4, 50
TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+([a-z_]+)")


def by_table(sent: list[str]) -> Counter[str]:
    """Count statements by what they do and to which table."""
    found: Counter[str] = Counter()
    for statement in sent:
        if statement.startswith(UPKEEP):
            continue
        table = TABLE.search(statement)
        found[f"{statement.split(maxsplit=1)[0]} {table.group(1) if table else ''}"] += 1
    return found


def taken(
    app: Flask, actor: Actor, project: Project, ids: tuple[int, int], merge: Callable[..., object]
) -> tuple[Counter[str], Counter[str]]:
    """Merge two and take it back; return the statements of either."""
    session().rollback()
    with counted(app) as merged:
        merge(actor, project, merge=Merge(*ids))
    step = last_step()
    with counted(app) as undone, unit_of_work(actor, "tests.undo"):
        plan = undo.carry_out(step, Decisions())
    assert plan.conflicts == ()
    return by_table(merged), by_table(undone)


def test_persons_with_many_links_take_no_more_statements(app: Flask, project: Project) -> None:
    actor = system(project.id)
    few, many = (Linked(actor, size).two_people() for size in (FEW, MANY))

    of_few = taken(app, actor, project, few, merging.merge_persons)
    of_many = taken(app, actor, project, many, merging.merge_persons)

    assert of_many == of_few


def test_organisations_with_many_links_take_no_more_statements(
    app: Flask, project: Project
) -> None:
    actor = system(project.id)
    few, many = (Linked(actor, size).two_places() for size in (FEW, MANY))

    of_few = taken(app, actor, project, few, merging.merge_organisations)
    of_many = taken(app, actor, project, many, merging.merge_organisations)

    assert of_many == of_few
