"""Conditions as they stand in an address: what is written reads back, whatever else is refused."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.core.conditions import (
    EVERYBODY,
    MOST_CONDITIONS,
    Condition,
    ConditionRefused,
    Expression,
    Group,
    parse,
    tidy,
    write,
)
from crm.core.conditions.expressions import depth_of
from tests.depth import examples

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name not in {"all", "any"}
)
VALUES = st.lists(st.text("abc019-é"), max_size=3).map(tuple)
LEAVES = st.builds(Condition, NAMES, VALUES, st.booleans())


def _groups(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.builds(Group, st.lists(parts, max_size=3).map(tuple), st.booleans(), st.booleans())


EXPRESSIONS = st.recursive(LEAVES, _groups, max_leaves=8).filter(
    lambda one: depth_of(tidy(one)) <= 3
)


def _kept(expression: Expression) -> Group:
    """Return it without the empty values at the ends, which say nothing."""

    def kept(one: Expression) -> Expression:
        if isinstance(one, Group):
            return Group(tuple(map(kept, one.parts)), one.any, one.negated)
        values = one.values
        while values and not values[-1]:
            values = values[:-1]
        return Condition(one.kind, values, one.negated)

    return tidy(kept(expression))


@settings(max_examples=examples(150))
@given(EXPRESSIONS)
def test_what_is_written_reads_back(expression: Expression) -> None:
    assert parse(write(expression)) == _kept(expression)


@settings(max_examples=examples(150))
@given(EXPRESSIONS)
def test_tidying_twice_is_tidying_once(expression: Expression) -> None:
    once = tidy(expression)

    assert tidy(once) == once


@settings(max_examples=examples(300))
@given(st.text("ab:,()!all any\x00é", max_size=60) | st.text(max_size=60))
def test_any_text_reads_as_conditions_or_is_refused(text: str) -> None:
    with suppress(ConditionRefused):
        found = parse(text)
        assert parse(write(found)) == found


def test_an_address_can_be_read_by_people() -> None:
    text = "helix:research:2024-05-01,!tag:sport,any(attended:12,!all(private,email))"

    assert write(parse(text)) == text


def test_an_empty_address_asks_for_everybody() -> None:
    assert parse("  ") == EVERYBODY
    assert write(EVERYBODY) == ""


@pytest.mark.parametrize(
    "text",
    [
        "helix:research,",
        "any(helix",
        "any()",
        "helix)",
        "ANY(helix)",
        "all",
        "!",
        "a b",
        "(" * 900,
        "any(" * 450,
        "!" * 1_999,
        "a" * 2_001,
        ",".join(["email"] * (MOST_CONDITIONS + 1)),
        "any(all(any(all(a,b),c),d),e)",
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ConditionRefused):
        parse(text)
