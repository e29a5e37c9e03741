"""The network as pages: complete without JavaScript, and never more than one may see."""

import json
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core.db import project_scope
from crm.networks.rules import picture
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories, pages
from tests.networks.gathering import involve, meet, stay_away
from tests.statements import counted


def labels(client: FlaskClient, address: str) -> set[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return {node["label"] for node in json.loads(answer.data)["nodes"]}


def test_an_empty_network_teaches_what_to_do(leader: FlaskClient, where: str) -> None:
    text = pages.text_of(leader.get(where))

    assert "Note who was present at a session" in text


def test_the_page_says_in_words_and_in_a_table_who_is_tied(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)

    text = pages.text_of(leader.get(where))

    assert "Dirk Ambtenaar" in text
    assert "Greet Bewoner" in text
    assert "Shared session" in text
    assert "join two different helixes" in text


def test_who_stayed_away_is_not_tied(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    stay_away(meet(official), resident)

    assert "Nothing ties anybody" in leader.get(f"{where}?tie=attendance").text


def test_the_first_view_says_what_it_leaves_out(
    leader: FlaskClient, where: str, project: Project
) -> None:
    people = [factories.person(f"Gast{number}") for number in range(9)]
    meet(*people)
    meet(*people[:2])

    first = pages.text_of(leader.get(where))
    every = pages.text_of(leader.get(f"{where}?minimum=0"))

    assert "Only ties of weight 2 and more are drawn" in first
    assert "35 lighter ties are not drawn" in first
    assert "Only ties of weight" not in every
    assert all("36 ties" in page for page in (first, every))


@pytest.mark.parametrize(("days", "untied"), [("from=2021-03-18", 0), ("from=2021-03-19", 1)])
def test_a_window_holds_its_first_day(
    leader: FlaskClient, where: str, official: Person, resident: Person, days: str, untied: int
) -> None:
    meet(official, resident, day=date(2021, 3, 18))

    text = leader.get(f"{where}?tie=attendance&{days}").text

    assert text.count("Nothing ties anybody") == untied


def test_evidence_lists_what_made_a_tie(
    leader: FlaskClient,
    where: str,
    project: Project,
    official: Person,
    resident: Person,
    office: Organisation,
) -> None:
    meet(official, resident, title="Kennen en begrijpen")
    meet(official, resident, title="Kiezen & uitwerken")
    track = factories.initiative(factories.leader_of(project), project, "Pump Track")
    involve(track.id, official, resident, office)

    text = pages.text_of(leader.get(f"{where}/people/{official.id}?with=p{resident.id}"))
    role = pages.text_of(leader.get(f"{where}/people/{official.id}?with=o{office.id}"))

    assert all(title in text for title in ("Kennen en begrijpen", "Kiezen & uitwerken", "Pump Tr"))
    assert "Together these weigh 3" in text
    assert "Role in an organisation" in role
    assert "Pump Track" in role


def test_organisations_show_whom_they_share(
    leader: FlaskClient, where: str, official: Person, office: Organisation
) -> None:
    meet(official, factories.person("Maker", at=factories.organisation("Appmakerij")))

    text = pages.text_of(leader.get(f"{where}?view=organisations&minimum=0"))

    assert "Gemeente Proef" in text
    assert "Appmakerij" in text
    assert "Dirk Ambtenaar" not in text


def test_a_reviewer_meets_a_pseudonym_everywhere_even_after_a_leader_looked(
    leader: FlaskClient, reviewer: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)
    addresses = [
        where,
        f"{where}?list=points",
        f"{where}/picture.json",
        f"{where}/people/{resident.id}",
        f"{where}/people/{official.id}?with=p{resident.id}",
    ]

    seen = {
        address: (leader.get(address).text, reviewer.get(address).text) for address in addresses
    }

    for address, (whole, part) in seen.items():
        assert "Greet Bewoner" in whole, address
        assert "Greet Bewoner" not in part, address
        assert f"Resident {resident.pseudonym}" in part, address
    assert labels(leader, addresses[2]) == {"Dirk Ambtenaar", "Greet Bewoner", "Gemeente Proef"}


def test_whoever_has_the_picture_is_told_whether_something_changed(
    leader: FlaskClient, where: str, official: Person, resident: Person, project: Project
) -> None:
    meet(official, resident)
    mark = leader.get(f"{where}/picture.json").headers["ETag"]
    again = {"If-None-Match": mark}

    unchanged = leader.get(f"{where}/picture.json", headers=again)
    meet(official, resident)
    changed = leader.get(f"{where}/picture.json", headers=again)

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["Cache-Control"] == "no-store"


def test_hostile_names_stay_text(leader: FlaskClient, where: str, official: Person) -> None:
    hostile = factories.person("</script><b>href", first_name='"><img onerror=x>')
    meet(official, hostile)

    html = leader.get(where).text

    assert "<img onerror" not in html
    assert '"><img onerror=x> </script><b>href' in labels(leader, f"{where}/picture.json")
    assert carried(html) == leader.get(f"{where}/picture.json").json


def carried(html: str) -> Any:
    """Return the data of the picture that a page holds, as a browser reads it."""
    data = html.partition("data-network-carried>")[2].partition("</script>")[0]
    return json.loads(data) if data else None


def test_the_data_of_many_ties_are_fetched_beside_the_page(
    leader: FlaskClient,
    where: str,
    official: Person,
    resident: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    meet(official, resident)
    few = leader.get(where).text
    monkeypatch.setattr(picture, "MOST_CARRIED", 0)

    many = leader.get(where).text

    assert (carried(few) is None, carried(many) is None) == (False, True)
    assert ('rel="preload" as="fetch"' in few, 'rel="preload" as="fetch"' in many) == (False, True)


def test_stakeholders_of_another_project_are_not_here(
    leader: FlaskClient, where: str, official: Person
) -> None:
    with project_scope(factories.project().id):
        stranger = factories.person("Elders")
        company = factories.organisation("Elders BV")

    for address in (
        f"{where}/people/{stranger.id}",
        f"{where}/organisations/{company.id}",
        f"{where}/people/{official.id}?with=p{stranger.id}",
        f"{where}/people/{official.id}?with=o{company.id}",
        f"{where}/people/{official.id}?with=nonsense",
    ):
        assert leader.get(address).status_code == 404, address


@pytest.mark.parametrize(
    "query",
    [
        "view=x&weight=y&tie=z&helix=q",
        "from=tomorrow&until=31-02-2021",
        "minimum=nan",
        "minimum=-1",
        "minimum=1e999",
        "size=x&labels=y&anyway=z&point=x",
        "sort=;drop&page=-3&list=x",
        "page=99999999999999999999",
        "from=0001-01-01&until=9999-12-31",
    ],
)
def test_nonsense_in_the_address_is_not_followed(
    leader: FlaskClient, where: str, official: Person, resident: Person, query: str
) -> None:
    meet(official, resident)

    assert leader.get(f"{where}?{query}").status_code == 200
    assert leader.get(f"{where}/picture.json?{query}").status_code == 200
    assert leader.get(f"{where}/people/{official.id}?{query}").status_code == 200


def test_lists_are_paged_and_sorted(leader: FlaskClient, where: str, project: Project) -> None:
    with factories.together():
        people = [factories.person(f"Gast{one:03}", helix=Helix.RESEARCH) for one in range(12)]
    meet(*people)
    address = f"{where}?minimum=0&list=ties&sort=other&page="

    first, last = (pages.text_of(leader.get(f"{address}{number}")) for number in (1, 7))

    assert "1 to 10 of 66" in first
    assert "61 to 66 of 66" in last
    assert "Gast011" not in first
    assert "Gast011" in last


def statements(app: Flask, client: FlaskClient, address: str) -> int:
    with counted(app) as sent:
        assert client.get(address).status_code == 200
    return len([one for one in sent if one.startswith("SELECT")])


def test_a_large_network_takes_no_more_statements_than_a_small_one(
    app: Flask, leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)
    small = statements(app, leader, where)

    with factories.together():
        people = [factories.person(f"Gast{number}", helix=Helix.RESEARCH) for number in range(30)]
    meet(*people)
    large = statements(app, leader, where)

    # With what it takes to draw the picture, which the page carries along.
    assert small == large <= 27


def test_a_list_is_narrowed_to_part_of_a_name(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    third = factories.person("Élan", first_name="Zoë")
    meet(official, resident, third)

    points = pages.text_of(leader.get(f"{where}?list=points&minimum=0&find=elan"))
    ties = pages.text_of(leader.get(f"{where}?minimum=0&find=bewoner"))
    nobody = pages.text_of(leader.get(f"{where}?list=points&find=xyz"))

    assert "1 to 1 of 1" in points
    assert "1 to 2 of 2" in ties
    assert "No name in this list has these letters" in nobody


def test_who_reads_under_a_pseudonym_finds_nobody_by_name(
    reviewer: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)

    by_name = pages.text_of(reviewer.get(f"{where}?list=points&find=bewoner"))
    by_pseudonym = pages.text_of(reviewer.get(f"{where}?list=points&find={resident.pseudonym}"))

    assert "No name in this list has these letters" in by_name
    assert f"Resident {resident.pseudonym}" in by_pseudonym


def test_ties_between_helixes_stand_in_a_table(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident, factories.person("Buur", helix=Helix.END_USERS))

    html = leader.get(f"{where}?list=helixes&minimum=0&tie=attendance").text
    rows = re.findall(r'<th class="table__main".*?</tr>', html, re.DOTALL)
    numbers = [[int(found) for found in re.findall(r">([0-9]+)</td>", row)] for row in rows]

    assert numbers == [[0, 0, 0, 2], [0, 0, 0, 0], [0, 0, 0, 0], [2, 0, 0, 1]]
