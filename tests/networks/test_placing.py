"""Places that are kept: they grow with the data, and are laid out anew when somebody asks."""

import gc
import math
from datetime import date, timedelta

import networkx as nx
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.core import audit
from crm.core.db import session
from crm.networks import jobs
from crm.networks.models import NetworkLayout
from crm.networks.queries import network_views
from crm.networks.rules import layout
from crm.networks.rules.graph import StakeholderGraph
from crm.networks.rules.selection import NetworkView
from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests import factories, pages
from tests.networks.gathering import forget, meet

pytestmark = pytest.mark.both_engines("own SQL")

VIEW = NetworkView.PEOPLE
Spots = dict[str, tuple[int, int]]


def crowd(number: int) -> list[Person]:
    return [factories.person(f"Persoon{one}") for one in range(number)]


def circles(people: list[Person], times: int = 6) -> None:
    """Let people meet in circles, month after month, with a guest from the next circle."""
    for month in range(times):
        begin = month * 5 % len(people)
        guests = [people[(begin + one) % len(people)] for one in range(6)]
        meet(*guests, day=date(2021, 1, 15) + timedelta(days=30 * month))


def spots(client: FlaskClient, where: str, asked: str = "minimum=0") -> Spots:
    nodes = client.get(f"{where}/picture.json?{asked}").get_json()["nodes"]
    return {node["id"]: (node["x"], node["y"]) for node in nodes}


def moved(before: Spots, after: Spots) -> float:
    wide = max(x for x, _y in before.values()) - min(x for x, _y in before.values())
    return sum(math.dist(before[key], after[key]) for key in before) / len(before) / wide


def keep(project: Project) -> NetworkLayout:
    jobs.keep_places({})
    kept = network_views.kept_layout(VIEW)
    assert kept is not None
    return kept


def press(client: FlaskClient, where: str, button: str) -> TestResponse:
    return pages.post(client, f"{where}/{button}", form_at="/account")


def test_a_look_finds_what_the_job_keeps(leader: FlaskClient, project: Project, where: str) -> None:
    circles(crowd(20))
    seen = spots(leader, where)

    kept = keep(project)
    forget()

    assert {key: tuple(place) for key, place in kept.points["tied"].items()} == seen
    assert spots(leader, where) == seen


def test_a_session_of_long_ago_that_is_entered_late_hardly_moves_anybody(
    leader: FlaskClient, project: Project, where: str
) -> None:
    people = crowd(24)
    circles(people)
    keep(project)
    before = spots(leader, where)

    meet(people[0], people[11], people[17], day=date(2020, 6, 1))

    assert moved(before, spots(leader, where)) < 0.05


def test_choosing_other_ties_moves_nobody(
    leader: FlaskClient, project: Project, where: str
) -> None:
    circles(crowd(20))

    everything = spots(leader, where)
    later = spots(leader, where, "minimum=0&from=2021-03-01")

    assert {key: everything[key] for key in later} == later


def test_what_changes_no_tie_moves_nobody(
    leader: FlaskClient, project: Project, where: str
) -> None:
    circles(crowd(20))
    keep(project)
    before = spots(leader, where)

    newcomer = factories.person("Nieuw")

    after = spots(leader, where)
    assert {key: after[key] for key in before} == before
    assert f"p{newcomer.id}" in after


def test_the_job_keeps_nothing_where_there_is_nothing(project: Project) -> None:
    jobs.keep_places({})

    assert network_views.kept_layout(VIEW) is None


def test_laid_out_anew_and_put_back(leader: FlaskClient, project: Project, where: str) -> None:
    people = crowd(20)
    circles(people)
    keep(project)
    meet(*people[::3], day=date(2021, 12, 1))
    before = spots(leader, where)
    keep(project)

    assert press(leader, where, "lay-out-anew").status_code == 303
    anew = spots(leader, where)
    assert press(leader, where, "put-back").status_code == 303

    assert anew != before
    assert spots(leader, where) == before
    assert press(leader, where, "put-back").status_code == 409


def test_laying_out_anew_leaves_a_line_in_the_trail_and_keeping_does_not(
    leader: FlaskClient, project: Project, where: str
) -> None:
    people = crowd(20)
    circles(people)
    keep(project)
    version = audit.version_of(project.id)
    keep(project)
    kept = audit.version_of(project.id)

    press(leader, where, "lay-out-anew")
    session().rollback()  # what was read before is given up

    assert kept == version
    assert audit.version_of(project.id) != kept


def test_a_reviewer_is_not_offered_to_move_everybody(reviewer: FlaskClient, where: str) -> None:
    circles(crowd(8))

    answer = reviewer.get(where).get_data(as_text=True)

    assert "lay-out-anew" not in answer
    assert press(reviewer, where, "lay-out-anew").status_code == 403


def test_the_job_holds_one_network_at_a_time(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    circles(crowd(20))
    forget()
    held: list[int] = []
    place = layout.mark

    def counted(graph: StakeholderGraph) -> str:
        held.append(graphs())
        return place(graph)

    monkeypatch.setattr(layout, "mark", counted)
    before = graphs()
    jobs.keep_places({})

    assert held == [before + 1] * len(NetworkView)
    assert graphs() == before


def graphs() -> int:
    gc.collect()
    return sum(type(one) is nx.Graph for one in gc.get_objects())
