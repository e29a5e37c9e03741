"""Areas as their pages show them, and who may change them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core.db import session, unit_of_work
from crm.core.permissions import Role, system
from crm.neighbourhoods.services import area_for
from crm.projects.models import Project
from tests import factories
from tests.pages import Enter

HOSTILE = "<script>alert(1)</script> \"'><a href=x>"


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/areas"


@pytest.fixture
def leader(enter: Enter) -> FlaskClient:
    return enter(Role.LEADER)


@pytest.fixture
def administrator(app: Flask, project: Project, leader: FlaskClient) -> FlaskClient:
    """An administrator of the installation, who has a role in the project like anybody else."""
    who = factories.account(administrator=True)
    return factories.sign_in(app.test_client(), factories.member(project, Role.REVIEWER, who=who))


def made(project: Project, name: str) -> int:
    with unit_of_work(system(project.id), "tests.area"):
        area = area_for(name)
    assert area is not None
    return area.id


def revision_in(text: str) -> str:
    found = re.search(r'name="revision"[^>]*value="(\w*)"', text)
    assert found
    return found[1]


def test_an_empty_list_says_how_areas_come(leader: FlaskClient, base: str) -> None:
    text = leader.get(base).text

    assert "No areas yet" in text
    assert f'href="{base}/new"' in text


def test_an_area_is_added_and_changed(
    leader: FlaskClient, administrator: FlaskClient, base: str
) -> None:
    added = leader.post(f"{base}/new", data={"name": "Lariks", "code": "", "year": ""})
    assert added.status_code == 303

    text = administrator.get(base).text
    assert "Lariks" in text
    address = re.search(rf"{base}/\d+/edit", text)
    assert address

    seen = revision_in(administrator.get(address[0]).text)
    told = {"name": "Lariks", "code": "bu01060201", "year": "2023"}
    assert administrator.post(address[0], data={**told, "revision": seen}).status_code == 303
    assert "BU01060201" in leader.get(base).text

    stale = administrator.post(address[0], data={**told, "name": "Anders", "revision": seen})
    assert stale.status_code == 409
    assert "Lariks" in stale.text
    assert "Anders" in stale.text


@pytest.mark.parametrize(
    ("told", "answered"),
    [
        ({"name": ""}, (400, "Name of the area")),
        ({"name": "!"}, (400, "Fill in the name")),
        ({"name": "Oost", "code": "12"}, (400, "no CBS code")),
        ({"name": "Oost", "code": "GM0106"}, (400, "Fill in the year")),
        ({"name": "Oost", "year": "twee"}, (400, "Year of the code")),
        ({"name": "Oost", "year": "99999999999999999999"}, (400, "from 1995 on")),
        ({"name": "LARIKS"}, (409, "already an area")),
    ],
)
def test_what_is_refused_is_said_beside_the_field(
    leader: FlaskClient,
    base: str,
    project: Project,
    told: dict[str, str],
    answered: tuple[int, str],
) -> None:
    made(project, "Lariks")

    answer = leader.post(f"{base}/new", data=told)

    assert answer.status_code == answered[0]
    assert answered[1] in answer.text


def test_numbers_lead_to_what_lies_in_the_area(
    leader: FlaskClient, administrator: FlaskClient, base: str, project: Project
) -> None:
    area_id = made(project, HOSTILE)
    office = factories.organisation("Gemeente Proef")
    with unit_of_work(system(project.id), "tests.area"):
        session().add(office)
        office.area_id = area_id

    text = leader.get(base).text

    address = f"/projects/{project.slug}/organisations?area={area_id}"
    assert f'href="{address}"' in text
    assert "Gemeente Proef" in leader.get(address).text
    form = administrator.get(f"{base}/{area_id}/edit").text
    for page in (text, form, leader.get(address).text):
        assert "<script>alert" not in page
        assert "<a href=x>" not in page


@pytest.mark.parametrize("role", list(Role))
def test_leaders_add_areas_and_change_none(
    enter: Enter, base: str, project: Project, role: Role
) -> None:
    address = f"{base}/{made(project, 'Lariks')}/edit"
    someone, leads = enter(role), role is Role.LEADER

    text = someone.get(base).text
    assert f"{base}/new" in text if leads else f"{base}/new" not in text
    assert address not in text
    assert "Only an administrator of Kring changes one" in text
    assert someone.get(f"{base}/new").status_code == (200 if leads else 403)
    assert someone.post(f"{base}/new", data={"name": "Nieuw"}).status_code == (
        303 if leads else 403
    )
    assert someone.get(address).status_code == 403
    assert someone.post(address, data={"name": "x"}).status_code == 403


def test_who_makes_a_project_of_their_own_renames_nothing_for_the_others(
    app: Flask, enter: Enter, project: Project
) -> None:
    reviewer, area_id = enter(Role.REVIEWER), made(project, "Lariks")
    reviewer.post("/projects/new", data={"name": "Mijn eigen", "slug": "eigen"})
    own = "/projects/eigen/areas"

    assert reviewer.post(f"{own}/new", data={"name": "Nieuw"}).status_code == 303
    assert reviewer.get(f"{own}/{area_id}/edit").status_code == 403
    assert reviewer.post(f"{own}/{area_id}/edit", data={"name": "Overal"}).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, base: str) -> None:
    assert client.get(base).status_code == 303


def test_somebody_without_a_part_in_the_project_finds_nothing(app: Flask, base: str) -> None:
    outsider = factories.sign_in(app.test_client(), factories.account())

    assert outsider.get(base).status_code == 404


def test_a_wrong_number_finds_nothing(administrator: FlaskClient, base: str) -> None:
    assert administrator.get(f"{base}/999999/edit").status_code == 404
