"""The preview of a message: a frame that shows the letter and lets nothing of it out."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from crm.core.permissions import Role
from crm.design_sessions.services import inviting, planning
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories, pages
from tests.browser.accessibility import findings, overflow
from tests.browser.conftest import ComeIn, Watch
from tests.design_sessions.conftest import details

pytestmark = pytest.mark.engine("sqlite")

BODY = (
    "Dag ((voornaam)),\n\n<script>document.title='x'</script>\n\n((wanneer))\n\n"
    "[Antwoord](((antwoordlink)))\n\n" + "lang" * 100
)


def test_the_letter_is_seen_in_its_frame_and_stays_inside(
    page: Page, watch: Watch, come_in: ComeIn, project: Project, client: FlaskClient
) -> None:
    factories.sign_in(client, factories.member(project, Role.LEADER))
    address = f"/projects/{project.slug}/mail-words/invite/nl"
    pages.post(client, address, {"subject": "Kom", "body": BODY, "revision": "0"})
    come_in(client)
    page.set_viewport_size({"width": 320, "height": 900})

    page.goto(f"{address}/preview")

    letter = page.frame_locator("iframe")
    expect(letter.get_by_text("Dag Noa")).to_be_visible()
    expect(letter.get_by_role("link", name="Antwoord", exact=True)).to_be_visible()
    assert page.title().startswith("Preview")
    assert letter.locator("script").count() == 0
    assert overflow(page) == 0
    assert watch.problems() == []


@pytest.mark.parametrize("width", [320, 1280])
def test_a_planner_walks_through_the_letters_of_real_people(
    page: Page, come_in: ComeIn, project: Project, client: FlaskClient, axe: str, width: int
) -> None:
    leader = factories.leader_of(project)
    at = factories.organisation("Gemeente", helix=Helix.GOVERNMENT)
    people = [
        factories.person(f"Proef {one}", first_name=one, at=at, email=f"{one}@kring.example")
        for one in ("ada", "<b>bo</b>" + "lang" * 60)
    ]
    planned = planning.add_session(leader, project, details=details())
    inviting.invite(leader, planned, person_ids=[one.id for one in people])
    come_in(factories.sign_in(client, factories.member(project, Role.PLANNER)))
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(f"/projects/{project.slug}/sessions/{planned.id}/send-invitations")
    letter = page.frame_locator("iframe")
    expect(letter.get_by_text("Beste ada")).to_be_visible()
    page.get_by_role("link", name="Next recipient").click()

    expect(letter.get_by_text("Beste <b>bo</b>")).to_be_visible()
    expect(page.get_by_role("heading", name="How it reads for <b>bo</b>")).to_be_visible()
    assert findings(page, axe) == []
    assert overflow(page) == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_typed_is_seen_in_a_frame_and_is_sent_afterwards(
    page: Page, come_in: ComeIn, project: Project, client: FlaskClient, axe: str, width: int
) -> None:
    at = factories.organisation("Gemeente", helix=Helix.GOVERNMENT)
    for one in ("Ada", "Bo"):
        factories.person(f"Proef {one}", first_name=one, at=at, email=f"{one}@kring.example")
    come_in(factories.sign_in(client, factories.member(project, Role.PLANNER)))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/projects/{project.slug}/messages/new")
    page.get_by_label("Subject").fill("Wat ervan werd")
    page.get_by_label("Text").fill("Er kwam een **moestuin**.")

    page.get_by_role("button", name="Show how it reads").click()
    letter = page.frame_locator("iframe")
    expect(letter.get_by_text("Beste Ada")).to_be_visible()
    page.get_by_role("button", name="Next recipient").click()

    expect(letter.get_by_text("Beste Bo")).to_be_visible()
    expect(letter.locator("strong", has_text="moestuin")).to_be_visible()
    assert findings(page, axe) == []
    assert overflow(page) == 0
    page.get_by_role("button", name="Send (2)").click()
    expect(page.get_by_text("The messages are in the queue.")).to_be_visible()


def test_without_scripts_a_button_fills_the_frame(
    browser: Browser, address: str, app: Flask, project: Project, client: FlaskClient
) -> None:
    at = factories.organisation("Gemeente", helix=Helix.GOVERNMENT)
    factories.person("Proef", first_name="Ada", at=at, email="ada@kring.example")
    factories.sign_in(client, factories.member(project, Role.PLANNER))
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    plain = browser.new_context(base_url=address, java_script_enabled=False)
    plain.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page = plain.new_page()
    page.goto(f"/projects/{project.slug}/messages/new")
    page.get_by_label("Subject").fill("Wat ervan werd")
    page.get_by_label("Text").fill("Er kwam een moestuin.")

    page.get_by_role("button", name="Show how it reads").click()
    page.get_by_role("button", name="Show it as it looks").click()

    expect(page.frame_locator("iframe").get_by_text("Beste Ada")).to_be_visible()
    expect(page.get_by_label("Subject")).to_have_value("Wat ervan werd")
    plain.close()
