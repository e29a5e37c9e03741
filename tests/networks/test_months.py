"""The network as of a month: figures, sentence, shelf and lists follow, and nobody else moves."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from crm.core.db import session, unit_of_work
from crm.core.permissions import system
from crm.networks.forms.asked import NetworkFilterForm, kept
from crm.networks.queries import network_views
from crm.networks.queries.network_views import Look
from crm.networks.rules.graph import Lines
from crm.networks.rules.selection import NetworkView, Selection
from crm.networks.services.results import as_payload, from_payload
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from tests import factories
from tests.networks.gathering import meet

MARCH, APRIL = date(2021, 3, 1), date(2021, 4, 1)
Looked = Callable[[Selection], Look]


@pytest.fixture
def people(project: Project) -> list[Person]:
    """Four people of whom two meet in March, two in April and two in May."""
    one, two, three, four = (factories.person(f"Persoon{number}") for number in range(4))
    meet(one, two, day=date(2021, 3, 31))
    meet(one, three, day=date(2021, 4, 1))
    meet(three, four, day=date(2021, 5, 18))
    return [one, two, three, four]


@pytest.fixture
def looked(project: Project, people: list[Person]) -> Looked:
    def look(selection: Selection) -> Look:
        return network_views.look(factories.leader_of(project), project.id, selection)

    return look


def works(person: Person, at: Organisation, until: date | None = None) -> None:
    """Give somebody a role from the beginning of 2020."""
    with unit_of_work(system(person.project_id), "tests.works"):
        session().add(
            Affiliation(
                person_id=person.id,
                organisation_id=at.id,
                helix=Helix.BUSINESS,
                role="Adviseur",
                since=date(2020, 1, 1),
                until=until,
            )
        )


def test_a_month_is_what_the_window_holds_until_its_end(looked: Looked) -> None:
    march, until = looked(Selection(month=MARCH)), looked(Selection(until=date(2021, 3, 31)))

    assert march.measures == until.measures
    assert [march.measures.ties, march.measures.isolates] == [1, 2]
    assert len(march.on_shelf(Lines.WITHOUT)) == 2
    assert looked(Selection(month=APRIL, until=date(2021, 3, 31))).measures == until.measures
    assert looked(Selection(month=APRIL, since=date(2021, 4, 1))).measures.ties == 1


def test_who_was_tied_stands_as_in_the_window_and_who_was_not_below_all_of_it(
    project: Project, people: list[Person]
) -> None:
    who = factories.leader_of(project)
    keys = [f"p{person.id}" for person in people]

    window = network_views.places(who, project.id, Selection(minimum=0))
    march = network_views.places(who, project.id, Selection(minimum=0, month=MARCH))

    assert [march[key] for key in keys[:2]] == [window[key] for key in keys[:2]]
    lowest = max(y for _x, y in window.values())
    assert all(march[key][1] > lowest for key in keys[2:])


def test_a_month_draws_of_the_lines_of_the_window_those_that_were_there(
    people: list[Person], looked: Looked
) -> None:
    one, two, three, _four = people
    meet(three, two, day=date(2021, 2, 1))
    meet(one, two, day=date(2021, 6, 1))

    window, march = looked(Selection(minimum=2)), looked(Selection(minimum=2, month=MARCH))

    assert list(window.shown.edges) == list(march.shown.edges) == [(f"p{one.id}", f"p{two.id}")]
    assert march.measures.ties == 2
    assert march.whole.edges[f"p{one.id}", f"p{two.id}"]["weight"] == 1


def test_page_list_picture_and_evidence_are_of_the_month(
    leader: FlaskClient, where: str, people: list[Person]
) -> None:
    query = "minimum=0&month=2021-03"
    page = leader.get(f"{where}?{query}&list=points", headers={"Accept-Language": "en"}).text

    assert "Only what was there until 31 March 2021 counts." in page
    assert 'value="2021-03"' in page
    assert "/network/figures?month=2021-03&amp;minimum=0" in page
    assert "/network/take-away?month=2021-03&amp;minimum=0" in page
    assert len(leader.get(f"{where}/picture.json?{query}").get_json()["edges"]) == 1
    tie = f"{where}/people/{people[0].id}?with=p{people[2].id}"
    assert leader.get(f"{tie}&month=2021-04").status_code == 200
    assert leader.get(f"{tie}&month=2021-03").status_code == 404


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("month=maart", "Dit is geen maand. Schrijf het als jaar en maand: 2021-03."),
        ("month=2021-13", "Dit is geen maand. Schrijf het als jaar en maand: 2021-03."),
        (
            "month=2021-03&from=2021-04-01",
            "Deze maand ligt buiten de periode. Kies een andere, of geen.",
        ),
        (
            "month=2021-05&until=2021-04-30",
            "Deze maand ligt buiten de periode. Kies een andere, of geen.",
        ),
    ],
)
def test_a_month_that_makes_no_sense_is_told_beside_its_field_and_not_asked(
    app: Flask, query: str, told: str
) -> None:
    with app.test_request_context(f"/?{query}", headers={"Accept-Language": "nl"}):
        form = NetworkFilterForm(request.args)

        assert list(form.month.errors) == [told]
        assert form.chosen().month is None


@pytest.mark.engine("sqlite")
def test_whatever_passes_filters_along_carries_the_month(app: Flask) -> None:
    with app.test_request_context("/?month=2021-03&until=2021-03-15"):
        chosen = NetworkFilterForm(request.args).chosen()

        assert kept(request.args) == "until=2021-03-15&month=2021-03"
    assert from_payload(as_payload(chosen)) == chosen
    assert chosen.end == date(2021, 3, 15)


def test_a_tie_of_an_organisation_that_somebody_left_later_is_drawn_in_its_month(
    project: Project, looked: Looked, people: list[Person]
) -> None:
    left, other = factories.organisation("Links"), factories.organisation("Rechts")
    works(people[0], left, until=date(2021, 4, 15))
    works(people[1], other)

    window = looked(Selection(view=NetworkView.ORGANISATIONS, minimum=0))
    march = looked(Selection(view=NetworkView.ORGANISATIONS, minimum=0, month=MARCH))
    where = network_views.places(factories.leader_of(project), project.id, march.selection)

    ends = f"o{left.id}", f"o{other.id}"
    assert (window.shown.has_edge(*ends), march.shown.has_edge(*ends)) == (False, True)
    assert where.keys() == set(march.shown)
