"""Many people at once by keyboard, and conditions that are counted while one chooses."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.core.permissions import Role
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def people(app: Flask, page: Page, address: str, project: Project) -> Page:
    for name in ("Amrani", "Bakker", "Visser"):
        factories.person(name, helix=Helix.BUSINESS)
    client = factories.sign_in(app.test_client(), factories.member(project, Role.PLANNER))
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page.goto(f"/projects/{project.slug}/persons")
    return page


def test_people_are_ticked_and_tagged_by_keyboard(people: Page) -> None:
    people.get_by_label("Choose all on this page").focus()
    people.keyboard.press("Space")
    people.get_by_label("Choose Ans Bakker").focus()
    people.keyboard.press("Space")
    people.get_by_role("button", name="With who is chosen").focus()
    people.keyboard.press("Enter")
    expect(people.get_by_text("2 people are chosen.")).to_be_visible()

    people.get_by_label("Tags", exact=True).first.focus()
    people.keyboard.type("sport")
    people.keyboard.press("Enter")

    expect(people.get_by_text("Tags given to 2 people.")).to_be_visible()
    expect(people.get_by_role("link", name="sport")).to_have_count(2)


def test_what_fits_is_counted_while_conditions_are_chosen(people: Page) -> None:
    people.get_by_role("link", name="More conditions").click()
    people.get_by_label("Condition to add").select_option("helix")
    people.get_by_role("button", name="Add this condition").click()

    people.get_by_label("Helix", exact=True).select_option("research")

    expect(people.get_by_text("0 people fit.")).to_be_visible()
    people.get_by_label("Not", exact=True).check()
    expect(people.get_by_text("3 people fit.")).to_be_visible()
    people.get_by_role("button", name="Show these people").click()
    expect(people).to_have_url(re.compile(r"where=!helix:research"))
