"""What outsiders see of the network by a link: open to everybody, also without JavaScript."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select

from crm.core.db import Database, project_scope, session
from crm.core.permissions import system
from crm.design_sessions.models import Attendance, AttendanceStatus
from crm.networks.services.declared_ties import make_declaring_link
from crm.projects import queries
from crm.stakeholders.models import Person
from tests import demonstration, own_links
from tests.browser.accessibility import findings, overflow
from tests.browser.conftest import Watch

pytestmark = pytest.mark.engine("sqlite")
PHONE, DESK = ViewportSize(width=320, height=700), ViewportSize(width=1280, height=900)


@pytest.fixture
def app(demo: Flask) -> Flask:
    return demo


@pytest.fixture
def links(app: Flask) -> dict[str, str]:
    """The address of a shared view, and that of somebody's own ties."""
    database: Database = app.extensions["kring_database"]
    with app.test_request_context(), database.opened():
        stops = own_links.stops(app)
        found = {stop.endpoint: stop.address for stop in stops if stop.method == "GET"}
        return {**found, "own_ties.asked": f"/t/{_link_of_who_met_others()}"}


def _link_of_who_met_others() -> str:
    project = queries.by_slug(demonstration.SLUG)
    assert project is not None
    with project_scope(project.id):
        met = select(Attendance.person_id).where(Attendance.status == AttendanceStatus.PRESENT)
        person = session().scalars(select(Person).where(Person.id.in_(met)).limit(1)).one()
        return make_declaring_link(system(project.id), person)


def test_shared_views_and_own_ties_are_open_to_everybody(
    page: Page, watch: Watch, axe: str, links: dict[str, str]
) -> None:
    view, ties = links["shared.view"], links["own_ties.asked"]
    wrong: dict[str, list[str]] = {}

    for size, look in ((PHONE, "dark"), (DESK, "light")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="dark" if look == "dark" else "light")
        for each in (view, f"{view}?list=points", ties):
            page.goto(each)
            wrong[f"{each} {look}"] = [*findings(page, axe), *watch.problems()]
            wrong[f"{each} {look}"] += ["too wide"] if overflow(page) else []

    assert {each: found for each, found in wrong.items() if found} == {}


def test_without_javascript_a_view_is_read_and_ties_are_said(
    browser: Browser, address: str, links: dict[str, str]
) -> None:
    opened = browser.new_context(base_url=address, java_script_enabled=False, viewport=PHONE)
    page = opened.new_page()

    page.goto(f"{links['shared.view']}?language=en")
    expect(page.locator("img.picture__image")).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()

    page.goto(f"{links['own_ties.asked']}?language=en")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save my answer").press("Enter")
    expect(page.get_by_text("Thank you, your answer is kept.")).to_be_visible()
    expect(page.get_by_role("checkbox").first).to_be_checked()
    opened.close()
