"""The network as a page by itself, opened from a disk: drawn, walked, and nothing but text."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from crm.core.cleaning import clean_line
from crm.projects.models import Project
from tests import factories
from tests.networks.gathering import meet
from tests.web.hostile import TEXTS

# As forms let them in.
HOSTILE = [clean_line(text) for text in TEXTS if len(text) < 100]


@pytest.fixture
def saved(app: Flask, project: Project, tmp_path: Path) -> Path:
    """The network of a few people with names of ill will, as a file."""
    guests = [factories.person(text, first_name="Ans") for text in HOSTILE]
    meet(*guests)
    marked = factories.person("Bo", first_name="</script><script>window.hit=1</script>")
    meet(*guests, marked, day=date(2021, 5, 20))
    client: FlaskClient = factories.sign_in(app.test_client(), factories.member(project))
    answer = client.get(f"/projects/{project.slug}/network/take-away/html?minimum=0")
    assert answer.status_code == 200
    path = tmp_path / "network.html"
    path.write_bytes(answer.data)
    return path


@pytest.fixture
def asked() -> list[str]:
    """What the page asked for."""
    return []


@pytest.fixture
def shown(browser: Browser, saved: Path, asked: list[str]) -> Page:
    """The file in a browser of its own."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: asked.append(message.text))
    page.on("pageerror", lambda error: asked.append(str(error)))
    page.goto(saved.as_uri())
    expect(page.locator('[data-network][data-settled="yes"]')).to_be_visible()
    return page


@pytest.mark.engine("sqlite")
def test_it_draws_walks_and_asks_nothing_of_anywhere(
    shown: Page, saved: Path, asked: list[str]
) -> None:
    shown.locator("[data-network-canvas]").focus()
    shown.keyboard.press("Home")
    shown.keyboard.press("ArrowRight")
    shown.keyboard.press("Enter")

    expect(shown.locator("[data-network-said]")).not_to_be_empty()
    assert shown.evaluate("window.hit") is None
    assert shown.url == saved.as_uri()
    assert asked == [saved.as_uri()]


@pytest.mark.engine("sqlite")
def test_its_months_show_what_was_tied_by_then(shown: Page) -> None:
    said = shown.locator("[data-months-said]")
    all_of_them = said.text_content() or ""

    shown.get_by_label("Month", exact=True).press("Home")

    expect(said).to_contain_text("March 2021")
    assert "May 2021" in all_of_them
    assert said.text_content() != all_of_them


@pytest.mark.engine("sqlite")
def test_names_are_text_in_its_tables(shown: Page) -> None:
    texts = shown.locator("tbody").last.locator("tr td:first-child").all_text_contents()

    assert any("<script>window.hit=1</script>" in text for text in texts)
    assert len(texts) == len(HOSTILE) + 1
    assert shown.locator("img, iframe, object, embed").count() == 0


@pytest.mark.engine("sqlite")
def test_without_javascript_it_shows_the_drawing(browser: Browser, saved: Path) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(saved.as_uri())

    expect(page.locator("figure svg")).to_be_visible()
    expect(page.locator("[data-network]")).to_be_hidden()
    expect(page.locator("table").first).to_be_visible()
