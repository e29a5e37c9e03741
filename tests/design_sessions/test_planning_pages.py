"""The pages on which a session is planned, changed, listed and looked at."""

import re

import pytest
from flask.testing import FlaskClient

from crm.core.db import project_scope
from crm.core.permissions import Actor
from crm.design_sessions.models import DesignPhase, DesignSession, SessionKind
from crm.design_sessions.queries import sessions
from crm.design_sessions.services import planning
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories, pages
from tests.design_sessions.conftest import Plan, anew, details

FORM = {
    "title": "Ontwerpbijeenkomst Lariks",
    "kind": "design_session",
    "phase": "define",
    "goal": "Ideeën kiezen",
    "place": "De Zuidstee",
    "starts_date": "2027-05-04",
    "starts_time": "14:00",
    "ends_time": "16:30",
    "zone": "Europe/Amsterdam",
    "capacity": "30",
    "target_business": "3",
}


def beside(answer_text: str, field: str) -> str:
    """Return what is said to be wrong beside a field."""
    found = re.search(rf'id="{field}-error">(.*?)</ul>', answer_text, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


@pytest.fixture
def at(project: Project) -> str:
    return f"/projects/{project.slug}/sessions"


def all_sessions() -> list[DesignSession]:
    anew()
    every = sessions.SessionFilter()
    return [*sessions.sessions(sessions.upcoming(every)), *sessions.sessions(sessions.past(every))]


def test_a_planner_plans_a_session(planner: FlaskClient, at: str) -> None:
    answer = pages.post(planner, f"{at}/new", FORM)

    (made,) = all_sessions()
    assert answer.status_code == 303
    assert answer.location.endswith(f"/sessions/{made.id}")
    assert (made.starts_local, made.capacity) == ("2027-05-04T14:00", 30)
    assert made.wanted == {Helix.BUSINESS: 3}
    assert made.phase is DesignPhase.DEFINE


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"ends_time": "13:00"}, "ends_time", "ends before it starts"),
        ({"starts_date": "2027-03-28", "starts_time": "02:30"}, "starts_time", "does not exist"),
        (
            {"starts_date": "2027-03-28", "starts_time": "01:30", "ends_time": "02:30"},
            "ends_time",
            "does not exist",
        ),
        ({"title": " "}, "title", "required"),
        ({"starts_date": "morgen"}, "starts_date", "There is no such day"),
        ({"starts_date": "0001-01-01"}, "starts_date", "between 1950 and 2150"),
        ({"starts_date": ""}, "starts_date", "required"),
        ({"zone": "Europe/Atlantis"}, "zone", "from the list"),
        ({"kind": "decision"}, "phase", "Only a design session"),
        ({"kind": "party"}, "kind", "valid choice"),
        ({"link": "javascript:alert(1)"}, "link", "https://"),
        ({"capacity": "0"}, "capacity", "between 1"),
        ({"target_business": "-1"}, "target_business", "between 0"),
        ({"target_business": "9" * 40}, "target_business", "between 0"),
        ({"title": "x" * 201}, "title", "longer than 200"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    planner: FlaskClient, at: str, changed: dict[str, str], field: str, words: str
) -> None:
    answer = pages.post(planner, f"{at}/new", {**FORM, **changed})

    assert answer.status_code == 400
    assert words in beside(answer.text, field)
    assert "Ideeën kiezen" in answer.text
    assert all_sessions() == []


def test_an_hour_that_comes_twice_asks_which_one(planner: FlaskClient, at: str) -> None:
    twice = {**FORM, "starts_date": "2027-10-31", "starts_time": "02:30", "ends_time": "04:00"}
    assert 'name="starts_occurrence"' not in planner.get(f"{at}/new").text

    asked = pages.post(planner, f"{at}/new", twice)
    answered = pages.post(planner, f"{at}/new", {**twice, "starts_occurrence": "second"})

    assert asked.status_code == 400
    assert 'name="starts_occurrence"' in asked.text
    assert "comes twice" in beside(asked.text, "starts_occurrence") or "comes twice" in asked.text
    assert answered.status_code == 303
    (made,) = all_sessions()
    assert made.starts_at.isoformat() == "2027-10-31T01:30:00+00:00"
    again = planner.get(f"{at}/{made.id}/edit").text
    assert re.search(
        r'name="starts_occurrence"[^>]*value="second"[^>]*checked|checked[^>]*value="second"', again
    )


