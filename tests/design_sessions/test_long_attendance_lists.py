"""Long attendance lists: looked at and noted in the background, part by part, and one step."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.contacts.models import ContactImport
from crm.core import clock, jobs, long_work, undo
from crm.core.db import remove_many, session, unit_of_work
from crm.core.long_work import PlanIsOld
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import AttendanceList, AttendanceStatus, DesignSession, ListState
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.rules.attendance_rows import NEW, SKIP
from crm.design_sessions.services import attendance_lists
from crm.design_sessions.services import attendance_lists as services
from crm.projects.models import Membership, Project
from crm.stakeholders.models import Person
from crm.steps.services import take_back
from tests import factories
from tests.contacts.pages import chosen, send
from tests.design_sessions.conftest import Plan, anew
from tests.design_sessions.long_lists import (
    ALL_NEW,
    LIST,
    PART,
    ROWS,
    begun,
    came_in,
    columns_chosen,
    note_one_part,
    noted_at,
    run_due,
    told,
)
from tests.long_tasks import fail, part, work
from tests.pages import Enter
from tests.statements import counted

pytestmark = pytest.mark.both_engines("bulk work")


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_AT_ONCE", PART)
    monkeypatch.setattr(attendance_lists, "PART", PART)
    monkeypatch.setattr(long_work, "BREATH", 0)


@pytest.fixture
def made(plan: Plan) -> DesignSession:
    factories.person("Bekend", first_name="Ans", email="bekend@kring.example")
    factories.person("Tuin", first_name="Jan")
    factories.person("Tuin", first_name="Jan")
    return plan()


def test_part_by_part_notes_the_same_as_at_once(
    leader: Actor, made: DesignSession, plan: Plan, request: pytest.FixtureRequest
) -> None:
    whole = columns_chosen(leader, made)
    services.start(leader, whole, decisions=ALL_NEW)
    at_once = noted_at(made), came_in(), told(whole)
    take_back(leader, session().get_one(undo.Step, whole.step_id))
    assert noted_at(made) == []
    request.getfixturevalue("in_parts")

    listed = begun(leader, made)
    work(listed.task)

    assert (noted_at(made), came_in(), told(listed)) == at_once
    assert (listed.handled, listed.rows, listed.noted) == (len(ROWS), len(ROWS), 6)
    brought = select(func.count()).where(ContactImport.step_id == listed.step_id)
    assert session().scalar(brought) == 1


@pytest.mark.usefixtures("in_parts")
def test_all_parts_are_one_step_which_is_undone_as_one(leader: Actor, made: DesignSession) -> None:
    before = noted_at(made), session().scalar(select(func.count()).select_from(Person))
    listed = begun(leader, made)
    work(listed.task)
    steps = session().scalars(select(undo.Step)).all()

    take_back(leader, steps[0])

    assert [(one.about["persons"], one.about["new"]) for one in steps] == [(6, 5)]
    assert (noted_at(made), session().scalar(select(func.count()).select_from(Person))) == before


@pytest.mark.usefixtures("in_parts")
def test_a_long_list_is_walked_on_its_pages(
    app: Flask, enter: Enter, project: Project, made: DesignSession
) -> None:
    planner = enter(Role.PLANNER)
    base = f"/projects/{project.slug}/sessions/{made.id}/attendance/list"
    more = "".join(f"Gast {number};gast{number}@kring.example;ja;\n" for number in range(70))
    address = send(planner, base, (LIST + more).encode()).location
    planner.post(f"{address}/columns", data=chosen(planner.get(address).text))

    looking = planner.get(address).text
    run_due(app)
    first, second = (planner.get(f"{address}?page={number}").text for number in (1, 2))
    unknown = planner.get(f"{address}?state=unknown").text
    kept = {"row-82": SKIP, "unknown": NEW, "page": "2", "state": "unknown"}
    back = planner.post(f"{address}/decide", data=kept).location
    planner.post(f"{address}/note", data={"unknown": NEW, "helix": "business"})
    noting = planner.get(address).text
    run_due(app)
    done = planner.get(address).text

    assert "We look up whom the rows of this list are about" in looking
    assert "data-live-going" in looking
    assert "Gast 69" not in first
    assert "Gast 69" in second
    assert first.index("Jan Tuin") < first.index("Een Nieuw")
    assert "A. Bekend" not in unknown
    assert "state=unknown" in back
    assert "page=2" in back
    assert "data-live-going" in noting
    assert "The attendance is noted" in done
    names = [name for name, _status in noted_at(made)]
    assert any("gast 68" in name for name in names)
    assert not any("gast 69" in name for name in names)
    assert 'data-live-phase="over"' in planner.get(f"{address}/progress").text


@pytest.mark.usefixtures("in_parts")
def test_who_stops_a_list_gets_the_rest_back_as_a_file(
    enter: Enter, project: Project, leader: Actor, made: DesignSession
) -> None:
    planner, listed = enter(Role.PLANNER), begun(leader, made)
    address = f"/projects/{project.slug}/sessions/{made.id}/attendance/list/{listed.id}"
    assert note_one_part(listed)
    assert planner.post(f"{address}/columns", data={}).status_code in {303, 400, 409}

    stopped = planner.post(f"{address}/cancel", follow_redirects=True).text
    work(listed.task)

    assert f"stopped after {PART} of {len(ROWS)} rows" in stopped
    left = planner.get(f"{address}/left-out.csv").text
    assert "Vier Nieuw" in left
    assert "ended before this row" in left
    assert "A. Bekend" not in left
    assert [name for name, _row in noted_at(made)] == [
        "ans bekend end_users", "een nieuw end_users"
    ]  # fmt: skip


@pytest.mark.usefixtures("in_parts")
def test_who_came_into_the_register_meanwhile_is_not_put_there_twice(
    leader: Actor, made: DesignSession
) -> None:
    listed = begun(leader, made)
    noting = lists.noting_of(listed)
    assert part(leader, listed.task, (noting, PART))
    factories.person("Nieuw", first_name="Vier", email="vier@kring.example")

    with pytest.raises(PlanIsOld):
        part(leader, listed.task, (noting, PART))
    work(listed.task)

    assert (listed.state, listed.new) == (ListState.DONE, 4)
    assert session().query(Person).filter_by(name_key="vier nieuw").count() == 1
    assert ("vier nieuw end_users", AttendanceStatus.PRESENT) in noted_at(made)


@pytest.mark.usefixtures("in_parts")
def test_a_list_ends_where_its_first_part_was_taken_back(
    leader: Actor, made: DesignSession
) -> None:
    listed = begun(leader, made)
    assert note_one_part(listed)
    take_back(leader, session().get_one(undo.Step, listed.step_id))

    work(listed.task)

    assert listed.was_stopped
    assert noted_at(made) == []


@pytest.mark.usefixtures("in_parts")
def test_who_may_do_it_no_more_notes_no_more(
    app: Flask, leader: Actor, made: DesignSession
) -> None:
    listed = begun(leader, made)
    assert note_one_part(listed)
    with unit_of_work(system(made.project_id), "tests.leave"):
        remove_many(Membership, Membership.account_id == leader.account_id)

    run_due(app)

    session().expire_all()
    assert (listed.state, listed.lost_right) == (ListState.DONE, True)
    assert len(noted_at(made)) == 2


@pytest.mark.usefixtures("in_parts")
@pytest.mark.parametrize(("fails", "says"), [("look_at", "Look again"), ("noting_of", "try again")])
def test_a_fault_is_told_and_the_list_can_be_tried_again(
    app: Flask,
    enter: Enter,
    leader: Actor,
    made: DesignSession,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    fails: str,
    says: str,
) -> None:
    works = getattr(lists, fails)
    listed = columns_chosen(leader, made)
    if fails == "noting_of":
        work(listed.task)
        attendance_lists.start(leader, listed, decisions=ALL_NEW)

    def fail(_listed: AttendanceList) -> None:
        raise RuntimeError

    monkeypatch.setattr(lists, fails, fail)
    start = clock.now()
    for tries in range(jobs.MOST_ATTEMPTS):
        with clock.frozen(start + timedelta(hours=tries)):
            run_due(app)
    monkeypatch.setattr(lists, fails, works)

    anew()
    address = f"/projects/{project.slug}/sessions/{made.id}/attendance/list/{listed.id}"
    assert says in enter(Role.PLANNER).get(address).text
    assert (listed.failed, noted_at(made)) == (True, [])


@pytest.mark.usefixtures("in_parts")
def test_a_list_whose_session_is_gone_ends_quietly(leader: Actor, made: DesignSession) -> None:
    looks, notes = columns_chosen(leader, made), begun(leader, made)
    tasks = [looks.task, notes.task]
    with unit_of_work(system(made.project_id), "tests.remove"):
        remove_many(DesignSession, DesignSession.id == made.id)

    for each in tasks:
        work(each)
        fail(each)

    assert [each.is_open for each in tasks if each] == [False, False]


@pytest.mark.usefixtures("in_parts")
def test_who_was_removed_since_the_look_is_not_offered(
    enter: Enter, project: Project, leader: Actor, made: DesignSession
) -> None:
    listed = columns_chosen(leader, made)
    work(listed.task)
    with unit_of_work(system(made.project_id), "tests.remove"):
        remove_many(Person, Person.name_key == "ans bekend")

    address = f"/projects/{project.slug}/sessions/{made.id}/attendance/list/{listed.id}"
    page = enter(Role.PLANNER).get(address).text

    row = re.search(r'<select[^>]*name="row-2".*?</select>', page, re.DOTALL)
    assert row is not None
    assert re.findall(r'value="(\w*)"', row[0]) == ["", "new", "skip"]
    assert "selected" not in row[0]


def test_a_look_that_is_kept_costs_the_same_statements_for_any_list(
    app: Flask, enter: Enter, project: Project, leader: Actor, made: DesignSession, in_parts: None
) -> None:
    planner = enter(Role.PLANNER)

    def statements_for(rows: int) -> int:
        more = "".join(f"Gast {number};gast{number}@kring.example;ja;\n" for number in range(rows))
        listed = columns_chosen(leader, made, LIST + more)
        work(listed.task)
        address = f"/projects/{project.slug}/sessions/{made.id}/attendance/list/{listed.id}"
        with counted(app) as sent:
            assert planner.get(address).status_code == 200
        return len(sent)

    statements_for(1)
    assert statements_for(400) == statements_for(1)
