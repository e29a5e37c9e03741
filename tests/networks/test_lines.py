"""Who has lines in the picture, who only lighter ties, and who none: told apart everywhere."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from crm.networks.queries import network_views
from crm.networks.rules.selection import NetworkView
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from tests import factories, pages
from tests.networks.gathering import meet

pytestmark = pytest.mark.both_engines("own SQL")


@pytest.fixture
def people(project: Project, office: Organisation, official: Person) -> list[Person]:
    """Two who met three times, two who came once, an official, and one who never came."""
    found = [factories.person(f"Gast{number}", first_name="") for number in range(5)]
    for week in range(2):
        meet(*found[:2], day=date(2021, 3, 1 + 7 * week))
    meet(*found[:4], day=date(2021, 4, 1))
    return found


def text(client: FlaskClient, address: str) -> str:
    return " ".join(pages.text_of(client.get(address)).split())


def test_the_three_kinds_are_counted_apart(
    leader: FlaskClient, where: str, people: list[Person]
) -> None:
    page = text(leader, f"{where}?minimum=2")

    # The official and the office are tied by a role, which weighs 1: the office counts too.
    assert "There are 7 ties between 6 stakeholders; 1 has no tie." in page
    assert "draws 1 of the 7 ties, between 2 stakeholders; 4 have only lighter ties." in page
    assert "Have a tie 6 No tie 1" in page
    assert "Lines drawn 1 Shown with a line 2 Only lighter ties 4" in page


def test_the_lists_hold_each_kind_by_itself(
    leader: FlaskClient, where: str, people: list[Person]
) -> None:
    kinds = {
        "shown": {"Gast0", "Gast1"},
        "lighter": {"Gast2", "Gast3", "Dirk Ambtenaar", "Gemeente Proef"},
        "without": {"Gast4"},
    }
    everybody = set.union(*kinds.values())

    for kind, names in kinds.items():
        listed = leader.get(f"{where}?minimum=2&list=points&lines={kind}").text
        rows = listed.partition('id="lists"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
        assert {name for name in everybody if name in rows} == names, kind
    lines = leader.get(f"{where}/points.csv?minimum=2&sort=name").text.splitlines()
    assert [line.split(",")[-1] for line in lines[1:]] == [
        "Only lighter ties", "Shown with a line", "Shown with a line", "Only lighter ties",
        "Only lighter ties", "No tie", "Only lighter ties",
    ]  # fmt: skip


def test_ties_of_a_point_are_those_of_the_network(
    leader: FlaskClient, where: str, people: list[Person]
) -> None:
    data = leader.get(f"{where}/picture.json?minimum=2").get_json()
    nodes = {node["label"]: node for node in data["nodes"]}
    beside = text(leader, f"{where}/people/{people[0].id}?part=panel&minimum=2")
    by_itself = text(leader, f"{where}/people/{people[2].id}?minimum=2")

    assert (nodes["Gast0"]["ties"], nodes["Gast0"]["degree"]) == (3, 1)
    assert (nodes["Gast2"]["ties"], nodes["Gast2"]["degree"]) == (3, 0)
    assert "Has 3 ties, and together they weigh 5. Of these, 1 is drawn in this picture." in beside
    assert "Is tied to this many others: 3." in by_itself
    assert all(name in by_itself for name in ("Gast0", "Gast1", "Gast3"))


def test_who_has_no_line_stands_on_a_shelf_of_its_kind(
    leader: FlaskClient, where: str, people: list[Person]
) -> None:
    data = leader.get(f"{where}/picture.json?minimum=2").get_json()
    height = {node["label"]: node["y"] for node in data["nodes"]}
    said = {shelf["words"]: shelf["y"] for shelf in data["shelves"]}

    assert set(said) == {"No tie: 1", "Only lighter ties: 4"}
    drawn = max(height["Gast0"], height["Gast1"])
    assert drawn < said["No tie: 1"] < height["Gast4"] < said["Only lighter ties: 4"]
    assert all(said["Only lighter ties: 4"] < height[name] for name in ("Gast2", "Gemeente Proef"))
    every = leader.get(f"{where}/picture.json?minimum=0").get_json()
    assert [shelf["words"] for shelf in every["shelves"]] == ["No tie: 1"]


def test_too_many_of_a_kind_are_counted_and_not_drawn(
    leader: FlaskClient, where: str, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr(network_views, "DRAWN_ALONE", 2)

    page = text(leader, f"{where}?minimum=2")
    labels = {
        node["label"] for node in leader.get(f"{where}/picture.json?minimum=2").get_json()["nodes"]
    }

    assert "4 have only lighter ties" in page
    assert "People with only lighter ties are counted but not drawn" in page
    assert "People without a tie are counted" not in page
    assert labels == {"Gast0", "Gast1", "Gast4"}
    assert "Gemeente Proef" in leader.get(f"{where}/points.csv?minimum=2").text


def test_organisations_that_the_cut_leaves_out_are_counted(
    leader: FlaskClient, where: str, office: Organisation, official: Person
) -> None:
    others = [
        factories.person(f"Maker{one}", at=factories.organisation(f"Bedrijf {one}"))
        for one in range(2)
    ]
    meet(official, *others)
    meet(official, others[0])

    page = text(leader, f"{where}?view={NetworkView.ORGANISATIONS}&minimum=2")

    assert "There are 3 ties between 3 organisations; nobody is without." in page
    assert "draws 1 of the 3 ties, between 2 organisations; 1 has only lighter ties." in page


def test_all_that_made_a_tie_is_there(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    for number in range(8):
        meet(official, resident, title=f"Avond {number}", day=date(2021, 3, 1 + number))

    for part in ("", "&part=panel"):
        told = text(leader, f"{where}/people/{official.id}?with=p{resident.id}{part}")
        assert "8 things made it. Together these weigh 8." in told
        assert all(f"Avond {number}" in told for number in range(8))
