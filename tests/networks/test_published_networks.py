"""Davis' Southern Women as sessions with who came, and the Florentine families."""

import json
from datetime import date, timedelta
from io import BytesIO

import networkx as nx
import pytest
from flask.testing import FlaskClient
from networkx.algorithms import bipartite

from crm.networks.queries import figures as figure_queries
from crm.networks.queries import network_views
from crm.networks.rules.arrays import arrays_of
from crm.networks.rules.figures import Figures, NetworkMeasure, PointMeasure, figures
from crm.networks.rules.selection import NetworkView, Selection
from crm.networks.rules.words import CLEAR_GROUPS
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories, pages
from tests.networks.gathering import meet

DAVIS = nx.davis_southern_women_graph()
WOMEN, EVENTS = DAVIS.graph["top"], DAVIS.graph["bottom"]
# The two groups of women of Davis, Gardner & Gardner (1941), and who was between them.
HELIXES = [
    *[Helix.GOVERNMENT] * 5, *[Helix.RESEARCH] * 4, *[Helix.BUSINESS] * 5, *[Helix.END_USERS] * 4,
]  # fmt: skip


@pytest.fixture
def davis(project: Project) -> dict[str, Person]:
    """The women as people and the events as sessions, one a week."""
    with factories.together():
        people = {
            name: factories.person(name, first_name="", helix=helix)
            for name, helix in zip(WOMEN, HELIXES, strict=True)
        }
    for week, event in enumerate(EVENTS):
        guests = [people[name] for name in WOMEN if DAVIS.has_edge(name, event)]
        meet(*guests, title=event, day=date(2021, 1, 4) + timedelta(weeks=week))
    return people


def measured(project: Project, selection: Selection) -> Figures:
    found = figure_queries.measured(factories.leader_of(project), project.id, selection).figures
    assert found is not None
    return found


def whole_text(client: FlaskClient, address: str) -> str:
    return " ".join(pages.text_of(client.get(address)).split())


def test_the_network_and_its_lines_never_share_a_label(
    leader: FlaskClient, where: str, davis: dict[str, Person]
) -> None:
    usual = whole_text(leader, where)
    three_each = whole_text(leader, f"{where}?per_person=3")

    for text in (usual, three_each):
        assert "There are 139 ties between 18 stakeholders; nobody is without." in text
        assert "E-I index 0.540 E-I index by chance 0.582" in text
        assert "Of these ties, 77 in 100 join two different helixes" in text
    assert "The picture draws 46 of the 139 ties" in usual
    assert "E-I index of the lines drawn 0.043" in usual
    # Which of equal ties stay depends on who was noted first.
    assert "E-I index of the lines drawn -0.1" in three_each


def test_figures_comparisons_and_files_are_of_the_network_whatever_is_drawn(
    leader: FlaskClient, where: str, davis: dict[str, Person]
) -> None:
    for cut in ("", "?minimum=3", "?per_person=3", "?minimum=5&per_person=1"):
        text = whole_text(leader, f"{where}/figures{cut}")
        assert "E-I index 0.540" in text, cut
        assert "Ties 139" in text, cut
    compared = whole_text(leader, f"{where}/compare?minimum=3&first=2021-12-31&second=2022-12-31")
    lists = leader.get(f"{where}/ties.csv?minimum=3").text.splitlines()
    graph: nx.Graph[str] = nx.read_graphml(
        BytesIO(leader.get(f"{where}/take-away/graphml?minimum=3").data)
    )

    assert "E-I index 0.540 0.540" in compared
    assert [len(lists) - 1, sum(line.endswith("yes") for line in lists)] == [139, 46]
    assert [len(graph), graph.number_of_edges()] == [18, 139]
    assert sum(tie["drawn"] for _one, _other, tie in graph.edges(data=True)) == 46
    assert {node["lines"] for _key, node in graph.nodes(data=True)} == {"shown", "lighter"}


