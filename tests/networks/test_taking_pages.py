"""Taking the network along: the page with the files, and what is in them for whom."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core.access import AccessEntry
from crm.core.db import Database
from crm.networks.views.exports import ExportFormat
from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests import factories, pages
from tests.networks.gathering import meet

FORMATS = [form.value for form in ExportFormat]

# What is drawn in them is what stands in the SVG.
PRINTED = {"pdf", "png"}


@pytest.fixture(autouse=True)
def met(official: Person, resident: Person) -> None:
    meet(official, resident, day=date(2021, 3, 18))


def contents(client: FlaskClient, address: str) -> Iterator[str]:
    """Give what stands in a file, and in the answer around it."""
    answer = client.get(address)
    assert answer.status_code == 200
    yield str(answer.headers)
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            yield from (packed.read(name).decode() for name in packed.namelist())
    else:
        yield answer.data.decode(errors="replace")


def test_the_page_offers_each_format_and_says_what_is_in_it(
    leader: FlaskClient, where: str
) -> None:
    answer = leader.get(f"{where}/take-away?from=2021-01-01&tie=attendance")

    text = pages.text_of(answer)
    assert "2 points and 1 ties" in text
    assert "It holds names" in text
    assert "From: 1 Jan 2021" in text
    assert "Tied by: Shared session" in text
    for form in FORMATS:
        assert f"/network/take-away/{form}?tie=attendance&amp;from=2021-01-01" in answer.text


@pytest.mark.parametrize("form", FORMATS)
def test_a_reviewer_takes_pseudonyms_along_even_after_a_leader_took_names(
    leader: FlaskClient, reviewer: FlaskClient, where: str, resident: Person, form: str
) -> None:
    address = f"{where}/take-away/{form}"

    whole = "".join(contents(leader, address))
    part = "".join(contents(reviewer, address))

    assert "Greet" not in part
    assert "Bewoner" not in part
    if form not in PRINTED:
        assert "Greet Bewoner" in whole
        assert f"Resident {resident.pseudonym}" in part


def test_keys_in_files_are_not_ours_and_do_not_join_two_files(
    leader: FlaskClient, reviewer: FlaskClient, where: str
) -> None:
    answers = [one.get(f"{where}/take-away/json").get_json() for one in (leader, leader, reviewer)]

    whole, again, part = ({node["id"] for node in one["nodes"]} for one in answers)
    assert whole == again
    assert not whole & part
    assert all(len(key) == 17 for key in whole | part)


def test_the_address_says_what_is_taken_along(leader: FlaskClient, where: str) -> None:
    before = leader.get(f"{where}/take-away/json?tie=attendance&until=2021-03-17").get_json()
    on_the_day = leader.get(f"{where}/take-away/json?tie=attendance&until=2021-03-18").get_json()

    assert (len(before["edges"]), len(on_the_day["edges"])) == (0, 1)
    assert "Until: 18 Mar 2021" in on_the_day["graph"]["filter"]


def test_taking_along_is_written_down(
    app: Flask, leader: FlaskClient, where: str, project: Project
) -> None:
    leader.get(f"{where}/take-away/graphml")

    database: Database = app.extensions["kring_database"]
    with database.engine.connect() as connection:
        noted = connection.execute(AccessEntry.__table__.select()).one()
    assert (noted.what, noted.purpose) == ("network.export", "networks.export")
    assert noted.project_id == project.id


def test_a_format_that_is_none_is_not_there(leader: FlaskClient, where: str) -> None:
    assert leader.get(f"{where}/take-away/exe").status_code == 404


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_network_can_be_taken_along(app: Flask, form: str) -> None:
    other = factories.project()
    client = factories.sign_in(app.test_client(), factories.member(other))

    assert client.get(f"/projects/{other.slug}/network/take-away/{form}").status_code == 200


def test_points_stand_where_the_picture_has_them(leader: FlaskClient, where: str) -> None:
    seen = leader.get(f"{where}/picture.json?minimum=0").get_json()
    taken = leader.get(f"{where}/take-away/json?minimum=0").get_json()

    def spots(data: dict[str, list[dict[str, object]]]) -> dict[object, tuple[object, object]]:
        return {node["label"]: (node["x"], node["y"]) for node in data["nodes"]}

    assert spots(taken) == spots(seen)


def test_ties_carry_the_days_on_which_they_were_made(leader: FlaskClient, where: str) -> None:
    gexf = leader.get(f"{where}/take-away/gexf?tie=attendance").text

    assert '<spell start="2021-03-18" end="2021-03-18" />' in gexf


def test_the_lists_are_files_too(
    leader: FlaskClient, reviewer: FlaskClient, where: str, resident: Person
) -> None:
    address = f"{where}?minimum=0&tie=attendance"
    for name in ("ties", "points"):
        page = leader.get(f"{address}&list={name}").text
        assert f"{where}/{name}.csv?" in page
        assert f"{where}/{name}.xlsx?" in page

    ties, hidden = (one.get(f"{where}/ties.csv?tie=attendance").text for one in (leader, reviewer))
    points = leader.get(f"{where}/points.csv?tie=attendance&sort=name").text

    assert "Dirk Ambtenaar" in ties
    assert "Greet Bewoner" in ties
    assert f"Resident {resident.pseudonym}" in hidden
    assert "Greet" not in hidden
    assert points.index("Dirk Ambtenaar") < points.index("Greet Bewoner")
    assert leader.get(f"{where}/ties.xlsx").data.startswith(b"PK")
    assert leader.get(f"{where}/points.xlsx").data.startswith(b"PK")
