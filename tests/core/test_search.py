"""Both databases find the same: records with, for each word asked, a word that begins with it."""

import random
from collections import Counter

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core import permissions, search
from crm.core.db import Database, project_scope, unit_of_work, unscoped
from crm.core.i18n import _l
from crm.core.normalisation import fold
from crm.core.permissions import Actor, Permission, anybody, system
from crm.core.search import Document, Question, Result, SearchWord, Shown, Span
from crm.core.search.near_words import Vocabulary
from crm.core.search.question import numbers_in
from crm.projects.models import Project
from tests import factories
from tests.depth import examples

pytestmark = pytest.mark.both_engines("search")

WORDS = (
    "De Vries", "Pittelo", "Çelik–Ubbing", "Yıldız", "Åkesson", "van 't Hof", "IJzerman",
    "d'Ancona", "wijkgebouw", "1e Dwarsstraat", "ç", "o'Neill", "ẞtraße", "NEAR", "AND", "not",
    "x*y", "%", "naïef", "coöperatie", "日本", "e\u0301cole", "a_b", "“aanhaling”",
)  # fmt: skip


class Reading(Permission):
    FIND = "tests.find"


def described(_actor: Actor, _record: object, _asked: Question) -> Result:
    return Result(0, "")


SHOWN = Shown("tests", _l("People"), ("", ""), lambda _ids: {}, described, Reading.FIND)


@pytest.fixture
def bodies(opened: Session, project: Project, monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """Two hundred documents of a kind of the tests' own, by the id of their record."""
    chance = random.Random(7)
    made = {number: " ".join(chance.choices(WORDS, k=4)) for number in range(1, 201)}
    source = search.SearchSource(
        "test",
        lambda ids: [Document(project.id, one, made[one], made[one]) for one in ids if one in made],
        touched_by={},
        shown=SHOWN,
    )
    monkeypatch.setitem(permissions._rules, Reading.FIND, anybody)
    monkeypatch.setitem(search.known(), "test", source)
    with unit_of_work(system(project.id), "tests.index"):
        search.rebuild("test", list(made))
    return made


def expected(bodies: dict[int, str], question: str) -> list[int]:
    asked = search.words_of(question)
    return [
        number
        for number, body in bodies.items()
        if asked and all(any(w.startswith(a) for w in fold(body).split()) for a in asked)
    ]


@pytest.mark.parametrize(
    "question",
    ["de vrie pitt", "PITT vries", "celik", "ÇELIK ubb", "yildiz", "akes", "hof t", "ijz", "straa",
     "strasse", "near", "and not", "x y", "%", "*", '"', "NEAR(", "a_b", "日", "ecole",
     "cooperatie", "'; DROP TABLE person", "\x00", "\ud800", "pitt " * 50, "q" * 10_000],
)  # fmt: skip
def test_the_same_is_found_as_by_looking_at_each(
    opened: Session, bodies: dict[int, str], question: str
) -> None:
    assert search.found("test", question) == expected(bodies, question)


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(question=st.text(max_size=60))
def test_no_question_breaks_the_index(
    opened: Session, bodies: dict[int, str], question: str
) -> None:
    assert search.found("test", question) == expected(bodies, question)


def test_another_project_finds_nothing_here(opened: Session, bodies: dict[int, str]) -> None:
    with project_scope(factories.project().id):
        assert search.found("test", "pittelo") == []


def test_a_document_that_changed_is_found_by_its_new_words_only(
    opened: Session, project: Project, bodies: dict[int, str]
) -> None:
    bodies[1] = "zonderling"

    with unit_of_work(system(project.id), "tests.index"):
        search.rebuild("test", [1])

    assert search.found("test", "zonderl") == [1]
    assert 1 not in search.found("test", "pitt")


def index(project: Project, *numbers: int) -> None:
    with unit_of_work(system(project.id), "tests.index"):
        search.rebuild("test", numbers)


def repaired(project: Project, typed: str) -> Question:
    return search.repaired(system(project.id), typed)


def vocabulary(opened: Session) -> dict[str, int]:
    rows = opened.execute(
        select(SearchWord.word, SearchWord.documents).where(SearchWord.kind == "test"),
        execution_options=unscoped("the tests look at all words"),
    )
    return {row.word: row.documents for row in rows}


def test_a_word_that_leads_to_nothing_stands_for_those_near_it(
    opened: Session, project: Project, bodies: dict[int, str]
) -> None:
    question = repaired(project, "de vris pitelo")

    assert question.words == (("de",), ("vries",), ("pittelo",))
    assert question.is_repaired
    assert search.found("test", question) == expected(bodies, "de vries pittelo")


def test_what_leads_somewhere_is_not_repaired(
    opened: Session, project: Project, bodies: dict[int, str]
) -> None:
    bodies |= {201: "vrie"}
    index(project, 201)

    assert repaired(project, "vrie pitt") == search.literal("vrie pitt")
    assert repaired(project, "zonderling") == search.literal("zonderling")


def test_a_word_that_was_repaired_finds_longer_ones_too(
    opened: Session, project: Project, bodies: dict[int, str]
) -> None:
    bodies |= {201: "Dijkstra", 202: "Dijkstralaan", 203: "Dijk"}
    index(project, 201, 202, 203)

    found = search.found("test", repaired(project, "dijstra"))

    assert found == [201, 202]


def test_words_are_counted_and_go_with_their_last_document(
    opened: Session, project: Project, bodies: dict[int, str]
) -> None:
    bodies |= {201: "Zonderling Zonderling 9401AB", 202: "zonderling op zee"}
    index(project, 201, 202)
    both = vocabulary(opened)
    before = repaired(project, "zondrling").looked_for

    del bodies[201]
    index(project, 201)
    one = vocabulary(opened)
    del bodies[202]
    index(project, 202)

    assert (both["zonderling"], one["zonderling"]) == (2, 1)
    assert not {"9401ab", "op"} & both.keys()
    assert not {"zonderling", "zee"} & vocabulary(opened).keys()
    assert (before, repaired(project, "zondrling").looked_for) == ("zonderling", "zondrling")


def test_the_words_are_those_of_the_documents(
    opened: Session, project: Project, bodies: dict[int, str]
) -> None:
    chance = random.Random(3)
    for _round in range(4):
        for number in chance.sample(range(1, 230), 60):
            bodies[number] = " ".join(chance.choices(WORDS, k=chance.randrange(3)))
        for number in chance.sample(sorted(bodies), 40):
            del bodies[number]
        index(project, *range(1, 230))

    words = [set(fold(body).split()) for body in bodies.values()]
    kept = Counter(w for one in words for w in one if len(w) >= 3 and w.isalpha())
    assert vocabulary(opened) == kept


def test_a_word_of_another_process_is_known_at_the_next_question(
    app: Flask, opened: Session, project: Project, bodies: dict[int, str]
) -> None:
    assert repaired(project, "nieuwelng").looked_for == "nieuwelng"
    database: Database = app.extensions["kring_database"]
    elsewhere = Database(database.url.render_as_string(hide_password=False))

    with elsewhere.opened(), project_scope(project.id):
        bodies[201] = "nieuweling"
        index(project, 201)
    elsewhere.dispose()
    opened.rollback()

    assert repaired(project, "nieuwelng").looked_for == "nieuweling"


def test_the_best_come_first_on_both_databases(
    opened: Session, project: Project, bodies: dict[int, str]
) -> None:
    bodies |= {301: "Jan Zonder", 302: "Zonder Jan Piet", 303: "Zonderling Jan", 304: "Jan Zonder"}
    index(project, 301, 302, 303, 304)

    found = search.found_of_kinds(search.literal("jan zonder"), {"test": Span(0, 10)})
    second = search.found_of_kinds(search.literal("jan zonder"), {"test": Span(2, 3)})

    assert found["test"] == search.Found([301, 304, 302, 303], 4)
    assert second["test"] == search.Found([302], 4)


@st.composite
def mistyped(draw: st.DrawFn) -> str:
    """One to three words of documents, cut off, or with a letter too many, too few or another."""
    asked = []
    for word in draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)):
        at = draw(st.integers(0, len(word)))
        instead = draw(st.sampled_from(["", "x", "e", word[at + 1 : at + 2] + word[at : at + 1]]))
        typed = word[:at] + instead + word[at + draw(st.integers(0, 2)) :]
        asked.append(typed[: draw(st.sampled_from([3, 5, 40]))])
    return " ".join(asked)


