"""Text from outside, without what hides in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.cleaning import clean_line, clean_lines


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  a \t b\r\nc ", "a b c"),
        ("nul\x00l", "nul l"),
        ("\u202eevil\u202c", "evil"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\ud800", "\ufffd"),
        ("e\u0308", "ë"),
        ("a\u00a0b\u2028c", "a b c"),
        ("👩\u200d🌾", "👩\u200d🌾"),
    ],
)
def test_one_line_shows_everything_it_holds(text: str, clean: str) -> None:
    assert clean_line(text) == clean


def test_a_pile_of_marks_is_cut_down() -> None:
    pile = "e" + "\u0301\u0323" * 10_000

    assert len(clean_line(pile)) <= 32


def test_lines_stay_lines() -> None:
    assert clean_lines("\r\n een\r\ntwee  drie\x00\n\n") == "een\ntwee drie"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_lines(clean_lines(text)) == clean_lines(text)
    clean_lines(text).encode()
