"""Words of messages as versions: kept, refused, used again and pinned."""

import pytest
from sqlalchemy import func, select

from crm.core.db import session, unit_of_work
from crm.core.errors import Invalid, NotFound, StaleRecord
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.messages.models import MessageTemplate
from crm.messages.queries import templates as queries
from crm.messages.rules import texts
from crm.messages.services import templates
from crm.messages.services.templates import LanguageLacking, Place
from crm.projects.models import Project
from tests import factories
from tests.posting import Post
from tests.smtp import Sink

INVITE = Place(Purpose.INVITE, "nl")
WORDS = (
    "Kom naar ((bijeenkomst))",
    "Dag ((voornaam)),\n\n((wanneer))\n\n[Antwoord](((antwoordlink)))",
)


@pytest.fixture
def leader(project: Project) -> Actor:
    return factories.leader_of(project)


def pinned(who: Actor, language: str = "nl") -> MessageTemplate:
    with unit_of_work(who, "tests.pinned"):
        return templates.pinned(Purpose.INVITE, language)


def kept() -> int:
    return session().scalar(select(func.count()).select_from(MessageTemplate)) or 0


def test_our_own_words_become_version_one_when_a_message_is_pinned(leader: Actor) -> None:
    first = pinned(leader)

    assert (first.version, first.made_by_id) == (1, None)
    assert (first.subject, first.body) == texts.built_in(Purpose.INVITE, "nl")
    assert pinned(leader).id == first.id


def test_words_are_pinned_in_no_language_that_nobody_wrote_in(leader: Actor) -> None:
    with pytest.raises(LanguageLacking):
        pinned(leader, "de")


def test_a_language_that_somebody_wrote_in_lacks_nothing(leader: Actor, project: Project) -> None:
    german = ("Komm", "Wann: ((when))\n\n[Antworten](((answer link)))")

    before = queries.languages_lacking(Purpose.INVITE, ["nl", "de", "pl"])
    templates.write(leader, project, place=Place(Purpose.INVITE, "de"), words=german, seen=0)

    assert queries.languages() == ["nl", "en", "de"]
    assert before == ["de", "pl"]
    assert queries.languages_lacking(Purpose.INVITE, ["nl", "de", "pl"]) == ["pl"]
    assert queries.languages_lacking(Purpose.NEWS, ["de"]) == ["de"]


def test_saving_adds_a_version_and_changes_none(leader: Actor, project: Project) -> None:
    first = templates.write(leader, project, place=INVITE, words=WORDS, seen=0)
    second = templates.write(leader, project, place=INVITE, words=("Kom", WORDS[1]), seen=1)

    assert [one.version for one in queries.versions(Purpose.INVITE, "nl")] == [2, 1]
    assert (first.subject, second.subject) == (WORDS[0], "Kom")
    assert second.made_by_id == leader.account_id


def test_words_that_are_no_different_add_no_version(leader: Actor, project: Project) -> None:
    first = templates.write(leader, project, place=INVITE, words=WORDS, seen=0)

    again = templates.write(leader, project, place=INVITE, words=WORDS, seen=1)

    assert again.id == first.id


def test_who_saves_second_learns_of_the_first(leader: Actor, project: Project) -> None:
    templates.write(leader, project, place=INVITE, words=WORDS, seen=0)

    with pytest.raises(StaleRecord):
        templates.write(leader, project, place=INVITE, words=("Anders", WORDS[1]), seen=0)
    assert kept() == 1


def test_our_own_words_pinned_meanwhile_are_no_change(leader: Actor, project: Project) -> None:
    pinned(leader)

    made = templates.write(leader, project, place=INVITE, words=WORDS, seen=0)

    assert made.version == 2


