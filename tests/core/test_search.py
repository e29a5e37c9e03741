"""Both databases find the same: records with, for each word asked, a word that begins with it."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from crm.core import search
from crm.core.db import project_scope, unit_of_work
from crm.core.folding import fold
from crm.core.permissions import system
from crm.core.search import Document
from crm.projects.models import Project
from tests import factories

WORDS = (
    "De Vries", "Pittelo", "Çelik–Ubbing", "Yıldız", "Åkesson", "van 't Hof", "IJzerman",
    "d'Ancona", "wijkgebouw", "1e Dwarsstraat", "ç", "o'Neill", "ẞtraße", "NEAR", "AND", "not",
    "x*y", "%", "naïef", "coöperatie", "日本", "e\u0301cole", "a_b", "“aanhaling”",
)  # fmt: skip


@pytest.fixture
def bodies(opened: Session, project: Project, monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """Two hundred documents of a kind of the tests' own, by the id of their record."""
    chance = random.Random(7)
    made = {number: " ".join(chance.choices(WORDS, k=4)) for number in range(1, 201)}
    source = search.SearchSource(
        "test",
        lambda ids: [Document(project.id, number, made[number]) for number in ids],
        touched_by={},
    )
    monkeypatch.setitem(search._sources, "test", source)
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
    max_examples=60,
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
