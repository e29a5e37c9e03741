"""What a planner says about answers: until when, who waits, who is reminded, whom to call."""

import pytest
from flask.testing import FlaskClient

from crm.design_sessions.models import WaitingRule
from crm.projects.models import Project
from tests import factories, pages
from tests.design_sessions.conftest import Plan, anew
from tests.design_sessions.test_planning_pages import FORM, all_sessions, beside

ASKED = {
    **FORM,
    "answer_until_date": "2027-05-01",
    "answer_until_time": "17:00",
    "has_waiting_list": "y",
    "waiting_rule": "balance",
    "allows_colleague": "y",
    "reminder_days": "3",
    "contact_phone": "0592 123456",
}


@pytest.fixture
def at(project: Project) -> str:
    return f"/projects/{project.slug}/sessions"


def test_a_planner_says_how_answers_are_taken(
    planner: FlaskClient, at: str, project: Project
) -> None:
    colleague = factories.member(project)

    answer = pages.post(planner, f"{at}/new", {**ASKED, "contact": str(colleague.id)})

    (made,) = all_sessions()
    assert answer.status_code == 303
    assert made.answer_until_local == "2027-05-01T17:00"
    assert made.answer_until is not None
    assert made.answer_until.isoformat() == "2027-05-01T15:00:00+00:00"
    assert made.has_waiting_list
    assert made.waiting_rule is WaitingRule.BALANCE
    assert made.allows_colleague
    assert (made.reminder_days, made.contact_phone) == (3, "0592 123456")
    assert made.contact_id == colleague.id
    again = planner.get(f"{at}/{made.id}/edit").text
    for value in ("2027-05-01", "17:00", "0592 123456"):
        assert f'value="{value}"' in again


def test_without_a_word_about_it_answers_are_taken_until_the_start(
    planner: FlaskClient, at: str
) -> None:
    pages.post(planner, f"{at}/new", {**FORM, "has_waiting_list": "y"})

    (made,) = all_sessions()
    assert made.answer_until is None
    assert made.has_waiting_list
    assert made.waiting_rule is WaitingRule.FIRST_COME
    assert not made.allows_colleague
    assert (made.reminder_days, made.contact_id) == (None, None)


def test_a_day_alone_counts_to_its_end(planner: FlaskClient, at: str) -> None:
    pages.post(planner, f"{at}/new", {**ASKED, "answer_until_time": ""})

    (made,) = all_sessions()
    assert made.answer_until_local == "2027-05-01T23:59"


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"answer_until_date": "2027-05-05"}, "answer_until_time", "begun by then"),
        ({"answer_until_date": ""}, "answer_until_time", "day as well"),
        ({"answer_until_date": "morgen"}, "answer_until_date", "There is no such day"),
        ({"answer_until_time": "laat"}, "answer_until_time", "valid time"),
        ({"answer_until_date": "0001-01-01"}, "answer_until_date", "between 1950"),
        (
            {"answer_until_date": "2027-03-28", "answer_until_time": "02:30"},
            "answer_until_time",
            "does not exist",
        ),
        ({"waiting_rule": "who_shouts"}, "waiting_rule", "valid choice"),
        ({"reminder_days": "0"}, "reminder_days", "between 1"),
        ({"reminder_days": "drie"}, "reminder_days", "not a whole number"),
        ({"contact": "999999"}, "contact", "colleague of this project"),
        ({"contact_phone": "bel maar"}, "contact_phone", "not a phone number"),
        ({"contact_phone": "0" * 60}, "contact_phone", "longer than 40"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    planner: FlaskClient, at: str, changed: dict[str, str], field: str, words: str
) -> None:
    answer = pages.post(planner, f"{at}/new", {**ASKED, **changed})

    assert answer.status_code == 400
    assert words in beside(answer.text, field)
    assert all_sessions() == []


def test_an_hour_that_comes_twice_asks_which_one(planner: FlaskClient, at: str) -> None:
    late = {
        "starts_date": "2027-11-04",
        "answer_until_date": "2027-10-31",
        "answer_until_time": "02:30",
    }

    asked = pages.post(planner, f"{at}/new", {**ASKED, **late})
    answered = pages.post(
        planner, f"{at}/new", {**ASKED, **late, "answer_until_occurrence": "second"}
    )

    assert asked.status_code == 400
    assert "comes twice" in beside(asked.text, "answer_until_occurrence")
    assert answered.status_code == 303
    (made,) = all_sessions()
    assert made.answer_until is not None
    assert made.answer_until.isoformat() == "2027-10-31T01:30:00+00:00"


def test_a_colleague_of_another_project_cannot_be_the_contact(
    planner: FlaskClient, at: str
) -> None:
    stranger = factories.member(factories.project("Ander project"))

    offered = planner.get(f"{at}/new").text
    answer = pages.post(planner, f"{at}/new", {**ASKED, "contact": str(stranger.id)})

    assert f'value="{stranger.id}"' not in offered
    assert "colleague of this project" in beside(answer.text, "contact")


def test_moving_a_session_before_its_deadline_is_refused(
    planner: FlaskClient, at: str, plan: Plan
) -> None:
    pages.post(planner, f"{at}/new", ASKED)
    (made,) = all_sessions()
    earlier = {**ASKED, "starts_date": "2027-04-20", "revision": str(made.revision)}

    answer = pages.post(planner, f"{at}/{made.id}/edit", earlier)

    anew()
    assert answer.status_code == 400
    assert "begun by then" in beside(answer.text, "answer_until_time")
    assert made.starts_local == "2027-05-04T14:00"
