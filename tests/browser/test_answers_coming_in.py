"""Answers as they come: the balance of a planner follows them, and calls are noted by keyboard."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from crm.core.db import session, unit_of_work
from crm.core.permissions import Role, system
from crm.design_sessions.models import Answer, DesignSession
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.rules import links
from crm.design_sessions.services import inviting, planning
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Phone
from tests import factories
from tests.browser.accessibility import findings, overflow
from tests.browser.conftest import LIVE_PAUSE, ComeIn
from tests.design_sessions.conftest import details
from tests.design_sessions.mailbox import say

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def planned(project: Project) -> DesignSession:
    """A session that is short of two of business, with four people who did not answer."""
    actor = system(project.id)
    names = ("Amrani", "Bakker", "Cornelissen", "Dijk")
    people = [factories.person(name, helix=Helix.BUSINESS) for name in names]
    with unit_of_work(actor, "tests.phones"):
        for one in people:
            one.phones.append(Phone(raw="0592 123456", number="+31592123456"))
    asked = details(targets={Helix.BUSINESS: 2}, capacity=2)
    made = planning.add_session(actor, project, details=asked)
    inviting.invite(actor, made, person_ids=[one.id for one in people])
    return made


@pytest.fixture
def watching(
    app: Flask, page: Page, come_in: ComeIn, project: Project, planned: DesignSession
) -> Page:
    """A planner who looks at the session."""
    come_in(factories.sign_in(app.test_client(), factories.member(project, Role.PLANNER)))
    page.clock.install()
    page.goto(f"/projects/{project.slug}/sessions/{planned.id}")
    return page


def asks_anew(watching: Page) -> None:
    """Let so much time go by that the page asks how things stand, and wait for the answer."""
    with watching.expect_response("**/answers"):
        watching.clock.run_for(LIVE_PAUSE)


def answers(planned: DesignSession) -> dict[str, Answer]:
    session().rollback()
    session().expire_all()
    return {one.person.surname: one.answer for one in people_queries.invitations_of(planned)}


def test_the_balance_of_a_planner_follows_an_answer_by_link(
    watching: Page, browser: Browser, address: str, planned: DesignSession
) -> None:
    invitation = people_queries.invitations_of(planned)[0]
    short = watching.locator("#session-answers").get_by_text("Business: 2 short of 2")
    expect(short).to_have_count(1)

    guest = browser.new_context(base_url=address)
    answering = guest.new_page()
    answering.goto(f"/r/{links.answer_token(invitation)}")
    answering.locator('input[value="yes"]').first.check()
    answering.locator('form button[type="submit"]').first.click()

    asks_anew(watching)
    expect(watching.get_by_text("Business: 1 short of 2")).to_be_visible()
    seats = watching.locator("#session-answers")
    expect(seats.get_by_text("Said yes: 1")).to_be_visible()
    guest.close()


def test_the_balance_is_said_aloud_when_an_answer_comes_in_and_only_then(
    watching: Page, planned: DesignSession
) -> None:
    voice = watching.locator("[data-live-voice]")
    spoken = """voice => { window.spoken = [];
        new MutationObserver(() => window.spoken.push(voice.textContent))
            .observe(voice, {childList: true, characterData: true, subtree: true}); }"""
    voice.evaluate(spoken)
    for _time in range(2):  # nobody answers: it asks anew, and says nothing
        asks_anew(watching)
    expect(voice).to_have_attribute("role", "status")
    expect(voice).to_be_empty()

    for one in people_queries.invitations_of(planned)[:2]:
        say(one, Answer.YES)
        asks_anew(watching)
        expect(watching.get_by_text("Said yes: ").first).to_be_visible()
    expect(voice).to_contain_text("Said yes: 2.")
    asks_anew(watching)

    said = watching.evaluate("window.spoken")
    assert said[-1] == ("Said yes: 2. Government: 0. Research: 0. Business: 2 of 2. End users: 0.")
    assert len(said) == len(set(said))


def test_calls_are_noted_by_keyboard_and_the_place_is_kept(
    watching: Page, planned: DesignSession
) -> None:
    watching.get_by_role("link", name="Call list").first.click()
    focused = watching.locator("[data-call]:focus")
    expect(focused).to_contain_text("Amrani")
    watching.keyboard.press("j")
    expect(focused).to_contain_text("Bakker")
    watching.keyboard.press("y")
    expect(focused).to_contain_text("Cornelissen")
    watching.keyboard.press("k")
    expect(focused).to_contain_text("Amrani")
    watching.keyboard.press("l")
    expect(watching.get_by_text("Noted: In 2 hours.")).to_be_visible()
    expect(focused).to_contain_text("Cornelissen")
    watching.keyboard.press("ArrowDown")
    expect(focused).to_contain_text("Dijk")
    watching.keyboard.press("n")
    expect(watching.get_by_text("Noted: No.")).to_be_visible()

    said = answers(planned)
    assert said["Bakker"] is Answer.YES
    assert said["Amrani"] is Answer.NONE
    assert sorted(said.values()) == sorted([Answer.YES, Answer.NO, Answer.NONE, Answer.NONE])


@pytest.mark.parametrize("width", [320, 1280])
def test_the_pages_are_open_to_everybody(watching: Page, axe: str, width: int) -> None:
    watching.set_viewport_size({"width": width, "height": 800})
    here, wrong = watching.url, {}

    for end in ("", "?answer=none", "?answer=gone", "/calls", "/cancel", "/copy"):
        watching.goto(here + end)
        wrong[end] = (findings(watching, axe), overflow(watching))

    assert {end: found for end, found in wrong.items() if found != ([], 0)} == {}
