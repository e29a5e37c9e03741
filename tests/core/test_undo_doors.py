"""In a step nothing changes around the doors: what the trail does not hold could not come back."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from crm.contacts.services.import_preview import STEP
from crm.core import undo
from crm.core.db import AroundTheDoor, session, unit_of_work, unscoped
from crm.core.permissions import system
from crm.core.undo import Step
from crm.projects.models import Project
from crm.stakeholders.models import LikelyPair, PersonTag
from tests import factories
from tests.conventions import source

STATEMENTS = {"delete", "insert", "update"}
OPENING = {"undo.begin(", "undo.go_on("}
TRIED = unscoped("the test tries")


def in_step(project: Project, change: Callable[[], Any]) -> Step:
    """Make a change in a step of its own."""
    with unit_of_work(system(project.id), "test"):
        step = undo.begin(STEP)
        change()
        return step


@pytest.mark.parametrize("table", [LikelyPair, LikelyPair.__table__])
@pytest.mark.engine("sqlite")
def test_a_statement_around_the_doors_is_refused_in_a_step(project: Project, table: type) -> None:
    changes = (delete(table), update(table).values(score=1), insert(table).values(score=1))

    for change in changes:
        with pytest.raises(AroundTheDoor):
            in_step(project, lambda: session().execute(change, execution_options=TRIED))  # noqa: B023 - called at once


@pytest.mark.engine("sqlite")
def test_a_row_that_takes_others_along_goes_by_the_door(opened: Session, project: Project) -> None:
    person = factories.person("Vos")

    with pytest.raises(undo.RemovedAroundTheDoor):
        in_step(project, lambda: opened.delete(person))


@pytest.mark.engine("sqlite")
def test_a_row_on_which_nothing_depends_may_go_by_itself(opened: Session, project: Project) -> None:
    person = factories.person("Vos")
    with unit_of_work(system(project.id), "test"):
        opened.add(PersonTag(person_id=person.id, word="buurt", word_key="buurt"))

    step = in_step(project, lambda: opened.delete(opened.scalars(select(PersonTag)).one()))

    assert [key.table for key in undo.plan(step).restores] == ["person_tag"]


def test_no_service_that_opens_a_step_changes_rows_around_the_doors() -> None:
    found = [
        f"{path.relative_to(source.ROOT)}:{call.lineno}"
        for path in source.files("crm")
        if "core" not in path.parts and any(word in path.read_text() for word in OPENING)
        for call in calls_in(path)
        if is_around(call)
    ]

    assert found == []


def calls_in(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(source.tree(path)) if isinstance(node, ast.Call)]


def is_around(call: ast.Call) -> bool:
    words = ast.unparse(call.func)
    return words in STATEMENTS or words.endswith(".delete")
