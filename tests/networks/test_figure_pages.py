"""The figures of a network as a page and a file, for a small network and for a large one."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core import clock, jobs
from crm.core.audit import version_of
from crm.core.db import Database, project_scope, unit_of_work
from crm.core.permissions import system
from crm.networks.models import KeptFigures
from crm.networks.queries import figures as asked
from crm.networks.services import figures as services
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories, pages
from tests.networks.gathering import meet

Work = Callable[[], int]


@pytest.fixture
def work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Do what is due of ours, and say how many jobs that were."""
    monkeypatch.setattr(jobs, "_recurring", {})

    database: Database = app.extensions["kring_database"]

    def until_done() -> int:
        done = 0
        while jobs.run_due(database, "tests"):
            done += 1
        return done

    return until_done


def ask(client: FlaskClient, where: str, query: str = "") -> int:
    return pages.post(client, f"{where}/figures{query}").status_code


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
    people = [factories.person(f"Gast{number}") for number in range(9)]
    meet(*people)
    meet(*people[:2])

    text = pages.text_of(leader.get(f"{where}/figures?view=people&tie=attendance"))
    few = pages.text_of(leader.get(f"{where}/figures?tie=attendance&minimum=2"))

    assert "Ties 36" in " ".join(text.split())
    assert "also the light ones" in text
    assert "Ties 1 " in " ".join(few.split())


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
    meet(*(factories.person(f"Gast{number:03}") for number in range(55)))
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


def test_a_large_network_is_worked_out_in_the_background_and_kept(
    leader: FlaskClient, where: str, official: Person, resident: Person, large: None, work: Work
) -> None:
    meet(official, resident)
    before = pages.text_of(leader.get(f"{where}/figures"))

    asked_once, again = ask(leader, where), ask(leader, where)
    waiting = leader.get(f"{where}/figures").text
    done = work()
    after = pages.text_of(leader.get(f"{where}/figures"))

    assert "Work out the figures" in before
    assert "Across helixes" not in before
    assert (asked_once, again) == (303, 303)
    assert "data-live-going" in waiting
    assert done == 1
    assert "Whether ties lie across helixes" in after
    assert "Work out the figures" not in after


def test_what_was_kept_holds_until_the_network_changes_and_no_longer(
    leader: FlaskClient,
    where: str,
    project: Project,
    official: Person,
    resident: Person,
    large: None,
    work: Work,
) -> None:
    meet(official, resident)
    ask(leader, where)
    work()

    factories.initiative(factories.leader_of(project), project, "Pump Track")
    other_change = pages.text_of(leader.get(f"{where}/figures"))
    meet(official, factories.person("Nieuw"))
    new_tie = pages.text_of(leader.get(f"{where}/figures"))

    assert "Whether ties lie across helixes" in other_change
    assert "Work out the figures" in new_tie


def test_asking_changes_nothing_of_the_project(
    leader: FlaskClient, where: str, project: Project, official: Person, large: None, work: Work
) -> None:
    meet(official, factories.person("Gast"))
    before = version_of(project.id)

    ask(leader, where)
    work()

    assert version_of(project.id) == before


def test_progress_is_told_apart_from_the_page(
    leader: FlaskClient, where: str, project: Project, official: Person, large: None, work: Work
) -> None:
    meet(official, factories.person("Gast"))
    ask(leader, where)

    going = leader.get(f"{where}/figures/progress").text
    work()
    done = leader.get(f"{where}/figures/progress").text

    assert 'data-live-phase="going"' in going
    assert 'data-live-phase="done"' in done


def test_whoever_waits_in_vain_may_ask_again(
    opened: Session,
    leader: FlaskClient,
    where: str,
    project: Project,
    official: Person,
    large: None,
    work: Work,
) -> None:
    meet(official, factories.person("Gast"))
    ask(leader, where)
    with project_scope(project.id), unit_of_work(system(project.id), "tests.long_ago"):
        kept = opened.scalars(select(KeptFigures)).one()
        kept.asked_at = clock.now() - asked.GIVEN_UP - timedelta(minutes=1)

    assert "Work out the figures" in leader.get(f"{where}/figures").text
    ask(leader, where)
    assert work() == 2


def test_only_the_newest_are_kept(
    opened: Session,
    leader: FlaskClient,
    where: str,
    project: Project,
    official: Person,
    large: None,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "KEPT", 2)
    meet(official, factories.person("Gast"))

    for minimum in (0, 1, 2):
        ask(leader, where, f"?by=strength&until=2021-04-0{minimum + 1}&minimum={minimum}")
        work()

    with project_scope(project.id):
        opened.rollback()
        assert len(list(opened.scalars(select(KeptFigures.id)))) <= 2


def test_by_strength_ways_differ(leader: FlaskClient, where: str, project: Project) -> None:
    one, two, three = (factories.person(f"Gast{number}") for number in range(3))
    meet(one, two, three)
    for _again in range(4):
        meet(one, two)
        meet(two, three)

    alike = leader.get(f"{where}/figures.csv?tie=attendance&sort=name").text
    strong = leader.get(f"{where}/figures.csv?tie=attendance&sort=name&by=strength").text

    assert "1.0" not in alike.splitlines()[2].split(",")[4]
    assert "1.0" in strong.splitlines()[2].split(",")[4]


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


def test_communities_are_named_after_their_central_organisations(
    leader: FlaskClient, where: str, project: Project
) -> None:
    for name in ("Gemeente Proef", "Welzijn Proef"):
        office = factories.organisation(name, helix=Helix.GOVERNMENT)
        meet(*(factories.person(f"{name} {number}", at=office) for number in range(4)))

    text = pages.text_of(leader.get(f"{where}/figures?tie=attendance"))

    named = text.split("Named after its most central organisations")[1]
    assert "Gemeente Proef" in named.split("People and organisations one by one")[0]
    assert "Welzijn Proef" in named.split("People and organisations one by one")[0]
