"""Whom a name may mean is the same as when it is compared with each person in turn."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from crm.contacts.rules.choices import Reason
from crm.contacts.rules.fuzzy_matching import BLOCK, Called, Lookalikes, called
from crm.stakeholders.values.names import NameParts
from tests.depth import examples

# Few names, so that much is equal, and much is nearly so.
_SURNAMES = st.sampled_from([
    "", "Bak", "Bax", "Bakkers", "Bakkerx", "Bakkres", "Bakkrs", "Bakxers-", "Bakkershof",
    "Bakkershöx", "Bakkesrhxf", "Bakershof", "Dijk",
])  # fmt: skip
_GIVEN = st.sampled_from(["", "", "An", "Ax", "Annas", "Annax", "Ananx", "Annabella", "Axnabelly"])
_INITIALS = st.sampled_from(["", "A.", "A.B.", "A.B.C.", "B."])
_NAMES = st.builds(
    NameParts,
    initials=_INITIALS,
    first_name=_GIVEN,
    prefix=st.sampled_from(["", "van"]),
    surname=_SURNAMES,
).filter(lambda parts: not parts.is_empty)


def plainly(meant: Called, others: Sequence[Called]) -> tuple[int, Reason] | None:
    """Return who may be meant, found by a comparison with each person in turn."""
    for one in others:
        if one.whole == meant.whole:
            return one.person_id, Reason.SAME_NAME
    if not (meant.surname and meant.initials):
        return None
    block = [one for one in others if begins_as(meant, one)]
    for reason, is_like in ((Reason.INITIALS, fits), (Reason.SPELLING, is_near)):
        for one in block:
            if is_like(meant, one):
                return one.person_id, reason
    return None


def begins_as(meant: Called, one: Called) -> bool:
    return (one.surname[:BLOCK], one.initials[:1]) == (meant.surname[:BLOCK], meant.initials[:1])


def fits(meant: Called, one: Called) -> bool:
    if one.surname != meant.surname or (one.given and meant.given):
        return False
    return one.initials.startswith(meant.initials) or meant.initials.startswith(one.initials)


def is_near(meant: Called, one: Called) -> bool:
    both = bool(one.given and meant.given)
    return near(one.surname, meant.surname) and (not both or near(one.given, meant.given))


def near(one: str, other: str) -> bool:
    shortest = min(len(one), len(other))
    return OSA.distance(one, other) <= (shortest >= 5) + (shortest >= 9)


@settings(max_examples=examples(150))
@given(st.lists(_NAMES, max_size=12), st.lists(_NAMES, min_size=1, max_size=6))
def test_lookalikes_are_those_of_a_comparison_with_everybody(
    people: list[NameParts], meant: list[NameParts]
) -> None:
    others = [called(number, parts) for number, parts in enumerate(people, start=1)]
    rows = [called(0, parts) for parts in meant]
    lookalikes = Lookalikes()
    lookalikes.add(others)

    found = [lookalikes.like(one) for one in rows]

    assert found == [plainly(one, others) for one in rows]
