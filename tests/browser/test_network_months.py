"""The slider of months in a real browser: it shows and hides, and the page follows its rest."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories
from tests.networks.gathering import meet

pytestmark = pytest.mark.engine("sqlite")

STATE = """() => {
  const { picture } = document.querySelector("[data-network]");
  const points = [...picture.points.values()];
  return {
    scale: picture.network.getScale(),
    shown: points.filter(({ hidden }) => !hidden).length,
    places: points.map(({ id }) => [id, picture.network.getPosition(id)]),
  };
}"""

SAID = "document.querySelector('[data-months-said]').textContent"


@pytest.fixture
def where(app: Flask, context: BrowserContext, address: str, project: Project) -> Callable[[], str]:
    """Sign the browser in on a network of three months, and give its address."""

    def signed_in() -> str:
        one, two, three, four = (factories.person(f"Persoon{number}") for number in range(4))
        meet(one, two, day=date(2021, 3, 18))
        meet(one, three, day=date(2021, 4, 18))
        meet(three, four, day=date(2021, 5, 18))
        who = factories.member(project, Role.REVIEWER)
        cookie = factories.sign_in(app.test_client(), who).get_cookie("kring")
        assert cookie is not None
        context.add_cookies([{"name": "kring", "value": cookie.value, "url": address}])
        return f"/projects/{project.slug}/network?minimum=0"

    return signed_in


def opened(page: Page, where: Callable[[], str]) -> dict[str, Any]:
    page.goto(where())
    page.wait_for_selector("[data-settled=yes]:not([aria-busy])")
    return dict(page.evaluate(STATE))


def test_a_month_shows_and_hides_and_moves_nothing(page: Page, where: Callable[[], str]) -> None:
    before = opened(page, where)
    slider = page.locator("[data-months-slider]")
    said = page.locator("[data-months-said]")
    expect(said).to_have_text("Ties until May 2021: 3.")

    slider.focus()
    page.keyboard.press("Home")
    first = page.evaluate(STATE)

    expect(said).to_have_text("Ties until March 2021: 1.")
    expect(slider).to_have_attribute("aria-valuetext", "March 2021")
    assert (before["shown"], first["shown"]) == (4, 2)
    assert first["places"] == before["places"]


def test_where_it_rests_the_page_follows_and_the_address_says_so(
    page: Page, where: Callable[[], str]
) -> None:
    before = opened(page, where)
    slider, said = page.locator("[data-months-slider]"), page.locator("[data-months-said]")

    slider.focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("month=2021-03"))
    expect(page.locator("#results")).to_contain_text("Only what was there until 31 March 2021")
    expect(page.locator("[data-filters] input[type=month]")).to_have_value("2021-03")
    expect(said).to_have_text("Ties until March 2021: 1.")
    expect(slider).to_be_focused()
    ways = page.get_by_label("More of this network").get_by_role("link")
    expect(ways.filter(has_text="Take along")).to_have_attribute("href", re.compile("2021-03"))
    first = page.evaluate(STATE)
    stands, stood = dict(first["places"]), dict(before["places"])
    lowest = max(place["y"] for place in stood.values())
    assert first["shown"] == 4
    assert sum(stands[key] == stood[key] for key in stood) == 2
    assert sum(place["y"] > lowest for place in stands.values()) == 2
    assert first["scale"] == before["scale"]

    page.reload()
    expect(said).to_have_text("Ties until March 2021: 1.")
    page.locator("[data-months-play]").click()
    expect(page).not_to_have_url(re.compile("month="))
    expect(said).to_have_text("Ties until May 2021: 3.")
    assert page.evaluate(STATE)["places"] == before["places"]


def test_ties_that_ended_can_be_left_out(page: Page, where: Callable[[], str]) -> None:
    opened(page, where)

    page.locator("[data-months-only]").check()

    expect(page.locator("[data-months-said]")).to_have_text("Ties until May 2021: 1.")
    assert page.evaluate(STATE)["shown"] == 2


def test_it_plays_to_the_end_and_can_be_paused(page: Page, where: Callable[[], str]) -> None:
    opened(page, where)
    play = page.locator("[data-months-play]")

    play.click()
    expect(play).to_have_text("Pause")
    expect(page.locator("[data-months-said]")).to_have_text("Ties until March 2021: 1.")
    play.click()

    expect(play).to_have_text("Play")
    play.click()
    expect(page.locator("[data-months-said]")).to_have_text("Ties until May 2021: 3.")
    expect(play).to_have_text("Play")


def test_it_plays_without_motion_for_whoever_asks_for_less(
    page: Page, where: Callable[[], str]
) -> None:
    page.emulate_media(reduced_motion="reduce")
    before = opened(page, where)

    page.locator("[data-months-play]").click()
    expect(page.locator("[data-months-said]")).to_have_text("Ties until March 2021: 1.")
    # It plays on meanwhile, so the month is read in the same moment.
    said, playing = page.evaluate(f"() => [{SAID}, ({STATE})()]")

    assert playing["shown"] == 2 or "March" not in said
    assert playing["places"] == before["places"]
    # What the style sheet shortens to a hundredth of a millisecond is not seen as motion.
    lasting = "document.getAnimations().filter(one => one.effect.getComputedTiming().endTime > 1)"
    assert page.evaluate(f"{lasting}.length") == 0
