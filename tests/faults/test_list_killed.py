"""A long attendance list whose worker is killed in a part: another one ends it undisturbed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from crm.contacts.rules.reading import read
from crm.core import audit, clock, jobs, leases, undo
from crm.core.db import Database
from crm.core.permissions import Actor
from crm.design_sessions.models import Attendance, AttendanceList, DesignSession, ListState
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.rules.attendance_rows import NEW, Decisions
from crm.design_sessions.services import attendance_lists
from crm.intake.reading.files import ReceivedFile
from crm.stakeholders.models import Person
from tests.design_sessions.conftest import Plan
from tests.faults import doing_a_list
from tests.faults.test_killed import await_line, running, tries_that_count

pytestmark = [pytest.mark.serial, pytest.mark.both_engines("locks")]
ROWS = 8


def noted(opened: Session) -> list[str]:
    opened.rollback()
    opened.expire_all()
    names = select(Person.first_name).join(Attendance, Attendance.person_id == Person.id)
    return list(opened.scalars(names.order_by(Attendance.id)))


def begun(leader: Actor, made: DesignSession) -> int:
    # The same name each time: whom the first part brought must not be meant by the rest.
    rows = "".join(f"P{number} Vos;p{number}@kring.example\n" for number in range(ROWS - 1))
    text = f"Naam;E-mail\n{rows}P0 Vos;another@kring.example\n".encode()
    table = read(text, "lijst.csv")
    listed = attendance_lists.receive_list(
        leader, made, given=ReceivedFile("lijst.csv", text, table)
    )
    columns = lists.proposed_columns(table)
    attendance_lists.choose_list_columns(leader, listed, columns=columns)
    listed_id = listed.id
    attendance_lists.keep_look(leader, listed, looked=lists.look_at(listed), columns=listed.columns)
    attendance_lists.start(leader, listed, decisions=Decisions(unknown=NEW))
    return listed_id


def test_a_list_that_was_killed_is_ended_by_another_worker(
    app: Flask,
    config: Config,
    opened: Session,
    plan: Plan,
    leader: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "_recurring", {})
    monkeypatch.setattr(attendance_lists, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(attendance_lists, "PART", doing_a_list.PART)
    made = plan()
    project_id = made.project_id
    database: Database = app.extensions["kring_database"]
    listed_id = begun(leader, made)
    assert jobs.run_due(database, "which finds that it was looked at")
    with running(config, "-m", "tests.faults.doing_a_list") as worker:
        await_line(worker, doing_a_list.BUSY)
    half = noted(opened)

    with clock.frozen(clock.now() + leases.LEASE + timedelta(seconds=1)):
        assert jobs.run_due(database, "another")

    everybody = [*(f"P{number}" for number in range(ROWS - 1)), "P0"]
    assert half == everybody[: doing_a_list.PART]
    assert noted(opened) == everybody
    kept = opened.get_one(AttendanceList, listed_id)
    assert (kept.state, kept.handled, kept.new) == (ListState.DONE, ROWS, ROWS)
    assert opened.scalar(select(func.count()).select_from(undo.Step)) == 1
    assert tries_that_count(opened) == 1
    assert audit.broken_entry(project_id) is None
