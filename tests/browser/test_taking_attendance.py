"""Attendance by keyboard, and walk-ins who are found while one types."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.core.db import session
from crm.core.permissions import Role, system
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.services import inviting, planning
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.stakeholders.services.persons import NewPerson, PersonDetails, add_person
from crm.stakeholders.values.names import NameParts
from tests import factories
from tests.design_sessions.conftest import details

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def held(project: Project) -> DesignSession:
    names = ("Amrani", "Bakker", "Åkesson")
    people = [factories.person(name, helix=Helix.BUSINESS).id for name in names]
    held = planning.add_session(system(project.id), project, details=details())
    inviting.invite(system(project.id), held, person_ids=people)
    known = NewPerson(PersonDetails(NameParts(first_name="Jolanda", surname="Zeldzaam")))
    add_person(system(project.id), project, new=known)
    return held


@pytest.fixture
def taking(app: Flask, page: Page, address: str, project: Project, held: DesignSession) -> Page:
    client = factories.sign_in(app.test_client(), factories.member(project, Role.PLANNER))
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page.goto(f"/projects/{project.slug}/sessions/{held.id}/attendance")
    return page


def noted(held: DesignSession) -> dict[str, AttendanceStatus]:
    session().rollback()
    session().expire_all()
    return {one.person.surname: one.status for one in people_queries.attendances_of(held)}


def test_people_are_marked_by_letters_and_arrows(taking: Page, held: DesignSession) -> None:
    taking.get_by_label("Jump to a name").press("Enter")
    taking.keyboard.press("p")
    taking.keyboard.press("ArrowDown")
    taking.keyboard.press("n")
    taking.get_by_role("button", name="Save attendance").click()

    expect(taking.get_by_text("Noted for 2 people.")).to_be_visible()
    assert list(noted(held).values()) == [AttendanceStatus.PRESENT, AttendanceStatus.NO_SHOW]


def test_a_name_is_jumped_to_and_the_next_can_be_typed_at_once(
    taking: Page, held: DesignSession
) -> None:
    box = taking.get_by_label("Jump to a name")
    box.press_sequentially("akes")
    expect(taking.locator("[data-attendance-row]:visible")).to_have_count(1)
    box.press("Enter")
    taking.keyboard.press("e")
    expect(box).to_be_focused()
    taking.keyboard.type("bakk")
    taking.keyboard.press("Enter")
    taking.keyboard.press("p")
    taking.get_by_role("button", name="Save attendance").click()

    expect(taking.get_by_text("Noted for 2 people.")).to_be_visible()
    assert noted(held) == {
        "Åkesson": AttendanceStatus.EXCUSED,
        "Bakker": AttendanceStatus.PRESENT,
    }


def test_a_walk_in_is_found_while_one_types(taking: Page, held: DesignSession) -> None:
    first, second = (taking.get_by_role("group", name=f"Walk-in {n}") for n in (1, 2))
    first.get_by_label("Name").press_sequentially("zeldz")
    first.get_by_role("button", name="Jolanda Zeldzaam").click()
    expect(first.get_by_label("Name")).to_have_value("Jolanda Zeldzaam")
    second.get_by_label("Name").fill("Kees Nieuw")
    taking.get_by_role("button", name="Save attendance").click()

    expect(taking.get_by_text("Noted for 2 people.")).to_be_visible()
    assert noted(held).keys() == {"Zeldzaam", "Nieuw"}
    assert len(people_queries.named("Jolanda Zeldzaam")) == 1


def test_a_list_of_who_came_is_brought_in_by_clicking(taking: Page, held: DesignSession) -> None:
    content = "Naam;E-mail;Status\nZeldzaam, Jolanda;;ja\nNieuw Iemand;;aanwezig\n=1+1;;ja\n"
    taking.get_by_role("link", name="Bring in an attendance list").click()
    taking.get_by_label("File with who came").set_input_files(
        {"name": "lijst.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    taking.get_by_role("button", name="Read the file").click()
    expect(taking.get_by_label("Status")).to_have_value("attendance")
    taking.get_by_role("button", name="See whom it is about").click()
    taking.get_by_label("Who row 3 is").select_option("new")
    taking.get_by_role("button", name="Note the attendance").click()

    expect(taking.get_by_role("heading", name="The attendance is noted")).to_be_visible()
    assert noted(held) == dict.fromkeys(("Iemand", "Zeldzaam"), AttendanceStatus.PRESENT)
