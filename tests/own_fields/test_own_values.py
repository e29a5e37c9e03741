"""How values of own fields are read, and in which order they stand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.own_fields.values import NO, YES, FieldKind, NotAValue, Value, read, shown

OPTIONS = {7: "ochtend", 8: "avond"}
BOUND = Decimal(10) ** 11


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FieldKind.TEXT, "  Rode  fiets ", Value("Rode fiets", "rode fiets")),
        (FieldKind.NUMBER, "7,5", Value("7.5", "1000000000007.500000")),
        (FieldKind.NUMBER, "1.250,5", Value("1250.5", "1000000001250.500000")),
        (FieldKind.NUMBER, "-0", Value("0", "1000000000000.000000")),
        (FieldKind.DATE, "31-12-2026", Value("2026-12-31", "2026-12-31")),
        (FieldKind.DATE, "2026-12-31", Value("2026-12-31", "2026-12-31")),
        (FieldKind.YES_NO, YES, Value(YES, YES)),
        (FieldKind.ONE_OF, "7", Value("ochtend", "7")),
        (FieldKind.SEVERAL_OF, "8", Value("avond", "8", 8)),
    ],
)
def test_what_is_typed_is_kept_in_one_way(kind: FieldKind, typed: str, kept: Value) -> None:
    assert read(kind, typed, OPTIONS) == kept


@pytest.mark.parametrize("kind", list(FieldKind))
def test_nothing_is_no_value(kind: FieldKind) -> None:
    assert read(kind, "  ", OPTIONS) is None


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (FieldKind.NUMBER, "veel"),
        (FieldKind.NUMBER, "NaN"),
        (FieldKind.NUMBER, "1" * 13),
        (FieldKind.DATE, "31-02-2026"),
        (FieldKind.DATE, "morgen"),
        (FieldKind.YES_NO, "soms"),
        (FieldKind.ONE_OF, "9"),
        (FieldKind.SEVERAL_OF, "ochtend"),
        (FieldKind.TEXT, "x" * 501),
    ],
)
def test_what_makes_no_sense_is_refused(kind: FieldKind, typed: str) -> None:
    with pytest.raises(NotAValue):
        read(kind, typed, OPTIONS)


@given(st.lists(st.decimals(-BOUND, BOUND, places=3), min_size=2))
def test_numbers_stand_in_the_order_of_their_keys(numbers: list[Decimal]) -> None:
    keys = {
        number: found.key
        for number in numbers
        if (found := read(FieldKind.NUMBER, str(number), {}))
    }

    assert sorted(keys, key=lambda number: keys[number]) == sorted(keys)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_comes_back_as_it_is_shown(day: date) -> None:
    typed = f"{day.day}-{day.month}-{day.year}"

    assert read(FieldKind.DATE, typed, {}) == Value(day.isoformat(), day.isoformat())


@given(st.decimals(-BOUND, BOUND, places=2))
def test_a_number_that_is_shown_is_read_as_itself(number: Decimal) -> None:
    kept = read(FieldKind.NUMBER, str(number), {})
    assert kept is not None

    assert read(FieldKind.NUMBER, str(shown(FieldKind.NUMBER, kept.value)), {}) == kept


def test_no_is_a_value() -> None:
    assert read(FieldKind.YES_NO, NO, {}) == Value(NO, NO)
