"""The preview of a message: a frame that shows the letter and lets nothing of it out."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories, pages
from tests.browser.accessibility import overflow
from tests.browser.conftest import ComeIn, Watch

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
