"""Long work in small parts: their size follows the machine, and each asks as little as it can."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from crm.core import long_work
from crm.core.db import NoProjectInScope, project_scope, referrers, referring
from crm.core.long_work import Pace
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Email, Helix, Person
from crm.steps import jobs
from tests import factories
from tests.core.test_long_undo import a_list, asked, persons
from tests.long_tasks import work
from tests.statements import counted, questions

pytestmark = pytest.mark.both_engines("bulk work")

MOST = 75
"""Of a part of an undo; by a question for each table that could refer to a person it was 107."""


def learned(opened: Session, pace: Pace, seconds: float) -> int:
    """Write a part that holds the database so long, and return the size of the next."""
    opened.info["held"] = seconds
    pace.rest(pace.size)
    return pace.size


@pytest.mark.engine("sqlite")
def test_a_part_after_a_slow_one_is_small_at_once_and_grows_little_by_little(
    opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_work, "BREATH", 0)
    pace = Pace(500, 100)

    slow = learned(opened, pace, long_work.AIMED_AT * 2)
    quick = [learned(opened, pace, 0) for _ in range(4)]

    assert slow == 50
    assert quick == sorted(quick)
    assert slow < quick[0] <= slow * 1.3
    assert quick[-1] > slow * 2


def test_who_refers_is_asked_of_all_tables_at_once(
    opened: Session, project: Project, app: Flask
) -> None:
    one_id = factories.person("Vos", email="vos@kring.example", helix=Helix.RESEARCH).id
    factories.person("Bos", email="bos@kring.example", helix=Helix.RESEARCH)
    links = referring(Person)

    with counted(app) as made:
        found = referrers(links, [one_id])

    assert {links[each.place][0] for each in found} >= {Affiliation, Email}
    assert {each.parent_id for each in found} == {one_id}
    assert questions(made) == 1


def test_who_refers_is_asked_in_the_project_alone(opened: Session, project: Project) -> None:
    one = factories.person("Vos", email="vos@kring.example")
    elsewhere = factories.project()

    with project_scope(elsewhere.id):
        assert referrers(referring(Person), [one.id]) == []


def test_who_refers_is_not_asked_without_a_project(opened: Session) -> None:
    with pytest.raises(NoProjectInScope):
        referrers(referring(Person), [1])


@pytest.mark.engine("sqlite")
def test_a_part_of_an_undo_asks_little(
    opened: Session, project: Project, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "FIRST_ROWS", 20)
    step = a_list(project, 4)
    task = asked(step)
    opened.rollback()

    with counted(app) as made:
        work(task)

    begins = [at for at, one in enumerate(made) if "FROM audit_value" in one and "json_each" in one]
    ends = [*begins[1:], len(made)]
    assert persons() == 0
    assert max(questions(made[at:end]) for at, end in zip(begins, ends, strict=True)) < MOST
