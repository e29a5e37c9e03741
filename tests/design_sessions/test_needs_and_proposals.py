"""What an invited person needs, and whom they would like to bring."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.core import clock, jobs
from crm.core.db import session
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, DesignSession, Invitation, NeedKind, ProposalState
from crm.design_sessions.queries import answers, people
from crm.design_sessions.services import answering, inviting, planning
from crm.design_sessions.services.answering import AnswersClosed, NeedEmpty, NotAgreed
from crm.design_sessions.services.inviting import (
    Decided,
    EnoughProposed,
    NobodyNamed,
    NobodyToBring,
)
from crm.stakeholders.models import Helix, Organisation
from crm.stakeholders.values.addresses import NotAnEmail
from tests import factories
from tests.design_sessions.conftest import Plan
from tests.design_sessions.mailbox import guests, say
from tests.design_sessions.test_answering import change


def needing(one: Invitation, words: str = "Een rolstoel", *, agreed: bool = True) -> None:
    answering.note_needs(
        answering.link_actor(one), one, kind=NeedKind.ACCESS, words=words, agreed=agreed
    )


def bring(one: Invitation, name: str, email: str = "", organisation: str = "") -> None:
    actor = answering.link_actor(one)
    inviting.bring(actor, one, name=name, email=email, organisation=organisation)


def test_needs_are_kept_with_consent_only_and_replace_each_other(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = guests(made, leader)

    with pytest.raises(NotAgreed):
        needing(one, agreed=False)
    with pytest.raises(NeedEmpty):
        needing(one, "  ")
    needing(one, "Een rolstoel")
    needing(one, "  Een ringleiding ")

    assert answers.noted_needs(one) == {NeedKind.ACCESS}
    assert [need.words for need, _one in answers.needs_of(made)] == ["Een ringleiding"]


def test_needs_are_removed_by_who_has_them_and_when_they_do_not_come(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    first, second = guests(made, leader, 2)
    for one in (first, second):
        say(one, Answer.YES)
        needing(one)

    answering.remove_need(answering.link_actor(first), first, kind=NeedKind.ACCESS)
    say(second, Answer.NO)

    assert answers.needs_of(made) == []


def run_job(kind: str) -> None:
    jobs._handlers[kind]({})


def test_needs_are_forgotten_fourteen_days_after_the_session(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = guests(made, leader)
    needing(one)

    with clock.frozen(made.ends_at + timedelta(days=13, hours=23)):
        run_job("design_sessions.remove_needs")
        kept = len(answers.needs_of(made))
    with clock.frozen(made.ends_at + timedelta(days=14)):
        run_job("design_sessions.remove_needs")

    assert (kept, len(answers.needs_of(made))) == (1, 0)


def with_colleagues(plan: Plan, leader: Actor) -> tuple[DesignSession, Invitation]:
    made = plan()
    change(made, allows_colleague=True)
    (one,) = guests(made, leader)
    return made, one


def test_a_colleague_is_proposed_where_that_is_allowed(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = guests(made, leader)

    with pytest.raises(NobodyToBring):
        bring(one, "Jolanda van der Veen")
    change(made, allows_colleague=True)
    with pytest.raises(NobodyNamed):
        bring(one, " ")
    with pytest.raises(NotAnEmail):
        bring(one, "Jolanda van der Veen", "geen adres")
    for number in range(3):
        bring(one, f"Collega {number}")
    with pytest.raises(EnoughProposed):
        bring(one, "Nog iemand")
    with clock.frozen(made.starts_at), pytest.raises(AnswersClosed):
        bring(one, "Te laat")

    assert [proposal.name for proposal, _by in answers.proposals_of(made)] == [
        "Collega 0",
        "Collega 1",
        "Collega 2",
    ]


def test_a_colleague_who_is_proposed_twice_in_the_same_words_stands_there_once(
    plan: Plan, leader: Actor
) -> None:
    made, one = with_colleagues(plan, leader)

    for _press in range(3):
        bring(one, "Jolanda van der Veen", "jolanda@kring.example", "De Schakel")

    assert len(answers.proposals_of(made)) == 1


@pytest.mark.parametrize(
    "other",
    [
        ("Jo van der Veen", "jolanda@kring.example", "De Schakel"),
        ("Jolanda van der Veen", "jo@kring.example", "De Schakel"),
        ("Jolanda van der Veen", "jolanda@kring.example", "De Brug"),
    ],
    ids=["name", "address", "organisation"],
)
def test_a_colleague_who_is_proposed_in_other_words_stands_beside_the_first(
    plan: Plan, leader: Actor, other: tuple[str, str, str]
) -> None:
    made, one = with_colleagues(plan, leader)

    bring(one, "Jolanda van der Veen", "jolanda@kring.example", "De Schakel")
    bring(one, *other)

    assert len(answers.proposals_of(made)) == 2


def test_a_planner_who_invites_a_proposed_colleague_puts_them_in_the_register(
    plan: Plan, leader: Actor
) -> None:
    made, one = with_colleagues(plan, leader)
    bring(one, "Jolanda van der Veen", "jolanda@voorbeeld.example", "Nieuwe stichting")
    proposal = answers.proposals_of(made)[0][0]

    person = inviting.decide_proposal(
        leader, proposal, state=ProposalState.INVITED, helix=Helix.RESEARCH
    )
    with pytest.raises(Decided):
        inviting.decide_proposal(leader, proposal, state=ProposalState.DECLINED)

    assert person is not None
    assert (person.first_name, person.prefix, person.surname) == ("Jolanda", "van der", "Veen")
    assert [email.address for email in person.emails] == ["jolanda@voorbeeld.example"]
    helixes = {invited.person_id: invited.helix for invited in people.invitations_of(made)}
    assert helixes[person.id] is Helix.RESEARCH
    assert proposal.person_id == person.id
    assert session().scalar(select(Organisation.name).where(Organisation.helix == Helix.RESEARCH))


def test_a_proposed_colleague_can_be_somebody_of_the_register_or_declined(
    plan: Plan, leader: Actor
) -> None:
    made, one = with_colleagues(plan, leader)
    known = factories.person("Veen", helix=Helix.GOVERNMENT)
    for name in ("Ans Veen", "Iemand anders"):
        bring(one, name)
    (first, _by), (second, _also_by) = answers.proposals_of(made)

    inviting.decide_proposal(leader, first, state=ProposalState.INVITED, person_id=known.id)
    declined = inviting.decide_proposal(leader, second, state=ProposalState.DECLINED)

    assert declined is None
    assert known.id in people.invited_ids(made)
    assert len(people.invitations_of(made)) == 2


def test_a_person_who_is_somebody_else_is_marked_for_the_planner(plan: Plan, leader: Actor) -> None:
    (one,) = guests(plan(), leader)

    answering.say_someone_else(answering.link_actor(one), one)
    first = one.someone_else_at
    answering.say_someone_else(answering.link_actor(one), one)

    assert first is not None
    assert one.someone_else_at == first


def test_nothing_is_proposed_for_a_session_that_takes_no_answers(plan: Plan, leader: Actor) -> None:
    made, one = with_colleagues(plan, leader)
    planning.close_answers(leader, made)

    with pytest.raises(AnswersClosed):
        bring(one, "Jolanda van der Veen")
