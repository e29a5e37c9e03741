"""Empty chairs: a ghost for each helix without anybody in a neighbourhood, drawn and told."""

import pytest
from flask.testing import FlaskClient

from crm.core.db import session, unit_of_work
from crm.core.permissions import system
from crm.neighbourhoods.models import Area
from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests import pages
from tests.networks.gathering import meet


def settle_in(project: Project, where: str, *who: Person) -> None:
    with unit_of_work(system(project.id), "tests.settle_in"):
        area = Area(name=where, name_key=where.casefold())
        session().add(area)
        session().flush()
        for one in who:
            session().get_one(Person, one.id).area_id = area.id


def test_who_is_missing_where_is_drawn_and_told(
    leader: FlaskClient, project: Project, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)
    settle_in(project, "Pittelo", official, resident)

    nodes = leader.get(f"{where}/picture.json?chairs=y").get_json()["nodes"]
    told = pages.text_of(leader.get(f"{where}?chairs=y"))
    untold = pages.text_of(leader.get(where))

    ghosts = {node["group"] for node in nodes if node["id"].startswith("e")}
    assert ghosts == {"research-seat", "business-seat"}
    assert "Pittelo: Research, Business" in told
    assert ("outline of dashes" in told, "outline of dashes" in untold) == (True, False)


@pytest.mark.engine("sqlite")
def test_chairs_go_along_in_files_that_show_a_picture_or_describe_the_graph(
    leader: FlaskClient, project: Project, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)
    settle_in(project, "Pittelo", official, resident)

    asked = f"{where}/take-away/%s?chairs=y&size=betweenness"
    graph = leader.get(asked % "json").get_json()
    svg, html = (leader.get(asked % form).text for form in ("svg", "html"))

    missing = [(one["neighbourhood"], one["helix"]) for one in graph["graph"]["empty_chairs"]]
    assert missing == [("Pittelo", "research"), ("Pittelo", "business")]
    assert {one["kind"] for one in graph["nodes"]} == {"person", "organisation"}
    assert "<title>Pittelo: Research</title>" in svg
    assert "Empty chairs. Pittelo: Research, Business." in svg
    assert "research-seat" in html.partition('id="network-data">')[2]


def test_chairs_are_drawn_by_choice_only_and_move_nobody(
    leader: FlaskClient, project: Project, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)
    settle_in(project, "Pittelo", official)

    bare, full = (
        {
            node["id"]: (node["x"], node["y"])
            for node in leader.get(f"{where}/picture.json{asked}").get_json()["nodes"]
        }
        for asked in ("", "?chairs=y")
    )

    assert not any(key.startswith("e") for key in bare)
    assert {key: full[key] for key in bare} == bare
    assert len(full) == len(bare) + 3