def meant(bodies: dict[int, str], typed: str) -> tuple[tuple[str, ...], ...]:
    """Return what is looked for, reckoned from the documents alone."""
    counts = Counter(word for body in bodies.values() for word in split(body))
    known = Vocabulary(word for word in counts if len(word) >= 3 and word.isalpha())

    def documents(start: str) -> int:
        return sum(number for word, number in counts.items() if word.startswith(start))

    def instead(word: str) -> tuple[str, ...]:
        near = [] if documents(word) else known.near(word)
        best = [(-documents(one), one) for mistakes, one in near if mistakes == near[0][0]]
        return tuple(one for _number, one in sorted(best)[:5]) or (word,)

    words = search.words_of(typed)
    return tuple(instead(one) + more for one, more in zip(words, numbers_in(words), strict=True))


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(question=mistyped() | st.text(max_size=40) | st.text("dvrieptlon ", max_size=20))
def test_what_is_typed_wrong_is_found_the_same_on_both(
    opened: Session, project: Project, bodies: dict[int, str], question: str
) -> None:
    asked = repaired(project, question)

    found = search.found_of_kinds(asked, {"test": Span(0, 1_000)})

    hits = found["test"].ids if found else []
    assert asked.words == meant(bodies, question)
    assert sorted(hits) == [one for one in bodies if asked and asked.fits(split(bodies[one]))]


def split(body: str) -> set[str]:
    return set(fold(body).split())
