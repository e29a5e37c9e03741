"""Two networks beside each other: on two dates, or of two projects that one sees."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core.db import project_scope
from crm.core.permissions import Role
from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests import factories, pages
from tests.networks.gathering import meet


def test_two_dates_beside_each_other(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident, day=date(2021, 3, 18))
    meet(official, factories.person("Later"), day=date(2022, 3, 18))

    text = pages.text_of(
        leader.get(f"{where}/compare?tie=attendance&first=2021-12-31&second=2022-12-31")
    )

    assert "a difference, not a trend" in text
    assert "More pairs are tied." in text
    assert "fewer than 20 people or 30 ties" in text


@pytest.mark.parametrize(
    ("dates", "is_said"), [("", True), ("&first=2021-12-31&second=2022-12-31", False)]
)
def test_a_month_is_said_only_where_no_dates_stand_in_its_place(
    leader: FlaskClient, where: str, official: Person, dates: str, *, is_said: bool
) -> None:
    text = pages.text_of(leader.get(f"{where}/compare?month=2021-11{dates}"))

    assert ("November 2021" in text) is is_said


@pytest.mark.parametrize("query", ["", "first=2021-12-31", "first=x&second=y", "other=nowhere"])
def test_nothing_to_compare_teaches_what_to_choose(
    leader: FlaskClient, where: str, official: Person, query: str
) -> None:
    text = pages.text_of(leader.get(f"{where}/compare?{query}"))

    assert "Choose two dates. Everything that was chosen" in text


def test_two_projects_are_compared_only_by_those_who_see_both(
    app: Flask, project: Project, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)
    other, stranger = factories.project("Buurt"), factories.project("Vreemd")
    with project_scope(other.id):
        meet(*(factories.person(f"Gast{number}") for number in range(3)))
    member = factories.member(project, Role.LEADER)
    factories.member(other, Role.REVIEWER, who=member)
    client = factories.sign_in(app.test_client(), member)

    both = pages.text_of(client.get(f"{where}/compare?tie=attendance&other={other.slug}"))
    none = client.get(f"{where}/compare?other={stranger.slug}").text

    assert "More pairs are tied." in both
    assert stranger.name not in none
    assert "Choose two dates" in none


def test_comparing_what_is_not_worked_out_yet_leads_there(
    leader: FlaskClient, where: str, official: Person, resident: Person, large: None
) -> None:
    meet(official, resident)

    text = leader.get(f"{where}/compare?first=2021-12-31&second=2022-12-31").text

    assert "its figures are not there yet" in text
    assert "until=2021-12-31" in text
