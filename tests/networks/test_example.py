"""The network of the shared example: twelve sessions and who was present."""

import csv
from collections import defaultdict

import pytest

from crm.core.ties import Gathering
from crm.networks.rules import graph
from crm.networks.rules.counting import Material
from crm.networks.rules.helix_mixing import measure
from crm.networks.rules.selection import NetworkView, Selection, TieWeight
from crm.stakeholders.models import Helix
from tests.shared_data import needs_shared_data, shared

pytestmark = needs_shared_data

HELIXES = {
    "overheid": Helix.GOVERNMENT,
    "onderzoek": Helix.RESEARCH,
    "bedrijfsleven": Helix.BUSINESS,
    "eindgebruikers": Helix.END_USERS,
}


def rows(name: str) -> list[dict[str, str]]:
    with shared(f"demo/{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def material() -> Material:
    organisations = {row["id"]: HELIXES[row["helix"]] for row in rows("organisaties")}
    belongs = {row["id"]: row["organisatie_id"] for row in rows("personen")}
    helixes = organisations | {key: organisations[at] for key, at in belongs.items()}
    present: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows("deelname"):
        if row["status"] == "aanwezig":
            present[row["sessie_id"]].append(row["persoon_id"])
    sessions = tuple(
        Gathering("attendance", int(key[1:]), tuple(keys)) for key, keys in present.items()
    )
    return Material(helixes, sessions, belongs)


def test_people(material: Material) -> None:
    found = measure(graph.build(material, Selection()))

    assert (found.nodes, found.ties, found.weight) == (33, 460, 832)
    assert (found.external, found.internal, found.ei_index) == (342, 118, 0.486957)


def test_people_after_newman(material: Material) -> None:
    found = measure(graph.build(material, Selection(weight=TieWeight.NEWMAN)))

    assert found.weight == 52.5


def test_organisations(material: Material) -> None:
    found = measure(graph.build(material, Selection(view=NetworkView.ORGANISATIONS)))

    assert (found.nodes, found.ties, found.weight) == (29, 350, 823)
    assert (found.external, found.internal, found.ei_index) == (263, 87, 0.502857)
