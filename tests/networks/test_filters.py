"""What of the network can be asked: each question narrows, says so, and stands in the address."""

import json
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from crm.core import ties
from crm.core.db import project_in_scope, session, unit_of_work
from crm.core.permissions import system
from crm.core.ties import person_key
from crm.neighbourhoods.models import Area
from crm.networks.forms.asked import NetworkFilterForm, query_of
from crm.networks.queries import materials
from crm.networks.rules import graph
from crm.networks.rules.selection import NetworkView, Selection, TieWeight
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person, PersonTag
from tests import factories, pages
from tests.networks.gathering import allow_groups_of, involve, meet

DAYS = some.none() | some.dates(date(2000, 1, 1), date(2050, 1, 1))
NUMBERS = some.integers(1, 999_999_999)
SELECTIONS = some.builds(
    Selection,
    view=some.sampled_from(NetworkView),
    kinds=some.frozensets(
        some.sampled_from(["attendance", "initiative", "affiliation"]), max_size=2
    ),
    weight=some.sampled_from(TieWeight),
    half_life=some.none() | some.integers(1, 36_500),
    plenaries=some.booleans(),
    since=DAYS,
    until=DAYS,
    month=DAYS.map(lambda day: day and day.replace(day=1)),
    helixes=some.frozensets(some.sampled_from(Helix), max_size=3),
    neighbourhoods=some.frozensets(NUMBERS, max_size=3),
    initiative=some.none() | NUMBERS,
    tag=some.sampled_from(["", "wijkraad", "sport en spel", "a&b=c"]),
    minimum=some.none() | some.floats(0, 1_000_000),
    per_person=some.none() | some.integers(1, 100),
).filter(
    lambda asked: (
        (asked.since or date.min) <= (asked.end or date.max)
        and (asked.month or date.min) <= (asked.until or date.max)
    )
)


@pytest.mark.engine("sqlite")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SELECTIONS, some.none() | some.sampled_from("pos"), NUMBERS, some.integers(1, 2))
def test_an_address_asks_the_same_again(
    app: Flask, asked: Selection, letter: str | None, number: int, steps: int
) -> None:
    if letter:
        asked = replace(asked, around=f"{letter}{number}", steps=steps)

    with app.test_request_context("/", query_string=query_of(asked)):
        read = NetworkFilterForm(request.args).chosen()

    assert read == asked


@pytest.fixture
def area(project: Project) -> Area:
    with unit_of_work(system(project.id), "tests.area"):
        made = Area(name="Pittelo", name_key="pittelo")
        session().add(made)
    return made


@pytest.fixture
def guests(official: Person, resident: Person) -> list[Person]:
    """Four people who met once, of whom two met again."""
    people = [official, resident, *(factories.person(name, first_name="") for name in "AB")]
    meet(*people, day=date(2021, 3, 18))
    meet(*people[:2], day=date(2021, 6, 17))
    return people


def drawn(client: FlaskClient, address: str) -> dict[str, float]:
    data = json.loads(client.get(address).data)
    name = {node["id"]: node["label"] for node in data["nodes"]}
    return {
        " - ".join(sorted((name[tie["from"]], name[tie["to"]]))): tie["weight"]
        for tie in data["edges"]
    }


@pytest.fixture
def picture(where: str) -> str:
    return f"{where}/picture.json?tie=attendance&minimum=0"


def test_a_neighbourhood_leaves_those_who_live_in_it(
    leader: FlaskClient,
    picture: str,
    where: str,
    guests: list[Person],
    area: Area,
    project: Project,
) -> None:
    with unit_of_work(system(project_in_scope()), "tests.move"):
        guests[0].area_id = guests[2].area_id = area.id
    allow_groups_of(2, project)

    found = drawn(leader, f"{picture}&neighbourhood={area.id}")
    page = leader.get(where).text

    assert found == {"A - Dirk Ambtenaar": 1}
    assert "Pittelo" in page


def test_an_initiative_leaves_those_who_take_part_and_their_organisations(
    leader: FlaskClient, picture: str, guests: list[Person], project: Project
) -> None:
    garden = factories.initiative(factories.leader_of(project), project, "Moestuin")
    involve(garden.id, guests[0], guests[3])

    people = drawn(leader, f"{picture}&initiative={garden.id}")
    organisations = drawn(leader, f"{picture}&initiative={garden.id}&view=organisations")

    assert people == {"B - Dirk Ambtenaar": 1}
    assert organisations == {"B - Gemeente Proef": 1}


def test_a_tag_leaves_those_who_carry_it(
    leader: FlaskClient, picture: str, where: str, guests: list[Person], project: Project
) -> None:
    tag(project, guests[1], guests[2])

    found = drawn(leader, f"{picture}&tag=wijkraad")

    assert found == {"A - Greet Bewoner": 1}
    assert "Wijkraad" in leader.get(where).text


def tag(project: Project, *people: Person) -> None:
    with unit_of_work(system(project.id), "tests.tag"):
        session().add_all(
            PersonTag(person_id=one.id, word="Wijkraad", word_key="wijkraad") for one in people
        )


def test_a_tag_tells_a_reviewer_nothing(
    reviewer: FlaskClient, picture: str, where: str, guests: list[Person], project: Project
) -> None:
    tag(project, guests[1], guests[2])

    every, tagged = drawn(reviewer, picture), drawn(reviewer, f"{picture}&tag=wijkraad")

    assert every == tagged
    assert len(every) == 6
    assert "Wijkraad" not in reviewer.get(where).text
    assert (
        reviewer.get(f"{where}/take-away/json?tie=attendance&minimum=0&tag=wijkraad").status_code
        == 200
    )


