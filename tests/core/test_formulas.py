"""Texts that leave without being a formula come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.core.formulas import RISKY, escaped, unescaped


@given(some.text(alphabet="'=+-@＝\t\ra1 é"))
def test_what_leaves_comes_back_and_is_no_formula(text: str) -> None:
    cell = escaped(text)

    assert unescaped(cell) == text
    assert cell[:1] not in RISKY


@pytest.mark.parametrize("name", ["'t Hart", "'s-Gravenhage", "'Aleida' Bos", "O'Neil", "'"])
def test_an_apostrophe_of_a_name_stays(name: str) -> None:
    assert (escaped(name), unescaped(name)) == (name, name)
