"""Which words are near a typed one: one mistake from four letters, two from eight."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.search.near_words import Vocabulary, mistakes_in

NAMES = ("dijkstra", "dijkstralaan", "jansen", "jans", "janssen", "pittelo", "bewonersgroep", "tim")


def near(typed: str, words: tuple[str, ...] = NAMES) -> list[str]:
    return [word for _mistakes, word in Vocabulary(words).near(typed)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("dijstra", ["dijkstra"]),  # a letter too few
        ("dijkstrra", ["dijkstra"]),  # too many
        ("dykstra", []),  # two mistakes in seven letters
        ("djikstra", ["dijkstra"]),  # neighbours swapped
        ("jannsen", ["jansen", "janssen"]),
        ("jasn", ["jans"]),
        ("pittello", ["pittelo"]),
        ("bewonersgreop", ["bewonersgroep"]),
        ("bewnersgreop", ["bewonersgroep"]),  # two in twelve
        ("bewoer", ["bewoner"]),  # not finished yet
        ("tum", []),  # too short to be wrong
        ("janse5", []),  # a number is not repaired
        ("zzzzzzzz", []),
    ],
)
def test_words_with_few_mistakes_are_near(typed: str, expected: list[str]) -> None:
    assert near(typed) == expected


def test_those_with_fewer_mistakes_come_first() -> None:
    assert near("janssens", ("jansens", "janssen", "jansen")) == ["jansens", "janssen", "jansen"]


def test_a_word_that_is_added_later_counts_as_if_it_was_there() -> None:
    vocabulary = Vocabulary(["dijkstra"])
    before = vocabulary.near("bewnersg")

    vocabulary.add(["bewonersgroep"])

    assert before == []
    assert vocabulary.near("bewnersg") == Vocabulary(["bewonersgroep"]).near("bewnersg") != []


@given(st.lists(st.text("abc", min_size=3, max_size=9), max_size=20), st.text("abc", max_size=9))
def test_what_is_near_has_no_more_mistakes_than_allowed(words: list[str], typed: str) -> None:
    found = Vocabulary(words).near(typed)

    assert all(mistakes <= mistakes_in(typed) for mistakes, _word in found)
    assert all(any(one.startswith(word) for one in words) for _mistakes, word in found)
    assert found == Vocabulary(reversed(words)).near(typed)