def test_old_meetings_fade_and_the_page_says_so(
    leader: FlaskClient, where: str, picture: str, guests: list[Person]
) -> None:
    found = drawn(leader, f"{picture}&until=2021-06-17&half_life=91")
    alone = pages.text_of(leader.get(f"{where}?half_life=91"))
    both = pages.text_of(leader.get(f"{where}?half_life=91&from=2021-01-01"))

    assert found["Dirk Ambtenaar - Greet Bewoner"] == 1.5
    assert found["A - B"] == 0.5
    assert "loses half its weight every 91 days" in alone
    assert "The period counts as well" not in alone
    assert "The period counts as well" in both


@pytest.fixture
def small_plenaries(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a session of four count as a plenary."""
    monkeypatch.setattr(ties, "_plenary", [3])


@pytest.mark.usefixtures("small_plenaries")
def test_plenaries_can_be_left_out_with_a_note(
    leader: FlaskClient, where: str, picture: str, guests: list[Person]
) -> None:
    every = drawn(leader, picture)
    without = drawn(leader, f"{picture}&without_plenaries=y")
    page = pages.text_of(leader.get(f"{where}?without_plenaries=y"))

    assert len(every) == 6
    assert without == {"Dirk Ambtenaar - Greet Bewoner": 1}
    assert "1 session of more than 3 people is left out" in page


@pytest.mark.usefixtures("small_plenaries")
def test_the_evidence_of_a_tie_leaves_plenaries_out_too(
    leader: FlaskClient, where: str, guests: list[Person]
) -> None:
    tie = f"{where}/people/{guests[0].id}?with=p{guests[1].id}"

    every = pages.text_of(leader.get(tie))
    without = pages.text_of(leader.get(f"{tie}&without_plenaries=y"))

    assert "18 Mar 2021" in every
    assert "18 Mar 2021" not in without
    assert "17 Jun 2021" in without


def test_each_keeps_its_strongest_ties(
    leader: FlaskClient, where: str, picture: str, guests: list[Person]
) -> None:
    meet(guests[0])
    found = drawn(leader, f"{picture}&per_person=1")
    page = pages.text_of(leader.get(f"{where}?tie=attendance&per_person=1"))

    assert "Dirk Ambtenaar - Greet Bewoner" in found
    assert len(found) < 6
    assert "chance explains least, 1 at most" in page
    assert "of the lines drawn, 0 are more than chance gives" in page.lower()


def test_around_one_person_to_one_step_and_to_two(
    leader: FlaskClient, where: str, picture: str, official: Person, resident: Person
) -> None:
    near, far = factories.person("Dichtbij", first_name=""), factories.person("Ver", first_name="")
    for pair in ((official, near), (near, far), (far, resident)):
        meet(*pair)
    here = person_key(official.id)

    one = drawn(leader, f"{picture}&around={here}")
    two = drawn(leader, f"{picture}&around={here}&steps=2")
    page = pages.text_of(leader.get(f"{where}?tie=attendance&around={here}"))

    assert one == {"Dichtbij - Dirk Ambtenaar": 1}
    assert two == {"Dichtbij - Dirk Ambtenaar": 1, "Dichtbij - Ver": 1}
    assert "Only Dirk Ambtenaar and those tied to them are shown" in page


def test_around_somebody_of_another_project_is_nothing(
    leader: FlaskClient, where: str, guests: list[Person]
) -> None:
    page = leader.get(f"{where}?around=p999999999")

    assert page.status_code == 200
    assert "has no place in this selection" in page.text


def test_people_and_the_sessions_they_came_to(
    leader: FlaskClient, where: str, picture: str, guests: list[Person]
) -> None:
    found = drawn(leader, f"{picture}&view=sessions")
    page = pages.text_of(leader.get(f"{where}?view=sessions&minimum=0"))

    assert len(found) == 6
    assert set(found.values()) == {1}
    assert "people and sessions" in page
    assert "A tie says that somebody came to a session" in page


def test_weight_and_ties_per_person_say_nothing_among_people_and_sessions(
    leader: FlaskClient, where: str, picture: str, guests: list[Person]
) -> None:
    plain = drawn(leader, f"{picture}&view=sessions")
    asked = drawn(leader, f"{picture}&view=sessions&weight=newman&per_person=1")
    page = pages.text_of(leader.get(f"{where}?view=sessions&per_person=1"))

    assert plain == asked
    assert "each tie weighs the same" in page


def test_a_tie_to_a_session_opens_that_session(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    met = meet(official, resident, title="Kennen en begrijpen")
    meet(official, resident, title="Kiezen en uitwerken")

    page = leader.get(f"{where}/people/{official.id}?view=sessions&with=s{met.id}")
    evidence = page.text[page.text.index("What made this tie") :].partition("</table>")[0]

    assert f"/sessions/{met.id}" in evidence
    assert "Kiezen" not in evidence


def test_points_know_their_second_helix_and_their_neighbourhood(
    project: Project, area: Area, official: Person
) -> None:
    company = factories.organisation("Bedrijf", helix=Helix.BUSINESS, second=Helix.RESEARCH)
    with unit_of_work(system(project.id), "tests.move"):
        official.area_id = area.id
    asked = Selection(view=NetworkView.ORGANISATIONS)

    found = graph.build(materials.material(asked), asked)
    people = graph.build(materials.material(Selection()), Selection())

    assert [*found.nodes[f"o{company.id}"].values()] == [Helix.BUSINESS, Helix.RESEARCH, None]
    assert people.nodes[person_key(official.id)]["neighbourhood"] == area.id
