"""From a plan to a balance: a planner plans, invites by filter and notes who came."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.core.db import session
from crm.core.permissions import Role
from crm.design_sessions.models import Attendance, AttendanceStatus, Invitation
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories, pages

PLAN = {
    "title": "Ontwerpbijeenkomst Lariks", "kind": "design_session", "phase": "develop",
    "place": "De Zuidstee", "starts_date": "2026-11-24", "starts_time": "00:05",
    "ends_time": "23:55", "zone": "Europe/Amsterdam", "capacity": "40",
    "target_government": "3", "target_business": "9", "target_end_users": "2",
}  # fmt: skip


def register() -> None:
    """Fill a register with ten people of each helix, and one who is also in another."""
    for helix in Helix:
        firm = factories.organisation(f"Club {helix.value}", helix=helix)
        for number in range(10):
            factories.person(f"{helix.value.title()}{number:02}", at=firm)


def counted(model: type[Invitation | Attendance], session_id: int) -> dict[Helix, int]:
    """Return how many rows there are of each helix, straight from the table."""
    statement = (
        select(model.helix, func.count(model.person_id.distinct()))
        .where(model.design_session_id == session_id)
        .group_by(model.helix)
        .order_by(model.helix)
    )
    if model is Attendance:
        statement = statement.where(Attendance.status == AttendanceStatus.PRESENT)
    return {row[0]: row[1] for row in session().execute(statement)}


def shown(page: str, heading: str) -> list[int]:
    """Return the numbers that a picture of the balance shows, in the order of the helixes."""
    table = re.search(rf"<caption[^>]*>{heading}</caption>(.*?)</table>", page, re.DOTALL)
    assert table
    rows = re.findall(r"<tr>(.*?)</tr>", table[1], re.DOTALL)[1:]
    return [int(re.findall(r'table__number"[^>]*>\s*(\d+)', row)[0]) for row in rows]


def next_step(page: str) -> str:
    """Return the title of the step that the page of a session says is the one to do now."""
    found = re.search(r'steps__step--now".*?steps__title">(.*?)</h3>', page, re.DOTALL)
    return found[1] if found else ""


def test_a_session_from_plan_to_balance(app: Flask, client: FlaskClient, project: Project) -> None:
    register()
    planner = factories.sign_in(client, factories.member(project, Role.PLANNER))
    home = f"/projects/{project.slug}/sessions"

    planned = pages.post(planner, f"{home}/new", PLAN)
    at = planned.location
    number = int(at.rsplit("/", 1)[1])
    assert next_step(planner.get(at).text) == "Invite people"

    for helix in ("government", "business", "end_users"):
        pages.post(planner, f"{at}/invite?helix={helix}", {"everybody": "yes"})
    assert next_step(planner.get(at).text) == "Take attendance"

    rows = re.findall(r'name="mark-(\d+)" value="present"', planner.get(f"{at}/attendance").text)
    marks = {f"mark-{one}": "present" for one in rows[:25]}
    marks |= {f"mark-{one}": "excused" for one in rows[25:28]}
    marks |= {f"mark-{one}": "no_show" for one in rows[28:]}
    walk_ins = {
        "walk_ins-0-name": "Research00 Onbekend",
        "walk_ins-1-name": "Kees Bakker",
        "walk_ins-1-organisation": "Bakkerij Bakker",
        "walk_ins-1-helix": "business",
        "walk_ins-2-name": "Jolanda van der Veen",
    }
    for _twice in range(2):
        noted = pages.post(planner, f"{at}/attendance", {**marks, **walk_ins})
        assert noted.status_code == 303

    page = planner.get(at).text
    session().rollback()
    session().expire_all()
    invited, attended = counted(Invitation, number), counted(Attendance, number)
    assert len(rows) == 30
    assert shown(page, "Invited people") == [invited.get(helix, 0) for helix in Helix]
    assert shown(page, "People who came") == [attended.get(helix, 0) for helix in Helix]
    assert sum(attended.values()) == 28
    assert session().scalar(select(func.count(Person.id))) == 43
    short = max(0, 9 - attended[Helix.BUSINESS])
    assert (f"Business: {short} short of 9" in page) == bool(short)
