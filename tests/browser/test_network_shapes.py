"""Networks of odd shapes, hostile names and other surroundings: the picture stands, and is text."""

import json
from collections.abc import Callable

import networkx as nx
import pytest
from flask import Flask
from playwright.sync_api import Dialog, Page, Route, expect

from crm.core.permissions import Role
from crm.networks.rules import layout, picture
from crm.networks.rules.graph import StakeholderGraph
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories
from tests.browser.accessibility import findings, findings_of_colours, overflow
from tests.browser.conftest import ComeIn, Watch
from tests.browser.test_hostile_names import CORPUS, PLANTED
from tests.networks.gathering import involve, meet

pytestmark = pytest.mark.engine("sqlite")

SETTLED = "[data-settled=yes]:not([aria-busy])"
HOSTILE = " ".join(CORPUS)
Open = Callable[[], str]


@pytest.fixture
def enter(app: Flask, come_in: ComeIn, project: Project) -> Open:
    """Sign the browser in as a leader, and give the address of the network."""

    def signed_in() -> str:
        come_in(factories.sign_in(app.test_client(), factories.member(project, Role.LEADER)))
        return f"/projects/{project.slug}/network"

    return signed_in


@pytest.fixture
def pair(project: Project) -> tuple[Person, Person]:
    """Two people with hostile names, who met at something with one."""
    office = factories.organisation(HOSTILE, helix=Helix.RESEARCH)
    both = (
        factories.person(HOSTILE, first_name="Ans", helix=Helix.BUSINESS),
        factories.person(HOSTILE, first_name="Bep", at=office),
    )
    meet(*both, title=HOSTILE[:150])
    track = factories.initiative(factories.leader_of(project), project, HOSTILE[:150])
    involve(track.id, *both)
    return both


def numbered(shape: "nx.Graph[int]", helixes: list[Helix]) -> StakeholderGraph:
    """Return a graph of this shape, as one of people."""
    made: StakeholderGraph = nx.Graph(view="people")
    for one in shape.nodes:
        made.add_node(f"p{one + 1}", helix=helixes[one % len(helixes)], second=None)
    for one, other in shape.edges:
        made.add_edge(f"p{one + 1}", f"p{other + 1}", weight=1, kinds=("attendance",))
    return made


EVERY = list(Helix)
SHAPES: dict[str, Callable[[], StakeholderGraph]] = {
    "nobody": lambda: numbered(nx.empty_graph(0), EVERY),
    "one": lambda: numbered(nx.empty_graph(1), EVERY),
    "no ties": lambda: numbered(nx.empty_graph(40), EVERY),
    "one helix": lambda: numbered(nx.cycle_graph(30), [Helix.RESEARCH]),
    "complete": lambda: numbered(nx.complete_graph(60), EVERY),
    "star": lambda: numbered(nx.star_graph(5_000), EVERY),
    "pairs": lambda: numbered(nx.disjoint_union_all([nx.path_graph(2)] * 500), EVERY),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_network_of_an_odd_shape_is_drawn_and_can_be_walked(
    page: Page,
    enter: Open,
    pair: tuple[Person, Person],
    shape: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picture, "MOST_CARRIED", 0)
    graph = SHAPES[shape]()
    names = {key: f"Naam {key}" for key in graph}
    data = json.dumps({**picture.draw(graph, layout.anew(graph).all, names), "labels": 160})

    def answer(route: Route) -> None:
        route.fulfill(body=data, content_type="application/json")

    page.route("**/picture.json*", answer)
    page.goto(enter())
    page.wait_for_selector(SETTLED)
    page.locator("[data-network-canvas]").focus()
    for key in ("Home", "ArrowRight", "+", "-"):
        page.keyboard.press(key)

    said = page.locator("[data-network-said]").text_content() or ""
    assert "Naam" in said or said == "No tie goes that way."
    page.wait_for_function(PAINTED if graph else EMPTY)


def test_who_has_no_tie_in_a_selection_is_drawn_and_listed(
    page: Page, enter: Open, pair: tuple[Person, Person]
) -> None:
    page.goto(f"{enter()}?tie=attendance&until=1999-12-31")
    page.wait_for_selector(SETTLED)

    expect(page.locator("#results")).to_contain_text("Nothing ties anybody")
    expect(page.locator("#lists table")).to_contain_text("Ans")
    see_painted(page)


def test_what_people_type_stays_text_in_picture_tips_and_beside_it(
    page: Page, enter: Open, pair: tuple[Person, Person]
) -> None:
    met: list[str] = []

    def note(dialog: Dialog) -> None:
        met.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.goto(enter())
    page.wait_for_selector(SETTLED)
    page.locator("[data-network-canvas]").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    beside = page.locator("#network-panel")
    expect(beside).to_contain_text(HOSTILE)
    beside.locator("[data-network-open]").first.click()
    expect(beside.get_by_role("heading", level=2)).to_contain_text("What ties")

    assert HOSTILE[:150] in beside.inner_text()
    assert page.locator(PLANTED).count() == 0
    assert met == []


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_stands_in_the_way_beside_the_picture(
    page: Page, watch: Watch, axe: str, enter: Open, pair: tuple[Person, Person], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    one, other = (f"p{person.id}" for person in pair)

    for query in (f"?point={one}", f"?point={one}&with={other}", "?view=sessions&size=strength"):
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(f"{enter()}{query}")
        page.wait_for_selector(SETTLED)

        assert findings(page, axe) == []
        assert overflow(page) == 0
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert findings_of_colours(page) == []
        assert watch.problems() == []


def test_paper_gets_the_picture_with_its_legend_and_what_was_asked(
    page: Page, enter: Open, pair: tuple[Person, Person]
) -> None:
    page.goto(f"{enter()}?from=2020-01-01")
    page.wait_for_selector(SETTLED)
    printed = page.locator(".network__printed")
    expect(printed).to_be_hidden()

    page.emulate_media(media="print")

    expect(printed).to_contain_text("Made on")
    expect(printed).to_contain_text("From: 1 Jan 2020")
    expect(page.get_by_role("heading", name="Legend")).to_be_visible()
    expect(page.locator("[data-network-buttons]")).to_be_hidden()
    see_painted(page)


def test_a_dark_picture_is_painted_for_light_paper(
    page: Page, enter: Open, pair: tuple[Person, Person]
) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(enter())
    page.wait_for_selector(SETTLED)
    surface = "document.querySelector('[data-network]').picture.look.surface"
    dark = page.evaluate(surface)

    page.emulate_media(color_scheme="dark", media="print")

    page.wait_for_function(f"() => {surface} === 'rgb(255, 255, 255)'")
    assert dark != "rgb(255, 255, 255)"


PAINTED = """() => {
    const canvas = document.querySelector("[data-network-canvas] canvas");
    const { height, width } = canvas;
    // Of a copy: Chromium warns where a canvas that is drawn on is read more than once.
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    return data.some((value) => value > 0);
}"""


# Nothing is not there yet either, so this says only that nothing is painted by mistake.
EMPTY = f"() => !({PAINTED})()"


def see_painted(page: Page) -> None:
    """Wait until something stands on the canvas: a change of its size wipes it for a frame."""
    page.wait_for_function(PAINTED)
