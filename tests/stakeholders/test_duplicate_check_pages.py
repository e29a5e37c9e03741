"""Likely twins while somebody types a new person or organisation: shown before it is saved."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.core.db import project_scope, session
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import NameParts
from tests import factories
from tests.pages import Enter

TYPED = {"first_name": "J.", "surname": "Dijkstra", "name_use": "own", "form_of_address": "neutral",
         "language": "nl", "helix": ""}  # fmt: skip
PLACE = {"name": "De Schakel", "helix": "business", "second_helix": ""}


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}"


@pytest.fixture
def known() -> Person:
    return factories.person("Dijkstra", first_name="Janna", email="janna@dijkstra.example")


@pytest.fixture
def leader(enter: Enter) -> FlaskClient:
    return enter(Role.LEADER)


def how_many(model: type[Person | Organisation]) -> int:
    return session().scalar(select(func.count()).select_from(model)) or 0


def seen_in(page: str) -> str:
    found = re.search(r'name="twins_seen" value="([\d,]*)"', page)
    assert found
    return found[1]


def test_the_form_comes_back_once_with_who_may_be_meant(
    leader: FlaskClient, base: str, known: Person
) -> None:
    asked = leader.post(f"{base}/persons/new", data=TYPED)
    again = {**TYPED, "twins_seen": seen_in(asked.text)}
    saved = leader.post(f"{base}/persons/new", data=again)

    assert asked.status_code == 409
    assert "Janna Dijkstra" in asked.text
    assert "Save as new anyway" in asked.text
    assert saved.status_code == 303
    assert how_many(Person) == 2


def test_whoever_looks_like_nobody_is_saved_at_once(
    leader: FlaskClient, base: str, known: Person
) -> None:
    answer = leader.post(f"{base}/persons/new", data={**TYPED, "surname": "Veenstra"})

    assert answer.status_code == 303


def test_a_typing_error_in_the_surname_is_seen(
    leader: FlaskClient, base: str, known: Person
) -> None:
    typed = {**TYPED, "first_name": "Janna", "surname": "Dijkstar"}

    page = leader.post(f"{base}/persons/twins", data=typed).text

    assert "Janna Dijkstra" in page
    assert "<h1" not in page


@pytest.mark.parametrize("typed", [{}, {"surname": ""}, {"emails-0": "no address"}, {"helix": "x"}])
def test_looking_takes_whatever_is_typed_so_far(
    leader: FlaskClient, base: str, typed: dict[str, str]
) -> None:
    assert leader.post(f"{base}/persons/twins", data=typed).status_code == 200
    assert leader.post(f"{base}/organisations/twins", data=typed).status_code == 200


def test_nobody_of_another_project_is_shown(leader: FlaskClient, base: str) -> None:
    other = factories.project("Elders")
    with project_scope(other.id):
        factories.person("Dijkstra", first_name="Janna")

    page = leader.post(f"{base}/persons/twins", data=TYPED).text

    assert "Dijkstra" not in page


def test_an_organisation_by_almost_the_same_name_is_shown_first(
    leader: FlaskClient, base: str
) -> None:
    factories.organisation("Stichting De Schakel")

    asked = leader.post(f"{base}/organisations/new", data=PLACE)
    saved = leader.post(
        f"{base}/organisations/new", data={**PLACE, "twins_seen": seen_in(asked.text)}
    )

    assert asked.status_code == 409
    assert "Stichting De Schakel" in asked.text
    assert saved.status_code == 303
    assert how_many(Organisation) == 2


def test_whoever_has_the_same_name_is_found_in_a_crowd_of_colleagues(
    leader: FlaskClient, base: str, project: Project
) -> None:
    factories.organisation("Gemeente", helix=Helix.GOVERNMENT)
    there = (AffiliationDetails("Gemeente"),)
    crowd = [NewPerson(PersonDetails(name(at)), there) for at in range(250)]
    known = NewPerson(PersonDetails(NameParts(first_name="Janna", surname="Dijkstra")), there)
    add_persons_in_bulk(system(project.id), project, new=[*crowd, known])

    page = leader.post(f"{base}/persons/twins", data={**TYPED, "organisation": "Gemeente"}).text

    assert "Janna Dijkstra" in page


def name(at: int) -> NameParts:
    """Return a name with the same initial and another surname."""
    return NameParts(first_name="Joop", surname=f"Aa{chr(97 + at % 26)}{chr(97 + at // 26)}meer")
