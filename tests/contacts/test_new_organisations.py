"""The helix of new organisations: asked once for each, told by the name, or one for the rest."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.contacts.rules.organisations import helix_by_name, leaves_helix_open
from crm.core.permissions import Role
from crm.intake.reading.tables import Table
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation
from crm.stakeholders.rules.columns import Field
from tests.contacts.pages import chosen, send
from tests.pages import Enter

LIST = (
    b"Voornaam;Achternaam;Organisatie\n"
    b"Ada;Vos;Gemeente Assen\nBo;Berg;De Schakel\nCas;Mol;De Schakel\nDirk;Bos;Buurtmakers\n"
)


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons/import"


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


def helixes(opened: Session) -> dict[str, Helix]:
    opened.rollback()
    return {row[0]: row[1] for row in opened.execute(select(Organisation.name, Organisation.helix))}


def test_a_helix_is_asked_beside_its_field_where_rows_leave_it_open(
    planner: FlaskClient, base: str
) -> None:
    address = send(planner, base, LIST).location
    told = chosen(planner.get(address).text)
    assert told["helix"] == ""

    refused = planner.post(f"{address}/columns", data=told)

    assert refused.status_code == 400
    assert 'id="helix-error"' in refused.text
    assert "Choose a helix. Some rows name an organisation and no helix." in refused.text
    assert chosen(refused.text) == told


def test_each_new_organisation_gets_the_helix_that_is_chosen_for_it(
    planner: FlaskClient, base: str, opened: Session
) -> None:
    address = send(planner, base, LIST).location
    told = {**chosen(planner.get(address).text), "helix": "business"}
    answer = planner.post(f"{address}/columns", data=told)
    assert answer.location == f"{address}/words"
    asked = planner.get(answer.location).text
    assert "Which helix do these organisations have?" in asked
    names = ["De Schakel", "Buurtmakers", "Gemeente Assen"]
    places = [asked.index(f"{name}</label>") for name in names]
    assert places == sorted(places)
    guessed = chosen(asked)
    assert list(guessed.values()) == ["?", "?", "government"]
    first = next(iter(guessed))

    planner.post(answer.location, data={**guessed, first: "end_users"})
    assert "It gets: Business" in planner.get(address).text
    planner.post(f"{address}/run")

    assert helixes(opened) == {
        "Gemeente Assen": Helix.GOVERNMENT,
        "De Schakel": Helix.END_USERS,
        "Buurtmakers": Helix.BUSINESS,
    }


def test_what_was_said_of_an_organisation_holds_for_the_next_list(
    planner: FlaskClient, base: str
) -> None:
    address = send(planner, base, LIST).location
    told = {**chosen(planner.get(address).text), "helix": "business"}
    answer = planner.post(f"{address}/columns", data=told)
    guessed = chosen(planner.get(answer.location).text)
    planner.post(answer.location, data=dict.fromkeys(guessed, "research"))

    again = send(planner, base, LIST).location
    answer = planner.post(f"{again}/columns", data=told)

    assert answer.location == again
    assert "gives no helix" not in planner.get(again).text
    words = planner.get(f"{again}/words").text
    assert words.count("Forget") == 3


def test_nothing_is_asked_where_every_row_says_it(planner: FlaskClient, base: str) -> None:
    full = b"Naam;Organisatie;Helix\nAda Vos;De Schakel;overheid\nBo Berg;;\n"
    address = send(planner, base, full).location
    told = chosen(planner.get(address).text)

    answer = planner.post(f"{address}/columns", data=told)

    assert (told["helix"], answer.location) == ("", address)
    assert "gives no helix" not in planner.get(address).text


def test_an_organisation_of_which_one_row_says_the_helix_is_not_asked_about(
    planner: FlaskClient, base: str
) -> None:
    half = b"Naam;Organisatie;Helix\nAda Vos;De Schakel;overheid\nBo Berg;De Schakel;\n"
    address = send(planner, base, half).location
    told = {**chosen(planner.get(address).text), "helix": "business"}

    answer = planner.post(f"{address}/columns", data=told)

    assert answer.location == address


@pytest.mark.parametrize(
    ("name", "helix"),
    [
        ("Gemeente Assen", Helix.GOVERNMENT),
        ("GGD Drenthe", Helix.GOVERNMENT),
        ("Aalborg Kommune", Helix.GOVERNMENT),
        ("Rijksuniversiteit Groningen", Helix.RESEARCH),
        ("Hanzehogeschool", Helix.RESEARCH),
        ("Universität Bremen", Helix.RESEARCH),
        ("Jansen B.V.", Helix.BUSINESS),
        ("Bakkerij Bos", Helix.BUSINESS),
        ("Nordjysk Byg A/S", Helix.BUSINESS),
        ("Bewonersvereniging Pittelo", Helix.END_USERS),
        ("De Schakel", None),
        ("Stichting Vaart Welzijn", None),
        ("Café de Gemeenteraad", None),
        ("Bewonersraad Gemeente Assen", None),
        ("", None),
    ],
)
def test_a_name_that_says_it(name: str, helix: Helix | None) -> None:
    assert helix_by_name(name) is helix


def test_a_list_without_organisations_leaves_nothing_open() -> None:
    mapping = {"Naam": Field.FULL_NAME, "Bij": Field.ORGANISATION, "Helix": Field.HELIX}
    rows = (("Ada", "", ""), ("Bo", "De Schakel", "overheid"))
    assert not leaves_helix_open(Table(tuple(mapping), rows, (2, 3)), mapping)
    assert leaves_helix_open(Table(tuple(mapping), (*rows, ("Cas", "Bos", "")), (2, 3, 4)), mapping)
