"""Writing to people of the register, and asking whether one may."""

import pytest
from sqlalchemy import Select, select

from crm.consent.models import Basis, ContactBasis, ContactPurpose
from crm.consent.rules import Ground
from crm.consent.services import note_ground
from crm.core import mail
from crm.core.db import session, unit_of_work
from crm.core.mail import Content, Outgoing, Purpose, Reason, Withheld
from crm.core.permissions import Actor
from crm.messages.models import MessageBatch, MessageState, OutboxMessage
from crm.messages.queries import addressing, previews, reach
from crm.messages.services import writing
from crm.messages.services.batches import NobodyToSendTo, Sending
from crm.messages.services.suppressions import link_actor
from crm.messages.services.writing import FreeMessage, WordsMissing
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories

WORK, NEWS = ContactPurpose.PROJECT_WORK, ContactPurpose.NEWS
WORDS = {"nl": ("Wat ervan werd", "Beste ((voornaam)),\n\nEr kwam een **moestuin**.")}
HOW = Sending("key")


@pytest.fixture
def planner(project: Project) -> Actor:
    """Somebody who sends messages."""
    return factories.leader_of(project)


@pytest.fixture
def official(project: Project) -> Person:
    """Somebody of a municipality."""
    at = factories.organisation("Gemeente", helix=Helix.GOVERNMENT)
    return factories.person("Ambtenaar", at=at, email="ambtenaar@kring.example")


@pytest.fixture
def resident(project: Project) -> Person:
    """Somebody who was not asked anything yet."""
    return factories.person("Bewoner", email="bewoner@kring.example")


def messages() -> list[OutboxMessage]:
    session().expire_all()
    return list(session().scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def outgoing(message: OutboxMessage) -> Outgoing:
    return Outgoing(
        id=message.id,
        public_name=message.public_name,
        purpose=message.purpose,
        about_id=message.about_id,
        sequence=message.sequence,
        params=message.params,
        person_id=message.person_id,
        account_id=None,
        language=message.language,
        queued_at=message.queued_at,
    )


def prepared(message: OutboxMessage) -> Content | Withheld:
    return mail.kind_of(message.purpose).prepare(outgoing(message))


def these(*people: Person) -> Select[Person]:
    """Return the statement for these people."""
    ids = [one.id for one in people]
    return select(Person).where(Person.id.in_(ids)).order_by(Person.sort_key, Person.id)


def write(planner: Actor, project: Project, *people: Person, how: Sending = HOW) -> MessageBatch:
    message = FreeMessage(WORK, WORDS)
    return writing.send_free(planner, project, people=these(*people), message=message, how=how)


def ask(planner: Actor, project: Project, *people: Person, how: Sending = HOW) -> MessageBatch:
    return writing.ask_consent(planner, project, people=these(*people), how=how)


def test_project_work_reaches_officials_and_nobody_who_was_not_asked(
    planner: Actor, project: Project, official: Person, resident: Person
) -> None:
    batch = write(planner, project, official, resident)

    [message] = messages()
    assert (message.person_id, message.batch_id) == (official.id, batch.id)
    assert batch.title == "Wat ervan werd"


def test_news_reaches_only_who_agreed_to_news(
    planner: Actor, project: Project, official: Person, resident: Person
) -> None:
    note_ground(planner, resident, purpose=NEWS, ground=Ground(Basis.CONSENT, "formulier"))

    who = reach.free(NEWS).judge([official, resident])

    assert [one.person for one in who.to] == [resident]
    assert [one.reason for one in who.without] == [Reason.NOT_ALLOWED]


def test_a_free_message_is_markdown_inside_the_words_of_the_project(
    planner: Actor, project: Project, official: Person
) -> None:
    told = {"contact": WORK.value, "by": planner.account_id, "own": list(WORDS["nl"])}
    first = reach.free(WORK).judge([official]).to[0]

    rendered = previews.rendered(Purpose.NEWS, first, about_id=None, params=told)

    assert rendered is not None
    assert rendered.subject == "Wat ervan werd"
    assert "<strong>moestuin</strong>" in rendered.html
    assert "Ans" in rendered.text
    assert planner.name in rendered.text


def test_a_free_message_without_words_in_a_language_is_not_sent(
    planner: Actor, project: Project, official: Person
) -> None:
    with unit_of_work(planner, "tests.language"):
        official.language = "en"

    with pytest.raises(WordsMissing):
        write(planner, project, official)

    assert messages() == []


def test_a_free_message_is_held_back_from_who_objects_meanwhile(
    planner: Actor, project: Project, official: Person
) -> None:
    write(planner, project, official)
    before = prepared(messages()[0])
    note_ground(planner, official, purpose=WORK, ground=Ground(Basis.DECLINED, "telefoon"))

    assert isinstance(before, Content)
    assert before.own == WORDS["nl"]
    assert prepared(messages()[0]) == Withheld(Reason.DECLINED)


def test_the_same_key_sends_once(planner: Actor, project: Project, official: Person) -> None:
    first = write(planner, project, official)
    second = write(planner, project, official)

    assert first.id == second.id
    assert len(messages()) == 1


def test_consent_is_asked_once_of_who_was_not_asked(
    planner: Actor, project: Project, resident: Person
) -> None:
    ask(planner, project, resident)

    with pytest.raises(NobodyToSendTo):
        ask(planner, project, resident, how=Sending("other"))
    assert [one.purpose for one in messages()] == [Purpose.CONSENT_REQUEST]
    content = prepared(messages()[0])
    assert isinstance(content, Content)
    assert "/k/" in content.values["link"]


def test_who_answered_before_is_not_asked_again(
    planner: Actor, project: Project, resident: Person
) -> None:
    for one in addressing.ASKED_FOR:
        note_ground(planner, resident, purpose=one, ground=Ground(Basis.DECLINED, "telefoon"))

    who = addressing.to_ask([resident])

    assert [one.reason for one in who.without] == [Reason.ANSWERED]


@pytest.mark.parametrize("declined", addressing.ASKED_FOR)
def test_who_said_no_to_one_purpose_is_not_asked_for_it_together_with_another(
    planner: Actor, project: Project, resident: Person, declined: ContactPurpose
) -> None:
    other = factories.person("Andere", email="andere@kring.example")
    ask(planner, project, resident)
    for one in (resident, other):
        note_ground(planner, one, purpose=declined, ground=Ground(Basis.DECLINED, "telefoon"))

    who = addressing.to_ask([other])

    assert [one.reason for one in who.without] == [Reason.DECLINED]
    assert prepared(messages()[0]) == Withheld(Reason.DECLINED)


def test_an_answer_keeps_its_source_with_the_version_of_the_words(
    planner: Actor, project: Project, resident: Person
) -> None:
    ask(planner, project, resident)
    [message] = messages()

    writing.answer_consent(
        link_actor(message),
        message,
        person=resident,
        given={ContactPurpose.PANEL: True, NEWS: False},
    )
    writing.answer_consent(
        link_actor(message), message, person=resident, given={ContactPurpose.PANEL: False}
    )

    kept = {one.purpose: one for one in session().scalars(select(ContactBasis))}
    assert kept[ContactPurpose.PANEL].basis is Basis.WITHDRAWN
    assert kept[NEWS].basis is Basis.DECLINED
    assert kept[NEWS].source == "link nl 1"
    assert message.state is MessageState.QUEUED