def test_the_second_of_two_editors_sees_both_texts(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    made = plan("Eerste titel", targets={Helix.BUSINESS: 2})
    seen = made.revision
    planning.edit_session(leader, made, details=details("Van de ander"), revision=seen)
    mine = {**FORM, "title": "Van mij", "revision": str(seen)}

    answer = pages.post(planner, f"{at}/{made.id}/edit", mine)

    assert answer.status_code == 409
    assert "Van de ander" in answer.text
    assert "Van mij" in answer.text
    anew()
    assert made.title == "Van de ander"
    current = re.search(r'name="revision"[^>]*value="(\d+)"', answer.text)
    assert current
    saved = pages.post(planner, f"{at}/{made.id}/edit", {**mine, "revision": current[1]})
    assert saved.status_code == 303


def test_a_session_is_changed(planner: FlaskClient, at: str, plan: Plan) -> None:
    made = plan()

    changed = {**FORM, "title": "Anders", "revision": str(made.revision)}

    answer = pages.post(planner, f"{at}/{made.id}/edit", changed)

    anew()
    assert answer.status_code == 303
    assert made.title == "Anders"


def test_the_list_shows_what_is_coming_first_and_is_filtered_by_address(
    planner: FlaskClient, at: str, plan: Plan
) -> None:
    plan("Was in twintig", day="2020-02-01", phase=DesignPhase.DISCOVER)
    plan("Komt verder weg", day="2031-02-01")
    plan("Komt eerst", day="2030-02-01", kind=SessionKind.DECISION)

    everything = pages.text_of(planner.get(at))
    found = pages.text_of(planner.get(f"{at}?q=verd"))
    filtered = pages.text_of(planner.get(f"{at}?kind=design_session&phase=discover&year=2020"))

    assert everything.index("Komt eerst") < everything.index("Komt verder weg")
    assert everything.index("Komt verder weg") < everything.index("Was in twintig")
    assert "Komt verder weg" in found
    assert "Komt eerst" not in found
    assert "Was in twintig" in filtered
    assert "Komt" not in filtered


def test_a_cancelled_session_is_none_that_is_to_come(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    plan("Gaat door", day="2030-02-02")
    planning.cancel_session(leader, plan("Gaat niet door", day="2030-02-01"))

    listed = pages.text_of(planner.get(at))
    start = pages.text_of(planner.get(at.removesuffix("sessions")))
    file = planner.get(f"{at}/export.csv").text

    assert listed.index("Gaat door") < listed.index("Cancelled") < listed.index("Gaat niet door")
    assert "Gaat door" in start
    assert "Gaat niet door" not in start
    assert re.search(r"Gaat niet door.*Cancelled", file)


@pytest.mark.parametrize(
    "query", ["year=abc", "kind=nope", "page=-1", "page=x", "page=" + "9" * 30, "year=" + "9" * 30]
)
def test_nonsense_in_the_address_of_the_list_does_no_harm(
    planner: FlaskClient, at: str, query: str
) -> None:
    assert planner.get(f"{at}?{query}").status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_can_be_saved_as_a_file(
    reviewer: FlaskClient, at: str, plan: Plan, kind: str
) -> None:
    plan('=HYPERLINK("x")')

    answer = reviewer.get(f"{at}/export.{kind}?year=2027")

    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    if kind == "csv":
        assert "'=HYPERLINK" in answer.text


def test_a_reviewer_reads_and_arranges_nothing(reviewer: FlaskClient, at: str, plan: Plan) -> None:
    made = plan()

    assert reviewer.get(at).status_code == 200
    assert reviewer.get(f"{at}/{made.id}").status_code == 200
    for address in ("new", f"{made.id}/edit", f"{made.id}/invite", f"{made.id}/attendance"):
        assert reviewer.get(f"{at}/{address}").status_code == 403


def test_a_session_of_another_project_does_not_exist(
    planner: FlaskClient, at: str, leader: Actor
) -> None:
    other = factories.project("Ander project")
    elsewhere = factories.leader_of(other)
    with project_scope(other.id):
        foreign = planning.add_session(elsewhere, other, details=details()).id

    for end in ("", "/edit", "/invite", "/invited", "/attendance", "/people.csv"):
        assert planner.get(f"{at}/{foreign}{end}").status_code == 404
    for end in ("/edit", "/invite", "/invited", "/attendance"):
        answer = pages.post(planner, f"{at}/{foreign}{end}", FORM, form_at=f"{at}/new")
        assert answer.status_code == 404


def test_a_number_too_large_for_any_session_does_not_exist(planner: FlaskClient, at: str) -> None:
    assert planner.get(f"{at}/{10**30}").status_code == 404


def test_what_was_typed_stays_text(planner: FlaskClient, at: str, plan: Plan) -> None:
    hostile = '"><script>alert(1)</script>'
    made = plan(hostile, goal=hostile, place=hostile)

    for address in (at, f"{at}/{made.id}", f"{at}/{made.id}/edit", f"{at}/{made.id}/attendance"):
        assert "<script>alert" not in planner.get(address).text


def test_the_list_takes_as_many_statements_for_fifty_sessions_as_for_one(
    planner: FlaskClient, at: str, plan: Plan, statements: list[str]
) -> None:
    plan()
    statements.clear()
    planner.get(at)
    for_one = len(statements)
    for number in range(50):
        plan(f"Sessie {number}")
    statements.clear()

    planner.get(at)

    assert len(statements) == for_one
