"""The preview of a message: a frame that shows the letter and lets nothing of it out."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from crm.core.permissions import Role
from crm.design_sessions import services
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
    planned = services.add_session(leader, project, details=details())
    services.invite(leader, planned, person_ids=[one.id for one in people])
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
