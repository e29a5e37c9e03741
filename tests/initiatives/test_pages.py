"""The pages about initiatives and involvement, as a leader, a reviewer and a stranger meet them."""

import io
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core.db import session
from crm.core.permissions import Actor
from crm.initiatives import queries, services
from crm.initiatives.models import Initiative, InitiativeStatus, InitiativeTrack
from crm.initiatives.services import InvolvementDetails, Stakeholder
from crm.projects.models import Project
from tests import factories, pages
from tests.statements import counted


def at(project: Project, rest: str) -> str:
    return f"/projects/{project.slug}/{rest}"


def test_an_empty_list_teaches_what_to_do(
    client: FlaskClient, leader: Actor, project: Project
) -> None:
    answer = client.get(at(project, "initiatives"))

    assert "No initiatives yet" in pages.text_of(answer)
    assert at(project, "initiatives/new") in answer.text


def test_a_leader_adds_an_initiative(client: FlaskClient, leader: Actor, project: Project) -> None:
    asked = {
        "name": "Rondje Park",
        "track": "pilot",
        "stage": "running",
        "area": "Pittelo",
        "since": "2022-04-01",
    }

    answer = pages.post(client, at(project, "initiatives/new"), asked)

    session().rollback()
    (kept,) = queries.every(queries.InitiativeFilter())
    assert answer.location == at(project, f"initiatives/{kept.id}")
    assert (kept.track, kept.status) == (InitiativeTrack.PILOT, InitiativeStatus.RUNNING)
    assert "Pittelo" in pages.text_of(client.get(answer.location))


def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, leader: Actor, project: Project
) -> None:
    asked = {"name": "Terug", "track": "pilot", "stage": "running"}
    days = {"since": "2022-04-01", "until": "2022-03-31"}

    answer = pages.post(client, at(project, "initiatives/new"), {**asked, **days})

    assert answer.status_code == 400
    assert 'id="until-error"' in answer.text
    assert "The end lies before the start." in pages.text_of(answer)
    assert 'value="Terug"' in answer.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Moestuin", "Ruilkast"]),
        ("?q=ruil", ["Ruilkast"]),
        ("?track=pilot", ["Ruilkast"]),
        ("?status=exploring", ["Moestuin"]),
        ("?status=nonsense&track=' OR 1=1&area=x&page=x", ["Moestuin", "Ruilkast"]),
        ("?page=99999999999999999999", []),
        ("?q=zzz", []),
    ],
)
def test_the_address_narrows_the_list(
    client: FlaskClient,
    leader: Actor,
    project: Project,
    garden: Initiative,
    query: str,
    shown: list[str],
) -> None:
    more = {"track": InitiativeTrack.PILOT, "status": InitiativeStatus.REALISED}
    factories.initiative(leader, project, "Ruilkast", **more)

    answer = client.get(at(project, f"initiatives{query}"))

    assert answer.status_code == 200
    listed = [name for name in ("Moestuin", "Ruilkast") if f">{name}</a>" in answer.text]
    assert listed == shown


def test_the_area_narrows_the_list(
    client: FlaskClient, leader: Actor, project: Project, garden: Initiative
) -> None:
    factories.initiative(leader, project, "Elders", area="Lariks")

    answer = client.get(at(project, f"initiatives?area={garden.area_id}"))

    assert ">Moestuin</a>" in answer.text
    assert ">Elders</a>" not in answer.text


def test_what_is_shown_can_be_downloaded(
    client: FlaskClient, leader: Actor, project: Project, garden: Initiative
) -> None:
    factories.initiative(leader, project, "=HYPERLINK(1)", status=InitiativeStatus.STOPPED)

    text = client.get(at(project, "initiatives/export.csv?status=stopped"))
    book = client.get(at(project, "initiatives/export.xlsx"))

    assert text.data.decode("utf-8-sig").splitlines()[1].startswith("'=HYPERLINK(1),Initiative")
    assert "Moestuin" not in text.text
    with ZipFile(io.BytesIO(book.data)) as archive:
        assert b"Moestuin" in archive.read("xl/worksheets/sheet1.xml")


def test_the_second_editor_sees_both_texts(
    client: FlaskClient, leader: Actor, project: Project, garden: Initiative
) -> None:
    address = at(project, f"initiatives/{garden.id}/edit")
    asked = {"track": "initiative", "stage": "exploring", "revision": str(garden.revision)}
    pages.post(client, address, {**asked, "name": "Eerste naam"})

    answer = pages.post(client, address, {**asked, "name": "Tweede naam"})

    assert answer.status_code == 409
    text = pages.text_of(answer)
    assert "Eerste naam" in text
    assert "Tweede naam" in text
    assert 'value="2"' in answer.text


def statements(app: Flask, client: FlaskClient, address: str) -> int:
    """Return how many statements a page takes."""
    with counted(app) as sent:
        assert client.get(address).status_code == 200
    return len(sent)


def test_a_longer_list_takes_no_more_statements(
    app: Flask, client: FlaskClient, leader: Actor, project: Project, garden: Initiative
) -> None:
    office = factories.organisation()
    own = at(project, f"initiatives/{garden.id}")
    services.involve(
        leader,
        garden,
        stakeholder=Stakeholder(organisation_id=office.id),
        part=InvolvementDetails(),
    )
    services.involve(
        leader,
        garden,
        stakeholder=Stakeholder(factories.person(at=office).id),
        part=InvolvementDetails(),
    )
    addresses = (at(project, "initiatives"), own)
    few = [statements(app, client, address) for address in addresses]

    for number in range(20):
        factories.initiative(leader, project, f"Nummer {number}", area=f"Wijk {number}")
        who = Stakeholder(factories.person(at=office).id)
        services.involve(leader, garden, stakeholder=who, part=InvolvementDetails())
    many = [statements(app, client, address) for address in addresses]

    assert many == few
    assert max(many) <= 12
