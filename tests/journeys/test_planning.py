"""A session from plan to balance: invited by filter and by hand, attendance with walk-ins."""

import pytest
from flask import Flask
from sqlalchemy import text

from crm.core.db import Database
from crm.core.permissions import Role
from tests.journeys.conftest import Guide
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.both_engines("own SQL")

DEMO = "/projects/assen-i2i"
PLAN = {
    "Title": "Ontwerpbijeenkomst Pittelo", "Kind": "Design session", "Phase": "Define",
    "Goal": "Kiezen wat eerst komt.", "Day": "2026-11-20", "Starts at": "19:30",
    "Ends at": "21:30", "Place": "De Zuidstee", "Places": "20", "Government": "3",
    "Research": "4", "Business": "1", "End users": "2",
}  # fmt: skip
HELIXES = ["Government", "Research", "Business", "End users"]
INVITED = "SELECT helix, count(*) FROM invitation WHERE design_session_id = :id GROUP BY helix"
PRESENT = """
    SELECT helix, count(*) FROM attendance
    WHERE design_session_id = :id AND status = 'present' GROUP BY helix
"""


@pytest.fixture
def planner(visiting: Guide) -> Visitor:
    """A planner of the demo, about to plan a session."""
    return visiting(Role.PLANNER).open(f"{DEMO}/sessions").follow("Plan a session")


def balance(visitor: Visitor, caption: str) -> dict[str, int]:
    """Return the count of each helix as the page says it."""
    return {row[0]: int(row[2]) for row in visitor.rows(caption)}


def counted(demo: Flask, statement: str, address: str) -> dict[str, int]:
    """Count in the database itself, past everything that the pages use."""
    database: Database = demo.extensions["kring_database"]
    with database.engine.connect() as connection:
        found = connection.execute(text(statement), {"id": int(address.rpartition("/")[2])})
        numbers = {str(helix): int(number) for helix, number in found}
    return {words: numbers.get(words.lower().replace(" ", "_"), 0) for words in HELIXES}


def test_a_session_goes_from_plan_to_balance(demo: Flask, planner: Visitor) -> None:
    planner.press("Plan the session", PLAN)
    address = planner.path
    assert planner.heading == PLAN["Title"]
    assert planner.rows("Invited people")[1] == ["Research", "", "0", "4", "4"]

    # People are invited by filter, and by hand.
    planner.follow("Invite people").press("Show", {"Helix": "Research"})
    planner.press(planner.words("Invite everybody of this list"))
    planner.open(f"{address}/invite")
    planner.press("Invite whom I ticked", {"Ronald Hofstra": True, "Jan van Dalen": True})
    invited = balance(planner.open(address), "Invited people")
    assert invited == counted(demo, INVITED, address)
    assert invited["End users"] == 0 < min(invited["Government"], invited["Business"])

    # One page, one save: marks, somebody of the register, somebody new, and a new organisation.
    noted = {
        "Attendance of Ronald Hofstra": "Present",
        "Attendance of Jan van Dalen": "No show",
        "Attendance of Björn Åkesson": "Excused",
        "Walk-in 1 > Name": "Trijntje Wolfswinkel",
        "Walk-in 2 > Name": "Jaap Vreemdeling",
        "Walk-in 3 > Name": "Kees Bakker",
        "Walk-in 3 > Organisation": "Bakkerij Bakker",
        "Walk-in 3 > Helix": "Business",
    }
    planner.follow("Take attendance").press("Save attendance", noted)
    # Who is known is asked about, and nothing that was noted is lost.
    assert planner.response.status_code == 400
    planner.press("Save attendance", {"Walk-in 1 > Who is this?": "Trijntje Wolfswinkel"})

    assert planner.path == address
    present = balance(planner, "People who came")
    assert present == counted(demo, PRESENT, address)
    assert present == {"Government": 1, "Research": 0, "Business": 1, "End users": 2}
    assert planner.rows("People who came")[3] == ["End users", "", "2", "2", "none –"]
    assert "Research: 4 short of 4" in planner.text


def test_what_somebody_came_for_stays_when_the_role_changes(planner: Visitor) -> None:
    planner.press("Plan the session", PLAN)
    address = planner.path
    planner.follow("Invite people")
    planner.press("Invite whom I ticked", {"Ronald Hofstra": True})
    before = balance(planner.open(address), "Invited people")

    planner.follow("Hofstra, Ronald")
    planner.follow(planner.words("Edit the role"))
    planner.press("Save", {"Helix": "Research", "Why another helix": "gedetacheerd"})

    assert balance(planner.open(address), "Invited people") == before


@pytest.mark.parametrize(
    ("day", "starts", "ends", "label"),
    [
        ("2027-03-28", "02:30", "04:00", "Starts at"),
        ("2027-03-28", "01:30", "02:30", "Ends at"),
        ("2027-03-29", "20:00", "19:00", "Ends at"),
    ],
)
def test_a_time_that_cannot_be_is_refused_beside_its_field(
    planner: Visitor, day: str, starts: str, ends: str, label: str
) -> None:
    planner.press("Plan the session", {**PLAN, "Day": day, "Starts at": starts, "Ends at": ends})

    assert planner.response.status_code == 400
    assert planner.wrong(label)
    assert PLAN["Goal"] in planner.text
    planner.press("Plan the session", {"Starts at": "19:00", "Ends at": "21:00"})
    assert planner.heading == PLAN["Title"]


def test_an_hour_that_comes_twice_is_asked_about(planner: Visitor) -> None:
    night = {"Day": "2027-10-31", "Starts at": "02:30", "Ends at": "04:00"}

    planner.press("Plan the session", {**PLAN, **night})

    assert planner.wrong("Which of the two hours does it start in?")
