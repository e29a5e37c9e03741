"""Conditions on their page: rows that come and go, a count, an address that holds them."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import NameParts
from tests.pages import Enter, text_of

ROWS = {
    "match-0": "all", "kind-0.1": "organisation", "value-0.1-organisation": "stad",
    "kind-0.2": "tag", "value-0.2-tag": "groen-doen", "not-0.2": "y",
}  # fmt: skip

STRANGE = (
    "where=nothing:1", "where=any(", "where=helix:moon", "match-0=all&kind-0.1=nothing",
    "match-0=all&kind-0.1=helix&value-0.1-helix=moon&do=show", "match-0=x&do=drop:0",
    "match-0=any&match-0.1=all&match-0.1.1=any&match-0.1.1.1=all&do=group:0.1.1",
    "match-0=all&kind-0.999999=email", "do=show", "match-0=all&do=add:9",
    "match-0=all&kind-0.1=added&value-0.1-day=x", "where=%00%01",
)  # fmt: skip


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons"


@pytest.fixture
def leader(enter: Enter, project: Project) -> FlaskClient:
    stad = AffiliationDetails("Stad", make_organisation=True, helix=Helix.GOVERNMENT)
    new = [
        NewPerson(PersonDetails(NameParts(surname=surname), tags=tags), (stad,))
        for surname, tags in (("Ambt", ()), ("Boom", ("Groen doen",)))
    ]
    add_persons_in_bulk(system(project.id), project, new=new)
    return enter(Role.LEADER)


def test_rows_lead_to_the_people_who_fit(leader: FlaskClient, base: str) -> None:
    answer = leader.get(f"{base}/conditions", query_string={**ROWS, "do": "show"})

    assert answer.status_code == 303
    where = dict(parse_qsl(urlsplit(answer.location).query))["where"]
    assert re.fullmatch(r"organisation:[0-9]+,!tag:groen-doen", where)
    shown = text_of(leader.get(answer.location))
    assert "has a role at Stad today and does not have the tag “Groen doen”" in shown
    assert "Ambt" in shown
    assert "Boom" not in shown


def test_rows_come_and_go_and_what_fits_is_counted(leader: FlaskClient, base: str) -> None:
    looked = leader.get(f"{base}/conditions", query_string=ROWS).text
    more = leader.get(
        f"{base}/conditions", query_string={**ROWS, "do": "add:0", "new-0": "email"}
    ).text
    less = leader.get(f"{base}/conditions", query_string={**ROWS, "do": "drop:0.1"}).text
    group = leader.get(f"{base}/conditions", query_string={**ROWS, "do": "group:0"}).text

    assert "1 person fits." in looked
    assert 'name="kind-0.3" value="email"' in more
    assert 'name="kind-0.1" value="tag"' in less
    assert 'name="match-0.3"' in group


def test_what_is_wrong_stands_at_its_row(leader: FlaskClient, base: str) -> None:
    rows = {**ROWS, "value-0.1-organisation": "Nergens", "do": "show"}

    answer = leader.get(f"{base}/conditions", query_string=rows)

    assert answer.status_code == 200
    assert "There is nothing called “Nergens”." in text_of(answer)


def test_simple_filters_come_along(leader: FlaskClient, base: str) -> None:
    page = leader.get(f"{base}/conditions?helix=research&private=no&where=!email").text

    kinds = re.findall(r'name="kind-0\.[0-9]" value="([a-z]+)"', page)
    assert kinds == ["helix", "private", "email"]


def test_any_address_gets_an_answer(leader: FlaskClient, base: str) -> None:
    for query in STRANGE:
        assert leader.get(f"{base}/conditions?{query}").status_code in {200, 303}, query
        assert leader.get(f"{base}?{query}").status_code == 200, query


def test_a_list_that_cannot_be_read_shows_nobody_and_says_why(
    leader: FlaskClient, base: str
) -> None:
    answer = leader.get(f"{base}?where=helix:moon")

    assert "Choose one of these." in text_of(answer)
    assert "Ambt" not in answer.text
    assert leader.get(f"{base}/export.csv?where=helix:moon").status_code == 400


def test_a_file_holds_whom_the_conditions_leave(leader: FlaskClient, base: str) -> None:
    file = leader.get(f"{base}/export.csv?where=!tag:groen-doen").text

    assert "Ambt" in file
    assert "Boom" not in file


def test_a_reviewer_is_offered_no_condition_that_tells_of_the_hidden(
    leader: FlaskClient, enter: Enter, base: str
) -> None:
    page = enter(Role.REVIEWER).get(f"{base}/conditions?where=email")

    assert '<option value="email"' not in page.text
    assert "is not for you to know" in text_of(page)
    assert "0 people fit" in text_of(page)
