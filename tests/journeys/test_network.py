"""The network of the demo without JavaScript: figures, evidence, lists of the server."""

import json

import pytest
from flask import Flask

from crm.core.permissions import Role
from tests.journeys.conftest import Guide
from tests.journeys.visitor import Visitor

DEMO = "/projects/assen-i2i"


@pytest.fixture
def reader(visiting: Guide) -> Visitor:
    """A planner of the demo, who looks at its network of shared sessions."""
    return visiting(Role.PLANNER).open(f"{DEMO}/").follow("Network")


def test_the_command_line_gives_the_figures_of_the_demo(demo: Flask) -> None:
    words = ["network", "metrics", "--project", "assen-i2i", "--tie", "attendance", "--json"]

    with demo.app_context():
        outcome = demo.test_cli_runner().invoke(args=words)

    found = json.loads(outcome.output)
    asked = ("nodes", "ties", "weight", "external", "internal")
    assert [found[one] for one in asked] == [33, 460, 832, 342, 118]
    assert round(found["ei_index"], 6) == 0.486957


def test_the_page_says_the_same_figures(reader: Visitor) -> None:
    others = {"Shared initiative": False, "Role in an organisation": False, "Declared": False}
    reader.press("Show", {"Shared session": True, **others, "Minimum weight": "0"})

    figures = dict(
        zip(
            [one.text for one in reader.page.all("dt")],
            [one.text for one in reader.page.all("dd")],
            strict=True,
        )
    )
    assert (figures["Ties"], figures["Have a tie"]) == ("460", "33")
    assert figures["Weight of all ties"] == "832"
    assert figures["E-I index"] == "0.487"


def test_lists_are_sorted_and_paged_by_the_server(reader: Visitor) -> None:
    first = reader.rows("Ties")
    weights = [int(row[2]) for row in reader.follow("Tie weight").rows("Ties")]
    assert weights in (sorted(weights), sorted(weights, reverse=True))
    turned = [int(row[2]) for row in reader.follow("Tie weight").rows("Ties")]
    assert turned in (sorted(turned), sorted(turned, reverse=True))
    assert turned[0] != weights[0]

    second = reader.follow("Next").rows("Ties")

    assert second
    assert first != second


def test_a_tie_leads_to_what_made_it_and_a_point_to_its_page(reader: Visitor) -> None:
    one, other = reader.rows("Ties")[0][:2]
    here = reader.response.request.url

    reader.follow(reader.words("What made it"))
    assert one in reader.text
    assert other in reader.text
    links = [each.text for each in next(reader.page.all("main")).all("a")]
    made_by = next(each for each in links if "jeenkomst" in each or "pilot" in each.lower())
    assert reader.follow(made_by).heading == made_by

    assert reader.open(here).follow(one).heading == one
    assert reader.path.startswith(f"{DEMO}/")


def test_a_reviewer_meets_residents_as_numbers(visiting: Guide) -> None:
    reviewer = visiting(Role.REVIEWER).open(f"{DEMO}/network?list=points&minimum=0")
    pages = [reviewer.text]
    while "Next" in reviewer.text:
        pages.append(reviewer.follow("Next").text)

    assert "Resident" in " ".join(pages)
    assert "Wolfswinkel" not in " ".join(pages)
    assert "Wolfswinkel" not in reviewer.open(f"{DEMO}/network/picture.json").response.text
