"""A reviewer finds people by words that are shown of them that day, and by no other."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core import clock, search
from crm.core.db import session, unit_of_work
from crm.core.normalisation import fold
from crm.core.permissions import Actor, Role, system
from crm.core.search import Span
from crm.core.search.index_queries import begun
from crm.home.queries.search import Answer, Asked, find
from crm.projects.models import Project
from crm.stakeholders.declared.search import SOURCES
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person, PersonTag
from tests import factories

pytestmark = pytest.mark.both_engines("search")

NAMES = ("Bakker", "Bakkerveld", "de Vries", "Yıldız", "Zonder", "Zonderling")
PLACES = ("Tuinen Bakker", "Zonderhuis", "Stichting Vriesland")
ASKED = ("bakker", "bak", "vries", "vries bakker", "zonder", "zond bak", "yildiz", "ans", "buurt")
DAY = timedelta(days=1)


@pytest.fixture
def reviewer(opened: Session, project: Project) -> Actor:
    return Actor(None, "", role=Role.REVIEWER, project_id=project.id)


@pytest.fixture
def people(opened: Session, project: Project) -> list[Person]:
    """Forty people in roles of all helixes, some ended, some still to come, some kept private."""
    chance, today = random.Random(11), clock.today()
    places = [factories.organisation(one, helix=Helix.RESEARCH) for one in PLACES]
    periods = ((None, None), (None, today - DAY), (today + DAY, None), (today - DAY, today))
    with unit_of_work(system(project.id), "tests.people"):
        made = [_person(chance, number, places, periods) for number in range(40)]
        opened.add_all(made)
    return made


def _person(
    chance: random.Random,
    number: int,
    places: list[Organisation],
    periods: tuple[tuple[date | None, date | None], ...],
) -> Person:
    surname = chance.choice(NAMES)
    one = Person(
        first_name="Ans", surname=surname, sort_key=fold(surname), name_key=fold(f"Ans {surname}"),
        pseudonym=1_000 + number, is_private=chance.random() < 0.2,
        hidden_at=clock.now() if chance.random() < 0.1 else None,
    )  # fmt: skip
    for _role in range(chance.randrange(3)):
        since, until = chance.choice(periods)
        one.affiliations.append(Affiliation(
            organisation=chance.choice(places), helix=chance.choice(list(Helix)),
            since=since, until=until,
        ))  # fmt: skip
    if chance.random() < 0.3:
        one.tags.append(PersonTag(word="Buurtvader", word_key="buurtvader"))
    return one


def expected(question: str) -> set[int]:
    """Return who may be found, by looking at each person and each word that is shown of them."""
    return {
        one.id
        for one in session().scalars(select(Person))
        if not one.counts_as_private(clock.today())
        and all(any(word.startswith(asked) for word in shown_of(one)) for asked in question.split())
    }


def shown_of(one: Person) -> set[str]:
    at = [role.organisation.name for role in one.affiliations if role.organisation]
    texts = [one.first_name, one.surname, *at, *(tag.word for tag in one.tags)]
    return set(fold(" ".join(texts)).split())


def people_in(answer: Answer) -> tuple[set[int], int, bool]:
    (group,) = [one for one in answer.groups if one.key == "people"]
    return {hit.result.id for hit in group.hits}, group.total, group.is_capped


@pytest.mark.parametrize("question", ASKED)
def test_the_same_is_found_as_by_looking_at_each(
    reviewer: Actor, people: list[Person], question: str
) -> None:
    wanted = expected(question)

    found = find(reviewer, Asked(question, literally=True), first=100)

    assert people_in(found) == (wanted, len(wanted), False)


def test_it_follows_what_is_changed_and_what_day_it_is(
    reviewer: Actor, people: list[Person], project: Project, opened: Session
) -> None:
    chance = random.Random(12)
    with unit_of_work(system(project.id), "tests.change"):
        for one in people:
            one.is_private = chance.random() < 0.5
            for role in list(one.affiliations)[:1]:
                role.helix = chance.choice(list(Helix))
            if chance.random() < 0.3:
                one.affiliations.clear()

    assert [
        question
        for question in ASKED
        if people_in(find(reviewer, Asked(question, literally=True), first=100))[0]
        != expected(question)
    ] == []


def test_a_word_leads_somewhere_if_it_is_shown_of_somebody_that_day(
    reviewer: Actor, people: list[Person]
) -> None:
    asked = [word for question in ASKED for word in question.split()] + ["ansje", "bakkerv"]
    sieve = SOURCES[0].shown.sieve  # type: ignore[union-attr]  # persons have one
    assert sieve is not None

    assert begun("person", asked, sieve) == {one for one in asked if expected(one)}


def test_of_more_than_can_be_sifted_some_are_found_and_it_is_said(
    reviewer: Actor, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = expected("ans")
    for place in (
        "crm.core.search.index_queries.MOST_SIFTED",
        "crm.home.queries.search.MOST_SIFTED",
    ):
        monkeypatch.setattr(place, len(wanted) - 1)

    found, total, is_capped = people_in(find(reviewer, Asked("ans"), first=100))

    assert (len(found), total, is_capped) == (len(wanted) - 1, len(wanted) - 1, True)
    assert found < wanted


def test_who_sees_everybody_finds_by_hidden_words_too(
    project: Project, people: list[Person]
) -> None:
    found = search.found_of_kinds(search.literal("ans"), {"person": Span(0, 100)})

    assert found["person"].total == len(people)


def test_what_a_pseudonym_is_called_by_is_not_repaired(
    reviewer: Actor, project: Project, people: list[Person]
) -> None:
    factories.organisation("President")
    number = next(one.pseudonym for one in people if one.counts_as_private(clock.today()))

    found = find(reviewer, Asked(f"resident {number}"), first=100)

    assert people_in(found)[1:] == (1, False)
    assert not found.question.is_repaired
