"""The figures of a network as a page and a file, for a small network."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories, pages
from tests.networks.gathering import meet


def test_the_page_tells_each_figure_with_its_meaning_formula_source_and_limits(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)

    text = pages.text_of(leader.get(f"{where}/figures"))

    assert "Whether ties lie across helixes" in text
    assert "(E − I) / (E + I)" in text
    assert "Krackhardt" in text
    assert "When not to read anything into it" in text
    assert "There are too few people or ties to compare with chance." in text
    assert "n/a" in text
    assert "Dirk Ambtenaar" in text


@pytest.mark.parametrize(
    "query",
    ["view=sessions", "view=organisations", "half_life=1&by=strength", "per_person=1", "tag=x",
     "sort=nonsense&page=-3", "sort=helix", "sort=-helix&page=999999999999999999", "around=p1"],
)  # fmt: skip
def test_any_selection_is_measured(
    leader: FlaskClient, where: str, official: Person, resident: Person, query: str
) -> None:
    meet(official, resident, factories.person("Gast"), day=date(2001, 3, 18))

    assert leader.get(f"{where}/figures?{query}").status_code == 200
    assert leader.get(f"{where}/figures.csv?{query}").status_code == 200
    assert (
        leader.get(f"{where}/compare?{query}&first=2000-12-31&second=2022-01-01").status_code == 200
    )
    assert leader.get(f"{where}/people/{official.id}?{query}").status_code == 200


def test_the_page_of_an_empty_project(leader: FlaskClient, where: str) -> None:
    assert leader.get(f"{where}/figures").status_code == 200
    assert leader.get(f"{where}/figures.csv").status_code == 200


def test_every_tie_counts_also_where_the_picture_is_thinned(
    leader: FlaskClient, where: str, project: Project
) -> None:
    with factories.together():
        people = [factories.person(f"Gast{number}") for number in range(9)]
    meet(*people)
    meet(*people[:2])

    text = pages.text_of(leader.get(f"{where}/figures?view=people&tie=attendance"))
    few = pages.text_of(leader.get(f"{where}/figures?tie=attendance&minimum=2"))

    assert "Ties 36" in " ".join(text.split())
    assert "also those that the picture does not draw" in text
    # How few lines are drawn says nothing of the network.
    assert "Ties 36" in " ".join(few.split())


def test_a_reviewer_meets_a_pseudonym_on_the_page_and_in_the_file(
    leader: FlaskClient, reviewer: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)
    addresses = [
        f"{where}/figures",
        f"{where}/figures?sort=name",
        f"{where}/figures.csv",
        f"{where}/people/{official.id}",
    ]

    seen = {one: (leader.get(one).text, reviewer.get(one).text) for one in addresses}

    for address, (whole, part) in seen.items():
        assert "Greet Bewoner" in whole, address
        assert "Greet Bewoner" not in part, address
        assert f"Resident {resident.pseudonym}" in part, address


def test_the_table_is_sorted_and_paged_and_nothing_comes_last(
    leader: FlaskClient, where: str, project: Project
) -> None:
    with factories.together():
        people = [factories.person(f"Gast{number:03}") for number in range(55)]
    meet(*people)
    factories.person("Alleen")
    address = f"{where}/figures?tie=attendance&sort="

    first = pages.text_of(leader.get(f"{address}name"))
    rising = pages.text_of(leader.get(f"{address}constraint&page=2"))
    falling = pages.text_of(leader.get(f"{address}-constraint&page=2"))

    assert "1 to 50 of 56" in first
    assert "Gast054" not in first
    assert "Alleen" in rising
    assert "Alleen" in falling


def test_the_file_has_a_row_for_everybody_and_no_zero_for_nothing(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)
    factories.person("Alleen")

    answer = leader.get(f"{where}/figures.csv?tie=attendance")
    rows = [line.split(",") for line in answer.data.decode("utf-8-sig").splitlines()]

    constraint = rows[0].index("Constraint")
    assert {row[0] for row in rows[1:]} == {"Dirk Ambtenaar", "Greet Bewoner", "Ans Alleen"}
    assert {row[0]: row[constraint] for row in rows[1:]}["Ans Alleen"] == ""


def test_by_strength_ways_differ(leader: FlaskClient, where: str, project: Project) -> None:
    one, two, three = (factories.person(f"Gast{number}") for number in range(3))
    meet(one, two, three)
    for _again in range(4):
        meet(one, two)
        meet(two, three)

    alike = leader.get(f"{where}/figures.csv?tie=attendance&sort=name").text
    strong = leader.get(f"{where}/figures.csv?tie=attendance&sort=name&by=strength").text

    between = alike.splitlines()[0].split(",").index("Betweenness")
    assert "1.0" not in alike.splitlines()[2].split(",")[between]
    assert "1.0" in strong.splitlines()[2].split(",")[between]


def test_a_point_tells_its_figures_and_what_would_break_without_it(
    leader: FlaskClient, where: str, project: Project
) -> None:
    hub, one, two, three = (factories.person(f"Gast{number}") for number in range(4))
    meet(hub, one, two)
    meet(hub, three)

    middle = pages.text_of(leader.get(f"{where}/people/{hub.id}?tie=attendance"))
    end = pages.text_of(leader.get(f"{where}/people/{three.id}?tie=attendance"))

    assert "Is tied to this many others: 3." in middle
    assert "1 other would lose every way to the largest part that is left" in middle
    assert "Gast3" in middle.split("would lose every way")[1]
    assert "Nothing would fall apart" in end


def test_communities_are_named_after_members_with_most_weight_inside(
    leader: FlaskClient, where: str, project: Project
) -> None:
    many = []
    for name in ("Veld", "Berg"):
        office = factories.organisation(f"Kantoor {name}", helix=Helix.GOVERNMENT)
        people = [factories.person(f"{name}{number}", at=office) for number in range(4)]
        meet(*people)
        meet(*people[2:])
        many.append(people)
    # Who has most weight outside is not who the community is about.
    for one in many[1]:
        meet(many[0][0], one)

    text = pages.text_of(leader.get(f"{where}/figures?tie=attendance"))

    named = text.split("Named after those with most weight inside")[1]
    named = named.split("People and organisations one by one")[0]
    assert "Ans Veld2, Ans Veld3" in named or "Ans Berg2, Ans Berg3" in named
    assert "Kantoor" not in named
