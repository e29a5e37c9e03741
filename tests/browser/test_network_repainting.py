"""A picture that another replaces leaves nothing behind: all is drawn as on a fresh page."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from crm.core.permissions import Role
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories
from tests.networks.gathering import meet

pytestmark = pytest.mark.engine("sqlite")

SETTLED = "[data-network][data-settled=yes]:not([aria-busy])"
DRAWN = "() => document.querySelector('[data-network-canvas] canvas').toDataURL()"
INK = """() => {
  const { height, width } = document.querySelector("[data-network-canvas] canvas");
  const context = document.querySelector("[data-network-canvas] canvas").getContext("2d");
  const { data } = context.getImageData(0, 0, width, height);
  return data.filter((part, place) => place % 4 === 3 && part).length;
}"""
# What the form asks for, one control after the other, as somebody who looks around would.
CHOICES = [
    ("minimum", "2"),
    ("per_person", "1"),
    ("per_person", ""),
    ("until", "2021-05-31"),
    ("helix=business", None),
    ("tie=affiliation", None),
]
CHOOSE = """([name, value]) => {
  const [field, ticked] = name.split("=");
  const control = document.querySelector(`[name=${field}]${ticked ? `[value=${ticked}]` : ""}`);
  if (ticked) control.checked = !control.checked;
  else control.value = value;
  const done = new Promise((swapped) => {
    document.addEventListener("htmx:after:swap", swapped, { once: true });
  });
  control.dispatchEvent(new Event("change", { bubbles: true }));
  return done.then(() => undefined);
}"""


@pytest.fixture
def where(app: Flask, context: BrowserContext, address: str, project: Project) -> Callable[[], str]:
    """Sign the browser in on a network of light and heavy ties, and give its address."""

    def signed_in() -> str:
        office = factories.organisation("Gemeente Proef", helix=Helix.GOVERNMENT)
        helixes = [Helix.END_USERS, Helix.BUSINESS, Helix.RESEARCH]
        people = [factories.person(f"Gast{one}", helix=helixes[one % 3]) for one in range(7)]
        people.append(factories.person("Ambtenaar", at=office))
        for number in range(4):
            meet(*people[number : number + 4], day=date(2021, 3 + number, 18))
        meet(*people[:2], day=date(2021, 3, 20))
        who = factories.member(project, Role.REVIEWER)
        cookie = factories.sign_in(app.test_client(), who).get_cookie("kring")
        assert cookie is not None
        context.add_cookies([{"name": "kring", "value": cookie.value, "url": address}])
        return f"/projects/{project.slug}/network?minimum=0"

    return signed_in


def test_what_a_filter_leaves_is_drawn_as_on_a_fresh_page(
    page: Page, context: BrowserContext, where: Callable[[], str]
) -> None:
    page.goto(where())
    page.wait_for_selector(SETTLED)
    fresh = context.new_page()
    amounts = [page.evaluate(INK)]

    for choice in CHOICES:
        page.evaluate(CHOOSE, [*choice])
        page.wait_for_selector(SETTLED)
        fresh.goto(page.url)
        fresh.wait_for_selector(SETTLED)
        amounts.append(page.evaluate(INK))
        assert page.evaluate(DRAWN) == fresh.evaluate(DRAWN), choice

    assert len(set(amounts)) > len(CHOICES) / 2


def test_a_picture_that_is_replaced_in_the_middle_of_a_drag_hears_nothing_more(
    page: Page, context: BrowserContext, where: Callable[[], str]
) -> None:
    page.goto(where())
    page.wait_for_selector(SETTLED)
    box = page.locator("[data-network-canvas]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 9, box["y"] + 9)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 40, steps=3)
    page.evaluate("window.before = document.querySelector('[data-network]').picture")

    page.evaluate(CHOOSE, ["minimum", "2"])
    page.mouse.up()
    page.wait_for_selector(SETTLED)
    fresh = context.new_page()
    fresh.goto(page.url)
    fresh.wait_for_selector(SETTLED)

    assert page.evaluate("window.before.signal.aborted")
    for each in (page, fresh):
        each.evaluate("document.documentElement.dataset.theme = 'dark'")
        each.evaluate("new Promise((seen) => requestAnimationFrame(() => setTimeout(seen, 50)))")
    assert page.evaluate(DRAWN) == fresh.evaluate(DRAWN)


def test_nothing_that_made_a_tie_is_hidden_beside_the_picture(
    page: Page, where: Callable[[], str]
) -> None:
    address = where()
    both = [factories.person(f"Samen{number}") for number in range(2)]
    for week in range(12):
        meet(*both, title=f"Avond {week}", day=date(2021, 1, 1 + week))

    page.goto(f"{address}&point=p{both[0].id}&with=p{both[1].id}")

    told = page.locator("#network-panel .network-panel__list")
    expect(told.locator("li")).to_have_count(12)
    assert told.evaluate("(list) => list.scrollHeight <= list.clientHeight")