def test_people_and_sessions_are_measured_as_two_sides(
    project: Project, davis: dict[str, Person]
) -> None:
    found = measured(project, Selection(view=NetworkView.SESSIONS))
    called = {f"p{person.id}": name for name, person in davis.items()}
    names = network_views.look(
        factories.leader_of(project), project.id, Selection(view=NetworkView.SESSIONS)
    ).names
    expected = {
        PointMeasure.SHARE_OF_TIES: bipartite.degree_centrality(DAVIS, WOMEN),
        PointMeasure.CLOSENESS: bipartite.closeness_centrality(DAVIS, WOMEN),
        PointMeasure.BETWEENNESS: bipartite.betweenness_centrality(DAVIS, WOMEN),
    }

    assert found.network[NetworkMeasure.DENSITY] == pytest.approx(89 / (18 * 14))
    assert found.network[NetworkMeasure.DENSITY] == pytest.approx(0.353, abs=5e-4)
    for measure, values in expected.items():
        for key, value in zip(found.keys, found.points[measure], strict=True):
            assert value == pytest.approx(values[called.get(key, names[key])], abs=1e-9), measure


@pytest.mark.parametrize(("people", "sessions"), [(1, 1), (5, 1), (1, 5), (3, 0)])
def test_two_sides_of_any_size_have_figures(people: int, sessions: int) -> None:
    graph: nx.Graph[str] = nx.Graph(view=NetworkView.SESSIONS)
    graph.add_nodes_from((f"p{one}" for one in range(1, people + 1)), helix=Helix.BUSINESS)
    graph.add_nodes_from((f"s{one}" for one in range(1, sessions + 1)), helix=None)
    graph.add_edges_from(
        (f"p{one + 1}", f"s{other + 1}") for one in range(people) for other in range(sessions)
    )

    found = figures(arrays_of(graph))

    assert found.network[NetworkMeasure.DENSITY] == (1 if sessions else None)
    assert set(found.points[PointMeasure.SHARE_OF_TIES]) == {1 if sessions else 0}


def test_the_best_of_several_divisions_is_told() -> None:
    found = figures(arrays_of(nx.florentine_families_graph()))

    assert found.network[NetworkMeasure.MODULARITY] == pytest.approx(0.39875)


def test_without_clear_groups_the_division_stands_below_that_heading(
    leader: FlaskClient, where: str, davis: dict[str, Person], project: Project
) -> None:
    found = measured(project, Selection())
    divided, explained = (
        whole_text(leader, f"{where}/{page}") for page in ("communities", "figures")
    )
    clear = figures(arrays_of(nx.karate_club_graph())).network[NetworkMeasure.MODULARITY]
    data = json.loads(leader.get(f"{where}/communities.json").data)

    assert (found.network[NetworkMeasure.MODULARITY] or 0) < CLEAR_GROUPS <= (clear or 0)
    assert "No clear groups" in divided.partition("There are")[0]
    assert "No clear groups" in explained
    # Each is named after members of it.
    assert all(
        name in WOMEN for node in data["nodes"] for name in node["label"].split(": ")[1].split(", ")
    )


def test_one_helix_is_said_only_where_there_is_one(
    leader: FlaskClient, where: str, davis: dict[str, Person]
) -> None:
    only = "only one helix is here"

    assert only not in whole_text(leader, f"{where}/figures")
    assert only not in whole_text(leader, f"{where}/figures?view=sessions")
    assert "a tie here joins a person to a session" in whole_text(
        leader, f"{where}/figures?view=sessions"
    )
    # All who came to one session are tied to all others: no deal of the helixes changes that.
    with factories.together():
        for number in range(2):
            factories.person(f"Later{number}", helix=Helix.RESEARCH)
    meet(*davis.values())
    everybody = whole_text(
        leader, f"{where}/figures?helix=government&helix=research&helix=business"
    )
    assert only not in everybody
