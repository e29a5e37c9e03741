"""What a planner does with a session and its people: cancel, copy, take off, decide."""

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from crm.core.access import AccessEntry
from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    Answer,
    Need,
    NeedKind,
    Proposal,
    ProposalState,
    SessionState,
)
from crm.design_sessions.queries import people, sessions
from crm.design_sessions.services.answering import say_someone_else
from crm.design_sessions.services.planning import AskingDetails, LocalTime
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories, pages
from tests.design_sessions.conftest import Plan, anew
from tests.design_sessions.test_answer_pages import answered, page_of, to_be_written

Y, M, N, NONE = Answer.YES, Answer.MAYBE, Answer.NO, Answer.NONE


@pytest.fixture
def at(project: Project) -> str:
    return f"/projects/{project.slug}/sessions"


def test_somebody_is_taken_off_the_list_and_put_back(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    found = answered(planned, leader, Jaap=Y)["Jaap"]
    found_at = f"{at}/{planned.id}/invitations/{found.id}"
    with unit_of_work(leader, "tests.invited"):
        found.times_invited = 1

    pages.post(planner, f"{found_at}/take-off", form_at=f"{at}/{planned.id}")
    anew()
    taken_off = found.answer
    pages.post(planner, f"{found_at}/put-back", form_at=f"{at}/{planned.id}?answer=gone")

    anew()
    assert taken_off is Answer.REVOKED
    assert (found.answer, found.token_version) == (NONE, 2)


def test_an_invitation_to_another_session_is_not_found_here(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned, other = plan(), plan("Andere")
    found = answered(other, leader, Jaap=Y)["Jaap"]

    for end in ("take-off", "put-back", "renew-link", "keep-link"):
        address = f"{at}/{planned.id}/invitations/{found.id}/{end}"
        assert pages.post(planner, address, form_at=f"{at}/{planned.id}").status_code == 404
    called = pages.post(
        planner, f"{at}/{planned.id}/calls/{found.id}", {"said": "no"}, form_at=f"{at}/new"
    )
    assert called.status_code == 404


def test_a_session_is_cancelled_after_a_question_and_goes_on_after_all(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    found = answered(planned, leader, Jaap=Y, Mies=M, Nico=N)
    for name, one in found.items():
        to_be_written(one, leader, f"{name}@kring.example")

    asked = page_of(planner, f"{at}/{planned.id}/cancel")
    pages.post(planner, f"{at}/{planned.id}/cancel")
    anew()
    state = planned.state
    off = page_of(planner, f"{at}/{planned.id}")
    pages.post(planner, f"{at}/{planned.id}/reopen", form_at=f"{at}/{planned.id}")

    anew()
    assert "2 people are told at once" in asked
    assert state is SessionState.CANCELLED
    assert "Cancelled" in off
    assert planned.state is SessionState.OPEN


def test_answers_are_closed_and_opened(planner: FlaskClient, at: str, plan: Plan) -> None:
    planned = plan()

    pages.post(planner, f"{at}/{planned.id}/close-answers", form_at=f"{at}/{planned.id}")
    anew()
    closed = planned.state
    pages.post(planner, f"{at}/{planned.id}/open-answers", form_at=f"{at}/{planned.id}")

    anew()
    assert closed is SessionState.CLOSED
    assert planned.state is SessionState.OPEN


def test_a_proposed_colleague_is_invited_or_declined(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    inviter = answered(planned, leader, Jaap=Y)["Jaap"]
    with unit_of_work(leader, "tests.proposal"):
        for name in ("Kees Nieuw", "Piet Liever"):
            session().add(Proposal(invitation_id=inviter.id, name=name, organisation="Bureau"))
    shown = page_of(planner, f"{at}/{planned.id}")
    ids = {one.name: one.id for one in session().query(Proposal)}

    for name, state in (("Kees Nieuw", "invited"), ("Piet Liever", "declined")):
        pages.post(
            planner,
            f"{at}/proposals/{ids[name]}",
            {"state": state, "helix": "research"},
            form_at=f"{at}/{planned.id}",
        )

    assert "Kees Nieuw , Bureau proposed by Ans Jaap" in shown
    anew()
    states = {one.name: one.state for one in session().query(Proposal)}
    assert states == {
        "Kees Nieuw": ProposalState.INVITED,
        "Piet Liever": ProposalState.DECLINED,
    }
    assert {one.person.surname for one in people.invitations_of(planned)} == {"Jaap", "Nieuw"}
    assert "Proposed colleagues" not in page_of(planner, f"{at}/{planned.id}")


def test_a_colleague_from_an_organisation_that_is_new_waits_for_its_helix(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    inviter = answered(planned, leader, Jaap=Y)["Jaap"]
    with unit_of_work(leader, "tests.proposal"):
        proposal = Proposal(invitation_id=inviter.id, name="Kees Nieuw", organisation="Bureau")
        session().add(proposal)

    chosen = re.search(
        r'<select[^>]*name="helix".*?</select>', planner.get(f"{at}/{planned.id}").text, re.DOTALL
    )
    pages.post(
        planner,
        f"{at}/proposals/{proposal.id}",
        {"state": "invited", "helix": ""},
        form_at=f"{at}/{planned.id}",
    )

    assert chosen is not None
    assert '<option value="" selected>' in chosen[0]
    assert "Choose a helix: it becomes the usual one" in page_of(planner, f"{at}/{planned.id}")
    anew()
    assert proposal.state is ProposalState.PROPOSED


def test_who_is_proposed_and_known_already_is_not_made_twice(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    inviter = answered(planned, leader, Jaap=Y)["Jaap"]
    known = factories.person("Bekend", first_name="Kees", helix=Helix.BUSINESS)
    with unit_of_work(leader, "tests.proposal"):
        proposal = Proposal(invitation_id=inviter.id, name="kees bekend")
        session().add(proposal)

    shown = planner.get(f"{at}/{planned.id}").text
    pages.post(
        planner,
        f"{at}/proposals/{proposal.id}",
        {"state": "invited", "person": str(known.id)},
        form_at=f"{at}/{planned.id}",
    )

    assert f'<option value="{known.id}">Kees Bekend</option>' in shown
    anew()
    assert proposal.person_id == known.id
    assert known.id in people.invited_ids(planned)


@pytest.mark.parametrize("end", ["renew-link", "keep-link"])
def test_a_link_that_came_to_somebody_else_is_ended_or_left(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor, end: str
) -> None:
    planned = plan()
    found = answered(planned, leader, Jaap=Y)["Jaap"]
    say_someone_else(leader, found)
    shown = page_of(planner, f"{at}/{planned.id}")

    pages.post(
        planner, f"{at}/{planned.id}/invitations/{found.id}/{end}", form_at=f"{at}/{planned.id}"
    )

    anew()
    assert "Not the right person" in shown
    assert found.someone_else_at is None
    renewed = (found.token_version, found.answer)
    assert renewed == ((2, NONE) if end == "renew-link" else (1, Y))


def test_needs_are_shown_to_who_arranges_and_the_look_is_noted(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    found = answered(planned, leader, Jaap=Y)["Jaap"]
    with unit_of_work(leader, "tests.need"):
        session().add(Need(invitation_id=found.id, kind=NeedKind.FOOD, words="geen vlees"))

    shown = page_of(planner, f"{at}/{planned.id}/needs")

    assert "Food and drink (1)" in shown
    assert "Ans Jaap geen vlees" in shown
    assert "geen vlees" not in page_of(planner, f"{at}/{planned.id}")
    anew()
    assert [one.what for one in session().query(AccessEntry)] == ["session.needs"]


@pytest.mark.parametrize(
    ("who", "names"), [("same", {"Jaap", "Nico", "Stil"}), ("could_not", {"Nico"})]
)
def test_a_next_session_is_planned_from_this_one(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor, who: str, names: set[str]
) -> None:
    planned = plan(place="De Zuidstee", capacity=12, targets={Helix.BUSINESS: 3})
    answered(planned, leader, Jaap=Y, Nico=N, Stil=NONE)
    when = {"starts_date": "2027-06-01", "starts_time": "14:00", "ends_time": "16:00"}

    answer = pages.post(planner, f"{at}/{planned.id}/copy", {**when, "who": who})

    anew()
    made = sessions.design_session(int(answer.location.rsplit("/", 1)[1]))
    assert made.id != planned.id
    assert (made.place, made.capacity, made.starts_local) == (
        "De Zuidstee", 12, "2027-06-01T14:00",
    )  # fmt: skip
    assert made.wanted == {Helix.BUSINESS: 3}
    assert {one.person.surname for one in people.invitations_of(made)} == names


@pytest.mark.parametrize(
    ("until", "starts_time", "copied"),
    [
        ("2027-05-01T23:59", "10:30", "2027-05-29T23:59"),
        ("2027-05-04T12:00", "10:30", "2027-06-01T08:30"),
    ],
)
def test_answers_to_a_next_session_close_as_many_days_before_at_the_same_hour(
    planner: FlaskClient, at: str, plan: Plan, until: str, starts_time: str, copied: str
) -> None:
    last = LocalTime(datetime.fromisoformat(until))
    planned = plan(asking=AskingDetails(answer_until=last))
    when = {"starts_date": "2027-06-01", "starts_time": starts_time, "ends_time": "16:00"}

    answer = pages.post(planner, f"{at}/{planned.id}/copy", {**when, "who": "same"})

    made = sessions.design_session(int(answer.location.rsplit("/", 1)[1]))
    assert made.answer_until_local == copied


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"ends_time": "13:00"}, "ends_time", "ends before"),
        ({"starts_date": "2027-03-28", "starts_time": "02:30"}, "starts_time", "does not exist"),
        ({"starts_date": ""}, "starts_date", "required"),
        ({"who": "nobody"}, "who", "valid choice"),
    ],
)
def test_a_next_session_that_cannot_be_is_refused_beside_its_field(
    planner: FlaskClient, at: str, plan: Plan, changed: dict[str, str], field: str, words: str
) -> None:
    planned = plan()
    when = {"starts_date": "2027-06-01", "starts_time": "14:00", "ends_time": "16:00"}

    answer = pages.post(planner, f"{at}/{planned.id}/copy", {**when, "who": "same", **changed})

    found = re.search(rf'id="{field}-error">(.*?)</ul>', answer.text, re.DOTALL)
    assert answer.status_code == 400
    assert found
    assert words in found[1]
