"""The figures of a large network are worked out in the background, and kept."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core import jobs
from crm.core.audit import version_of
from crm.core.db import Database, project_scope, remove_many, session, unit_of_work
from crm.core.permissions import system
from crm.networks.models import KeptFigures
from crm.networks.queries.figures import WORK_OUT
from crm.networks.rules.selection import Selection
from crm.networks.services import results
from crm.projects.models import Membership, Project
from crm.stakeholders.models import Person
from crm.tasks import services as tasks
from crm.tasks.models import LongTask, TaskState
from tests import factories, pages
from tests.long_tasks import fail
from tests.networks.gathering import meet

Work = Callable[[], int]


@pytest.fixture
def work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Do what is due of ours, and say how many jobs that were."""
    monkeypatch.setattr(jobs, "_recurring", {})

    database: Database = app.extensions["kring_database"]

    def until_done() -> int:
        done = 0
        while jobs.run_due(database, "tests"):
            done += 1
        return done

    return until_done


def ask(client: FlaskClient, where: str, query: str = "") -> int:
    return pages.post(client, f"{where}/figures{query}").status_code


def test_a_large_network_is_worked_out_in_the_background_and_kept(
    leader: FlaskClient, where: str, official: Person, resident: Person, large: None, work: Work
) -> None:
    meet(official, resident)
    before = pages.text_of(leader.get(f"{where}/figures"))

    asked_once, again = ask(leader, where), ask(leader, where)
    waiting = leader.get(f"{where}/figures").text
    done = work()
    after = pages.text_of(leader.get(f"{where}/figures"))

    assert "Work out the figures" in before
    assert "Across helixes" not in before
    assert (asked_once, again) == (303, 303)
    assert "data-live-going" in waiting
    assert done == 1
    assert "Whether ties lie across helixes" in after
    assert "Work out the figures" not in after


def test_what_was_kept_holds_until_the_network_changes_and_no_longer(
    leader: FlaskClient,
    where: str,
    project: Project,
    official: Person,
    resident: Person,
    large: None,
    work: Work,
) -> None:
    meet(official, resident)
    ask(leader, where)
    work()

    factories.initiative(factories.leader_of(project), project, "Pump Track")
    other_change = pages.text_of(leader.get(f"{where}/figures"))
    meet(official, factories.person("Nieuw"))
    new_tie = pages.text_of(leader.get(f"{where}/figures"))

    assert "Whether ties lie across helixes" in other_change
    assert "Work out the figures" in new_tie


def test_asking_changes_nothing_of_the_project(
    leader: FlaskClient, where: str, project: Project, official: Person, large: None, work: Work
) -> None:
    meet(official, factories.person("Gast"))
    before = version_of(project.id)

    ask(leader, where)
    work()

    assert version_of(project.id) == before


def test_progress_is_told_apart_from_the_page(
    leader: FlaskClient, where: str, project: Project, official: Person, large: None, work: Work
) -> None:
    meet(official, factories.person("Gast"))
    ask(leader, where)

    going = leader.get(f"{where}/figures/progress").text
    work()
    done = leader.get(f"{where}/figures/progress").text

    assert 'data-live-phase="going"' in going
    assert 'data-live-phase="over"' in done


def test_whoever_waited_in_vain_reads_that_it_failed_and_may_ask_again(
    leader: FlaskClient, where: str, project: Project, official: Person, large: None, work: Work
) -> None:
    meet(official, factories.person("Gast"))
    ask(leader, where)
    with project_scope(project.id):
        fail(session().scalars(select(LongTask)).one())

    told = leader.get(f"{where}/figures").text
    ask(leader, where)

    assert "Working out the figures failed, by a fault in Kring." in told
    assert "Work out the figures" in told
    assert work() == 1
    assert "Whether ties lie across helixes" in pages.text_of(leader.get(f"{where}/figures"))


def test_who_may_see_the_network_no_more_works_nothing_out(
    leader: FlaskClient, where: str, project: Project, official: Person, large: None, work: Work
) -> None:
    meet(official, factories.person("Gast"))
    ask(leader, where)
    with project_scope(project.id):
        task = session().scalars(select(LongTask)).one()
        with unit_of_work(system(), "tests.leave"):
            remove_many(Membership, Membership.account_id == task.made_by_id)

    work()

    with project_scope(project.id):
        session().rollback()
        assert task.state is TaskState.NOT_ALLOWED
        assert session().scalars(select(KeptFigures.id)).all() == []


def test_what_is_worked_out_is_not_worked_out_again(
    opened: Session,
    leader: FlaskClient,
    where: str,
    project: Project,
    official: Person,
    large: None,
    work: Work,
) -> None:
    meet(official, factories.person("Gast"))
    ask(leader, where)
    work()
    with project_scope(project.id):
        finished = opened.scalars(select(KeptFigures.finished_at)).one()
        with unit_of_work(system(project.id), "tests.again"):
            asked = {**results.as_payload(Selection()), "by_strength": False}
            tasks.start(system(project.id), WORK_OUT, about={"digest": ""}, asked=asked)

    assert work() == 1

    with project_scope(project.id):
        opened.rollback()
        assert opened.scalars(select(KeptFigures.finished_at)).one() == finished


def test_only_the_newest_are_kept(
    opened: Session,
    leader: FlaskClient,
    where: str,
    project: Project,
    official: Person,
    large: None,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(results, "KEPT", 2)
    meet(official, factories.person("Gast"))

    for minimum in (0, 1, 2):
        ask(leader, where, f"?by=strength&until=2021-04-0{minimum + 1}&minimum={minimum}")
        work()

    with project_scope(project.id):
        opened.rollback()
        assert len(list(opened.scalars(select(KeptFigures.id)))) <= 2
