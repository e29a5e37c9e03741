"""An organisation is picked by typing: names are suggested, and a new one is made on the way."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.core.permissions import Role
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories
from tests.browser.conftest import Watch

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def role_form(app: Flask, page: Page, address: str, project: Project) -> Page:
    client = factories.sign_in(app.test_client(), factories.member(project, Role.LEADER))
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    factories.organisation("Hanzehogeschool", helix=Helix.RESEARCH)
    factories.organisation("Gemeente Proef", helix=Helix.GOVERNMENT)
    page.goto(f"/projects/{project.slug}/persons/{factories.person().id}/roles/new")
    return page


def test_names_are_suggested_while_one_types(role_form: Page) -> None:
    role_form.get_by_label("Organisation").press_sequentially("han")

    options = role_form.locator("datalist option")
    expect(options).to_have_count(1)
    expect(options).to_have_attribute("value", "Hanzehogeschool")


def test_a_name_nobody_has_can_be_made(role_form: Page, watch: Watch) -> None:
    watch.allow("400")
    role_form.get_by_label("Organisation").fill("Nieuwe club")
    role_form.locator("main form button[type=submit]").click()

    role_form.get_by_label("Make this organisation").check()
    role_form.get_by_label("Helix", exact=True).select_option("business")
    role_form.locator("main form button[type=submit]").click()

    expect(role_form.get_by_role("link", name="Nieuwe club", exact=True)).to_be_visible()
