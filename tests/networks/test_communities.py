"""The communities of a network: each one mark, the same as lists, and nothing of one's own name."""

import json

import numpy as np
import pytest
from flask.testing import FlaskClient

from crm.networks.rules import picture
from crm.networks.rules.arrays import Arrays
from crm.networks.rules.community_graph import divided
from crm.stakeholders.models import Helix, Person
from tests import factories, pages
from tests.networks.gathering import meet


@pytest.fixture
def offices(leader: FlaskClient) -> list[list[Person]]:
    """Two offices whose people met among themselves, and two of them with each other."""
    people = []
    for name, size in (("Gemeente Proef", 5), ("Welzijn Proef", 4)):
        at = factories.organisation(name, helix=Helix.GOVERNMENT)
        people.append([factories.person(f"{name} {number}", at=at) for number in range(size)])
        meet(*people[-1])
    meet(people[0][0], people[1][0])
    return people


def test_communities_become_points_with_the_ties_between_them() -> None:
    network = Arrays(
        keys=tuple("abcdef"),
        ends=np.array([[0, 1], [1, 2], [3, 4], [0, 3], [4, 2]]),
        weights=np.array([1.0, 2.0, 1.0, 0.25, 0.5]),
        helix=np.array([0, 0, 1, 2, -1, 3]),
    )

    found = divided(network, [0, 0, 0, 1, 1, 2])

    assert found.members == {"c1": ["a", "b", "c"], "c2": ["d", "e"]}
    assert found.helixes == {"c1": (2, 1, 0, 0), "c2": (0, 0, 1, 0)}
    assert found.inside == {"c1": 2, "c2": 1}
    assert found.central == {"c1": ["b", "c", "a"], "c2": ["d", "e"]}
    assert [*found.graph.edges(data=True)] == [
        ("c1", "c2", {"weight": 0.75, "ties": 2, "kinds": ()})
    ]
    assert found.graph.nodes["c2"]["helix"] is Helix.BUSINESS


def test_nobody_alone_is_a_community() -> None:
    network = Arrays(("a", "b"), np.zeros((0, 2), dtype=int), np.zeros(0), np.array([0, 1]))

    assert not divided(network, [0, 1]).members
    assert not divided(Arrays((), network.ends, network.weights, np.zeros(0, int)), []).members


def test_each_community_is_one_mark_and_one_row(
    leader: FlaskClient, where: str, offices: list[list[Person]]
) -> None:
    query = "?tie=attendance"
    data = json.loads(leader.get(f"{where}/communities.json{query}").data)
    text = " ".join(pages.text_of(leader.get(f"{where}/communities{query}")).split())
    ties = " ".join(pages.text_of(leader.get(f"{where}/communities{query}&list=ties")).split())

    assert [node["label"] for node in data["nodes"]] == [
        "5: Ans Gemeente Proef 0, Ans Gemeente Proef 1",
        "4: Ans Welzijn Proef 0, Ans Welzijn Proef 1",
    ]
    assert data["nodes"][0]["size"] > data["nodes"][1]["size"]
    assert [(edge["from"], edge["to"], edge["weight"]) for edge in data["edges"]] == [
        ("c1", "c2", 1)
    ]
    assert "There are 2 communities, of 9 people and organisations together." in text
    assert "The largest has 5 and is named after Ans Gemeente Proef 0, Ans" in text
    assert "Ans Gemeente Proef 1 5 10 1" in text
    assert "Ans Gemeente Proef 1 Ans Welzijn Proef 0, Ans Welzijn Proef 1 1 1" in ties


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("sort=size", "Welzijn Proef"),
        ("sort=-name", "Welzijn Proef"),
        ("sort=nonsense&page=-1", "Gemeente Proef"),
        ("find=welz", "Welzijn Proef"),
    ],
)
def test_the_server_sorts_and_searches_the_list(
    leader: FlaskClient, where: str, offices: list[list[Person]], query: str, first: str
) -> None:
    page = leader.get(f"{where}/communities?tie=attendance&{query}").text
    rows = page.partition("<tbody>")[2]

    assert first in rows.partition("</tr>")[0]
    assert "No community found" in leader.get(f"{where}/communities?find=zzz").text


def test_a_community_without_an_organisation_names_nobody_to_a_reviewer(
    leader: FlaskClient, reviewer: FlaskClient, where: str, resident: Person
) -> None:
    meet(resident, factories.person("Buur", first_name="Bas", helix=Helix.END_USERS))

    for address in (f"{where}/communities", f"{where}/communities.json"):
        whole, part = leader.get(address).text, reviewer.get(address).text
        assert "Greet Bewoner" in whole or "Bas Buur" in whole
        assert "Greet Bewoner" not in part
        assert "Bas Buur" not in part


def test_a_large_network_is_divided_once_its_figures_are_there(
    leader: FlaskClient, where: str, large: None, offices: list[list[Person]]
) -> None:
    page = leader.get(f"{where}/communities").text
    asked = pages.post(leader, f"{where}/figures?then=communities")

    assert "Work out the figures" in page
    assert "data-network=" not in page
    assert leader.get(f"{where}/communities.json").status_code == 404
    assert asked.headers["Location"].endswith("/network/communities")


def test_an_empty_network_says_what_a_community_is(leader: FlaskClient, where: str) -> None:
    assert "A community is two or more who are tied." in leader.get(f"{where}/communities").text


def test_what_is_too_large_for_one_picture_leads_to_the_communities(
    leader: FlaskClient,
    where: str,
    offices: list[list[Person]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picture, "READABLE", 1)

    text = leader.get(f"{where}?tie=attendance").text

    assert "Show the communities" in text
    assert f"{where}/communities?tie=attendance" in text


def test_a_community_opens_who_is_in_it(
    leader: FlaskClient, where: str, offices: list[list[Person]]
) -> None:
    listed = leader.get(f"{where}/communities?tie=attendance").text
    opened = pages.text_of(leader.get(f"{where}/communities?tie=attendance&community=c2"))
    members = opened.partition("Who is in Ans Welzijn Proef")[2].partition("Part of a name")[0]

    assert "community=c2" in listed
    assert all(f"Welzijn Proef {number}" in members for number in range(4))
    assert "Ans Gemeente Proef 2" not in members
    assert "Who is in" not in leader.get(f"{where}/communities?community=c99&of=-3").text


def test_who_is_in_a_community_is_named_to_a_reviewer_as_anywhere(
    leader: FlaskClient, reviewer: FlaskClient, where: str, resident: Person
) -> None:
    meet(resident, factories.person("Buur", first_name="Bas", helix=Helix.END_USERS))
    address = f"{where}/communities?community=c1"

    assert "Bas Buur" in leader.get(address).text
    assert "Bas Buur" not in reviewer.get(address).text
    assert "Who is in" in reviewer.get(address).text