@pytest.mark.parametrize(
    ("subject", "body", "field", "named"),
    [
        ("Kom", WORDS[1] + "((schoenmaat))", "body", "((schoenmaat))"),
        ("Kom ((naam))", WORDS[1], "subject", "((naam))"),
        ("Kom", "((wanneer))", "body", "((antwoordlink))"),
        ("Kom", "((antwoordlink))", "body", "((wanneer))"),
        ("Kom ((antwoordlink))", WORDS[1], "subject", "((antwoordlink))"),
        ("Kom", WORDS[1] + "\n[x](www.kring.example)", "body", "www.kring.example"),
        ("Kom", WORDS[1] + "\n[x](https://a.example/((voornaam)))", "body", "((voornaam))"),
        ("Kom", WORDS[1] + "\n[x](((voornaam)))", "body", "((voornaam))"),
        ("Kom", WORDS[1] + "((geldig tot))", "body", "((geldig tot))"),
    ],
)
def test_words_that_would_not_do_are_refused_and_named(
    leader: Actor, project: Project, subject: str, body: str, field: str, named: str
) -> None:
    with pytest.raises(Invalid) as refused:
        templates.write(leader, project, place=INVITE, words=(subject, body), seen=0)

    assert refused.value.field == field
    assert named in str(refused.value)
    assert kept() == 0


def test_an_old_version_is_written_once_more_as_the_newest(leader: Actor, project: Project) -> None:
    templates.write(leader, project, place=INVITE, words=WORDS, seen=0)
    templates.write(leader, project, place=INVITE, words=("Kom", WORDS[1]), seen=1)

    third = templates.use_again(leader, project, place=INVITE, version=1)
    ours = templates.use_again(leader, project, place=INVITE, version=0)

    assert (third.version, third.subject) == (3, WORDS[0])
    assert (ours.version, ours.body) == (4, texts.ours(Purpose.INVITE, "nl")[1])


def test_a_version_that_is_not_there_is_not_used(leader: Actor, project: Project) -> None:
    with pytest.raises(NotFound):
        templates.use_again(leader, project, place=INVITE, version=7)
    with pytest.raises(NotFound):
        templates.use_again(leader, project, place=Place(Purpose.INVITE, "de"), version=0)


def test_the_list_says_where_words_stand(leader: Actor, project: Project) -> None:
    german = factories.person("Ada")
    with unit_of_work(leader, "tests.language"):
        german.language = "de"
    pinned(leader)
    templates.write(
        leader,
        project,
        place=Place(Purpose.NEWS, "nl"),
        words=("((onderwerp))", "((tekst))"),
        seen=0,
    )

    found = queries.overview([Purpose.INVITE, Purpose.NEWS], queries.languages())
    states = {(o.purpose, o.language): (o.version, o.is_changed, o.is_lacking) for o in found}

    assert states[Purpose.INVITE, "nl"] == (1, False, False)
    assert states[Purpose.INVITE, "en"] == (0, False, False)
    assert states[Purpose.NEWS, "nl"] == (1, True, False)
    assert states[Purpose.NEWS, "de"] == (0, False, True)


def test_a_message_that_cannot_wait_is_written_in_english(project: Project) -> None:
    words = queries.words_for(Purpose.CONFIRMATION, "pl")

    assert words.language == "en"


def test_without_a_project_our_own_words_are_used_and_not_kept(opened: object) -> None:
    with unit_of_work(Actor(None, ""), "tests.pinned"):
        words = templates.pinned(Purpose.RESET, "nl")

    assert (words.subject, words.body) == texts.ours(Purpose.RESET, "nl")
    assert words.id is None


def test_a_test_message_arrives_with_made_up_values(
    project: Project, server: str, sink: Sink, post: Post, leader: Actor
) -> None:
    templates.write(leader, project, place=INVITE, words=WORDS, seen=0)
    templates.send_test(leader, project, place=INVITE, example=1)

    post.work()

    message = sink.arrived[0].message
    assert message["Subject"] == "Kom naar Tuin en plein: samen ontwerpen"
    assert message["From"].addresses[0].display_name == project.name
