"""The progress of a batch goes on by itself while its page stays open."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.core.permissions import Role
from crm.messages.models import MessageState
from crm.projects.models import Project
from tests import factories
from tests.browser.conftest import LIVE_PAUSE
from tests.messages.batching import batch, bring, message_of

pytestmark = pytest.mark.engine("sqlite")


def test_progress_follows_what_the_worker_does(
    app: Flask, page: Page, address: str, project: Project
) -> None:
    made = batch(factories.leader_of(project), project, size=2)
    client = factories.sign_in(app.test_client(), factories.member(project, Role.PLANNER))
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page.clock.install()
    page.goto(f"/projects/{project.slug}/messages/{made.id}")
    expect(page.get_by_text("0 / 2")).to_be_visible()

    bring(message_of(made, 0), MessageState.ACCEPTED)
    page.clock.run_for(LIVE_PAUSE)
    expect(page.get_by_text("1 / 2")).to_be_visible(timeout=10_000)
    bring(message_of(made, 1), MessageState.ACCEPTED)
    page.clock.run_for(LIVE_PAUSE)

    expect(page.get_by_text("Finished: nothing waits any more.")).to_be_visible(timeout=10_000)
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
