"""A change of many people whose worker is killed in a part: nothing of that part is left."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from crm.core import audit, clock, jobs, leases, undo
from crm.core.bulk_changes import change_called
from crm.core.db import Database
from crm.projects.models import Project
from crm.stakeholders.models import PersonTag
from crm.stakeholders.services import bulk
from crm.stakeholders.services.bulk import Wanted
from crm.tasks.models import LongTask, TaskState
from tests import factories
from tests.faults import doing_an_order
from tests.faults.test_killed import await_line, running, tries_that_count
from tests.stakeholders.test_selections import people

pytestmark = [pytest.mark.serial, pytest.mark.both_engines("locks")]
PART, ALL = doing_an_order.PART, 8


def tagged(opened: Session) -> list[int]:
    opened.rollback()
    opened.expire_all()
    return list(opened.scalars(select(PersonTag.person_id).order_by(PersonTag.id)))


def test_another_worker_ends_it_as_if_undisturbed(
    app: Flask, config: Config, project: Project, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_recurring", {})
    ids = people(project, ALL)
    wanted = Wanted(change_called("tag"), ids, "sport")
    leader = factories.leader_of(project)
    order_id = bulk.order(leader, project, wanted=wanted, part=PART).id
    with running(config, "-m", "tests.faults.doing_an_order") as worker:
        await_line(worker, doing_an_order.BUSY)
    left = tagged(opened)

    database: Database = app.extensions["kring_database"]
    with clock.frozen(clock.now() + leases.LEASE + timedelta(seconds=1)):
        assert jobs.run_due(database, "another")

    ended = tagged(opened)
    made = opened.get_one(LongTask, order_id)
    assert (left, ended) == (ids[:PART], ids)
    assert (made.state, made.done, made.changed) == (TaskState.DONE, ALL, ALL)
    assert opened.scalar(select(func.count()).select_from(undo.Step)) == 1
    assert tries_that_count(opened) == 1
    assert audit.broken_entry(project.id) is None
