"""The picture of a network in a real browser: drawn, walked, clicked, and never more than text."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Locator, Page, expect

from crm.core.permissions import Role
from crm.networks.rules import picture
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories
from tests.browser.conftest import Watch
from tests.networks.gathering import meet

pytestmark = pytest.mark.engine("sqlite")

HOSTILE = '"><img src=x onerror=alert(1)> href'
SCALE = "document.querySelector('[data-network]').picture.network.getScale()"
SETTLED = "[data-settled=yes]:not([aria-busy])"


@pytest.fixture
def enter(app: Flask, context: BrowserContext, address: str, project: Project) -> Callable[[], str]:
    """Sign the browser in as a leader, and give the address of the network."""

    def signed_in() -> str:
        who = factories.member(project, Role.LEADER)
        cookie = factories.sign_in(app.test_client(), who).get_cookie("kring")
        assert cookie is not None
        context.add_cookies([{"name": "kring", "value": cookie.value, "url": address}])
        return f"/projects/{project.slug}/network"

    return signed_in


@pytest.fixture
def pair(project: Project) -> tuple[Person, Person]:
    """Two people who met, one with a hostile name."""
    both = (
        factories.person("Bewoner", first_name="Greet", helix=Helix.END_USERS),
        factories.person(HOSTILE, first_name="Dirk", helix=Helix.BUSINESS),
    )
    meet(*both, title="Kennen en begrijpen")
    return both


def middle(page: Page) -> tuple[float, float]:
    box = page.locator("[data-network-canvas]").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def settle(page: Page, where: str) -> None:
    page.goto(where)
    page.wait_for_selector(SETTLED)


def test_the_picture_settles_at_once_and_nothing_moves(
    page: Page, enter: Callable[[], str], pair: tuple[Person, Person]
) -> None:
    settle(page, enter())
    canvas = page.locator("[data-network-canvas] canvas")

    before = canvas.screenshot()
    page.wait_for_timeout(300)

    assert canvas.screenshot() == before
    assert len(before) > 2000


def panel(page: Page) -> Locator:
    return page.locator("#network-panel")


def test_a_line_tells_what_it_is_and_opens_what_made_it(
    page: Page, enter: Callable[[], str], pair: tuple[Person, Person]
) -> None:
    settle(page, enter())
    tip = page.locator("[data-network-tip]")

    page.mouse.move(*middle(page))
    expect(tip).to_contain_text(HOSTILE)
    page.mouse.click(*middle(page))

    expect(panel(page).get_by_role("link", name="Kennen en begrijpen")).to_be_visible()
    expect(panel(page).get_by_role("heading", level=2)).to_be_focused()
    assert re.search(r"point=p\d+&with=p\d+", page.url)
    assert page.locator("img[src=x]").count() == 0


def test_a_mark_tells_who_it_is_and_leads_to_their_page(
    page: Page, enter: Callable[[], str], pair: tuple[Person, Person]
) -> None:
    settle(page, enter())
    page.locator("[data-network-canvas]").focus()

    # Home stands on a mark and brings it to the middle.
    page.keyboard.press("Home")
    page.mouse.move(*middle(page))
    expect(page.locator("[data-network-tip]")).to_be_visible()
    page.mouse.click(*middle(page))
    expect(panel(page)).to_contain_text("Has 1 tie, and it weighs 1.")
    panel(page).get_by_role("link", name=re.compile("^To the page of")).click()

    page.wait_for_url(re.compile(r"/persons/\d+$"))


def test_what_is_chosen_stands_in_the_address_and_back_goes_back(
    page: Page, enter: Callable[[], str], pair: tuple[Person, Person]
) -> None:
    settle(page, enter())
    page.locator("[data-network-canvas]").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    who = panel(page).get_by_role("heading", level=2)
    first = who.text_content() or ""

    panel(page).get_by_role("list").get_by_role("link").click()
    expect(who).to_contain_text("What ties")
    page.go_back()
    expect(who).to_have_text(first)
    page.reload()
    page.wait_for_selector(SETTLED)
    expect(who).to_have_text(first)
    page.go_back()

    expect(panel(page)).to_be_hidden()


def test_escape_closes_and_the_picture_has_the_focus_again(
    page: Page, enter: Callable[[], str], pair: tuple[Person, Person]
) -> None:
    settle(page, enter())
    canvas = page.locator("[data-network-canvas]")
    canvas.focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(panel(page).get_by_role("heading", level=2)).to_be_focused()

    page.keyboard.press("Escape")

    expect(panel(page)).to_be_hidden()
    expect(canvas).to_be_focused()
    assert "point=" not in page.url


def test_where_the_panel_does_not_come_the_page_of_the_ties_does(
    page: Page, enter: Callable[[], str], pair: tuple[Person, Person], watch: Watch
) -> None:
    watch.allow("500")
    settle(page, enter())
    page.route("**part=panel*", lambda route: route.fulfill(status=500))
    page.locator("[data-network-canvas]").focus()

    page.keyboard.press("Home")
    page.keyboard.press("Enter")

    # Not the page of the register, which would name who is not to be shown.
    page.wait_for_url(re.compile(r"/network/people/\d+$"))


def test_nothing_moves_by_steps_for_whoever_asks_for_less_motion(
    page: Page, enter: Callable[[], str], pair: tuple[Person, Person]
) -> None:
    page.emulate_media(reduced_motion="reduce")
    settle(page, enter())
    before = page.evaluate(SCALE)

    for button in ("Zoom in", "Zoom out", "Zoom in"):
        page.get_by_role("button", name=button).click()
    at_once = page.evaluate(SCALE)
    page.wait_for_timeout(300)

    assert at_once > before
    assert page.evaluate(SCALE) == at_once
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_keyboard_walks_along_ties_and_opens(
    page: Page, enter: Callable[[], str], pair: tuple[Person, Person]
) -> None:
    settle(page, enter())
    said = page.locator("[data-network-said]")
    page.locator("[data-network-canvas]").focus()

    page.keyboard.press("Home")
    first = said.text_content()
    for arrow in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        page.keyboard.press(arrow)
        if said.text_content() not in {first, "No tie goes that way."}:
            break
    second = said.text_content()
    page.keyboard.press("Shift+Enter")

    names = ["Greet Bewoner, End users: ties: 1.", f"Dirk {HOSTILE}, Business: ties: 1."]
    assert first in names
    assert any(second == f"{name} {way}" for name in names if name != first for way in ways())
    expect(panel(page).get_by_role("link", name="Kennen en begrijpen")).to_be_visible()


def ways() -> list[str]:
    """Return how the tie may be called, whichever end comes first."""
    ends = ["Greet Bewoner", f"Dirk {HOSTILE}"]
    return [f"{one} and {other}: weight 1." for one, other in (ends, ends[::-1])]


def test_names_never_lie_over_each_other_at_any_zoom(
    page: Page, enter: Callable[[], str], project: Project
) -> None:
    people = [factories.person(f"Naamgenoot{number:02}", first_name="Voor") for number in range(40)]
    meet(*people)
    settle(page, f"{enter()}?minimum=0")

    seen = []
    for _ in range(5):
        boxes = page.evaluate("document.querySelector('[data-network]').picture.labels.placed")
        assert overlaps(boxes) == []
        seen.append(len(boxes))
        page.get_by_role("button", name="Zoom in").click()

    assert max(seen) > 10
    assert seen[0] < len(people)


def overlaps(boxes: list[dict[str, float]]) -> list[tuple[int, int]]:
    """Return the pairs of names that share a pixel."""
    return [
        (one, other)
        for other, second in enumerate(boxes)
        for one, first in enumerate(boxes[:other])
        if first["left"] < second["left"] + second["width"]
        and second["left"] < first["left"] + first["width"]
        and first["top"] < second["top"] + second["height"]
        and second["top"] < first["top"] + first["height"]
    ]


def test_the_picture_follows_the_filters(
    page: Page, enter: Callable[[], str], pair: tuple[Person, Person]
) -> None:
    settle(page, enter())

    page.get_by_label("Until").fill("2021-03-01")
    page.get_by_label("Until").dispatch_event("change")

    expect(page.locator("#results")).to_contain_text("Nothing ties anybody")
    page.get_by_label("Until").fill("2021-04-01")
    page.get_by_label("Until").dispatch_event("change")
    page.wait_for_selector(SETTLED)


def test_without_the_data_the_lists_are_left(
    page: Page,
    enter: Callable[[], str],
    pair: tuple[Person, Person],
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picture, "MOST_CARRIED", 0)
    watch.allow("picture.json")
    watch.allow("500")
    watch.allow("preload")
    page.route("**/picture.json*", lambda route: route.fulfill(status=500))

    page.goto(enter())

    expect(page.locator("#network-status")).to_contain_text("The lists below say the same")
    expect(page.locator("[data-network-canvas]")).to_be_hidden()
    expect(page.locator("table")).to_contain_text("Greet Bewoner")


def test_a_community_is_a_mark_that_leads_to_its_row(
    page: Page, enter: Callable[[], str], pair: tuple[Person, Person]
) -> None:
    settle(page, f"{enter()}/communities")
    page.locator("[data-network-canvas]").focus()

    page.keyboard.press("Home")
    said = page.locator("[data-network-said]").text_content() or ""
    page.keyboard.press("Enter")

    assert said.startswith("2: ")
    expect(page.locator("#c1")).to_be_focused()
