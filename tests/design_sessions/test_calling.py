"""The call list: who stands on it, in which order, and what is noted of a call."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from crm.consent.models import Basis, ContactBasis, ContactPurpose, Objection
from crm.core import clock
from crm.core.access import AccessEntry
from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, AnsweredBy, DesignSession, Invitation
from crm.design_sessions.queries import people
from crm.design_sessions.queries.standings import call_list
from crm.design_sessions.services import inviting
from crm.design_sessions.services.inviting import Said
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Phone
from tests import factories, pages
from tests.design_sessions.conftest import Plan, anew

NOW = datetime(2027, 4, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def planned(plan: Plan) -> DesignSession:
    return plan(targets={Helix.RESEARCH: 2}, capacity=1)


@pytest.fixture
def at(project: Project, planned: DesignSession) -> str:
    return f"/projects/{project.slug}/sessions/{planned.id}/calls"


def invited(
    planned: DesignSession,
    actor: Actor,
    name: str,
    *,
    answer: Answer = Answer.NONE,
    helix: Helix = Helix.BUSINESS,
    phone: str = "0592 123456",
) -> Invitation:
    """Invite somebody with a phone number, who stands so."""
    person = factories.person(name, helix=helix)
    with unit_of_work(actor, "tests.phone"):
        if phone:
            person.phones.append(Phone(raw=phone, number="+31592123456"))
    inviting.invite(actor, planned, person_ids=[person.id])
    with unit_of_work(actor, "tests.answer"):
        found = next(i for i in people.invitations_of(planned) if i.person_id == person.id)
        found.answer = answer
    return found


def names(actor: Actor, planned: DesignSession) -> list[str]:
    return [one.shown.name for one in call_list(actor, planned).calls]


def test_who_did_not_say_yes_or_no_is_called_the_best_one_first(
    planned: DesignSession, leader: Actor
) -> None:
    invited(planned, leader, "Gewoon")
    invited(planned, leader, "Misschien", answer=Answer.MAYBE)
    invited(planned, leader, "Tekort", helix=Helix.RESEARCH)
    invited(planned, leader, "Komt", answer=Answer.YES)
    invited(planned, leader, "Komtniet", answer=Answer.NO)
    later = invited(planned, leader, "Later", helix=Helix.RESEARCH)
    with clock.frozen(NOW):
        inviting.note_call(leader, later, said=Said.LATER, seen_sequence=0)

        listed = names(leader, planned)

    assert listed == ["Ans Tekort", "Ans Misschien", "Ans Gewoon", "Ans Later"]


def test_who_has_no_number_or_wants_none_of_it_is_not_on_the_list(
    planned: DesignSession, leader: Actor
) -> None:
    invited(planned, leader, "Zonder", phone="")
    objects = invited(planned, leader, "Bezwaar")
    declined = invited(planned, leader, "Weigert")
    invited(planned, leader, "Weg", answer=Answer.WITHDRAWN)
    invited(planned, leader, "Bel")
    with unit_of_work(leader, "tests.objects"):
        session().add(Objection(person_id=objects.person_id, source="brief"))
        _basis(declined)

    listed = call_list(leader, planned)

    assert [one.shown.name for one in listed.calls] == ["Ans Bel"]
    assert listed.uncallable == 3


def _basis(declined: Invitation) -> None:
    session().add(
        ContactBasis(
            person_id=declined.person_id,
            purpose=ContactPurpose.SESSION,
            basis=Basis.DECLINED,
            source="telefoon",
        )
    )


def test_nobody_is_called_about_a_session_that_has_begun(
    planned: DesignSession, leader: Actor
) -> None:
    invited(planned, leader, "Bel")

    with clock.frozen(planned.starts_at):
        listed = call_list(leader, planned)

    assert listed.calls == []


def test_the_page_shows_numbers_and_notes_the_look(
    planner: FlaskClient, at: str, planned: DesignSession, leader: Actor
) -> None:
    invited(planned, leader, "Bel")

    shown = planner.get(at)

    assert "0592 123456" in shown.text
    assert 'href="tel:0592123456"' in shown.text
    anew()
    assert [one.what for one in session().query(AccessEntry)] == ["session.calls"]


@pytest.mark.parametrize(
    ("said", "answer"), [("yes", Answer.YES), ("maybe", Answer.MAYBE), ("no", Answer.NO)]
)
def test_a_button_notes_what_was_said_and_goes_on_with_the_next(
    planner: FlaskClient, at: str, planned: DesignSession, leader: Actor, said: str, answer: Answer
) -> None:
    called, following = invited(planned, leader, "Bel"), invited(planned, leader, "Volgende")
    sent = {"said": said, "seen": "0", "following": str(following.id)}

    noted = pages.post(planner, f"{at}/{called.id}", sent, form_at=at)

    anew()
    assert noted.location.endswith(f"/calls#call-{following.id}")
    assert (called.answer, called.answered_by) == (answer, AnsweredBy.PLANNER)
    assert "Ans" not in (noted.headers.get("Set-Cookie") or "")


def test_yes_to_a_full_session_is_a_place_on_the_waiting_list(
    planner: FlaskClient, at: str, planned: DesignSession, leader: Actor
) -> None:
    invited(planned, leader, "Komt", answer=Answer.YES)
    called = invited(planned, leader, "Bel")

    pages.post(planner, f"{at}/{called.id}", {"said": "yes", "seen": "0"}, form_at=at)

    anew()
    assert called.answer is Answer.WAITING
    assert "noted on the waiting list" in pages.text_of(planner.get(at))


@pytest.mark.parametrize(
    ("said", "until"),
    [
        (Said.LATER, NOW + timedelta(hours=2)),
        (Said.TOMORROW, datetime(2027, 4, 2, 7, 0, tzinfo=UTC)),
    ],
)
def test_who_is_called_later_is_left_alone_until_then(
    planned: DesignSession, leader: Actor, said: Said, until: datetime
) -> None:
    called = invited(planned, leader, "Bel")

    with clock.frozen(NOW):
        inviting.note_call(leader, called, said=said, seen_sequence=0)
        (before,) = call_list(leader, planned).calls
    with clock.frozen(until):
        (after,) = call_list(leader, planned).calls

    assert (called.answer, called.call_after) == (Answer.NONE, until)
    assert (before.later, after.later) == (until, None)


@pytest.mark.parametrize("sent", [{"said": "shout"}, {}, {"said": "yes", "following": "x"}])
def test_nonsense_notes_nothing(
    planner: FlaskClient, at: str, planned: DesignSession, leader: Actor, sent: dict[str, str]
) -> None:
    called = invited(planned, leader, "Bel")
    with unit_of_work(leader, "tests.sequence"):
        planned.sequence = 3

    noted = pages.post(planner, f"{at}/{called.id}", sent, form_at=at)

    anew()
    assert noted.location.endswith(f"#call-{called.id}")
    assert called.answer is Answer.NONE


def test_a_caller_who_told_an_old_time_is_stopped(
    planner: FlaskClient, at: str, planned: DesignSession, leader: Actor
) -> None:
    called = invited(planned, leader, "Bel")
    with unit_of_work(leader, "tests.sequence"):
        planned.sequence = 3

    pages.post(planner, f"{at}/{called.id}", {"said": "yes", "seen": "2"}, form_at=at)

    anew()
    assert called.answer is Answer.NONE
    assert "changed meanwhile" in pages.text_of(planner.get(at))


def test_the_list_takes_as_many_statements_for_fifty_as_for_one(
    planner: FlaskClient, at: str, planned: DesignSession, leader: Actor, statements: list[str]
) -> None:
    invited(planned, leader, "Bel")
    statements.clear()
    planner.get(at)
    for_one = len(statements)
    for number in range(20):
        invited(planned, leader, f"Bel{number}")
    statements.clear()

    shown = planner.get(at)

    assert shown.text.count("data-call ") + shown.text.count("data-call>") == 21
    assert len(statements) == for_one
