"""The balance of the four helixes."""

from hypothesis import given
from hypothesis import strategies as st

from crm.design_sessions.rules.balance import balance
from crm.stakeholders.models import Helix

PEOPLE = st.lists(st.tuples(st.integers(1, 30), st.sampled_from(Helix)))
TARGETS = st.dictionaries(st.sampled_from(Helix), st.integers(0, 20))


def people(
    government: int, research: int, business: int, end_users: int
) -> list[tuple[int, Helix]]:
    numbers = zip(Helix, (government, research, business, end_users), strict=True)
    helixes = [helix for helix, number in numbers for _ in range(number)]
    return list(enumerate(helixes))


def test_it_says_which_helix_is_short_and_by_how_many() -> None:
    quarter = dict.fromkeys(Helix, 2)

    found = balance(quarter, invited=people(3, 1, 0, 4), attended=[])

    assert [one.short(one.invited) for one in found.helixes] == [0, 1, 2, 0]
    assert [one.short(one.attended) for one in found.helixes] == [2, 2, 2, 2]
    assert (found.invited, found.attended) == (8, 0)


def test_a_helix_without_a_target_is_never_short() -> None:
    found = balance({Helix.BUSINESS: 3}, invited=people(0, 0, 1, 0), attended=[])

    assert [one.target for one in found.helixes] == [None, None, 3, None]
    assert [one.short(one.invited) for one in found.helixes] == [0, 0, 2, 0]


def test_the_helixes_stand_in_their_fixed_order() -> None:
    assert [one.helix for one in balance({}, invited=[], attended=[]).helixes] == list(Helix)


@given(TARGETS, PEOPLE, PEOPLE)
def test_each_person_counts_once(
    targets: dict[Helix, int],
    invited: list[tuple[int, Helix]],
    attended: list[tuple[int, Helix]],
) -> None:
    found = balance(targets, invited=invited, attended=attended)

    assert found.invited == len({person for person, _helix in invited})
    assert sum(one.invited for one in found.helixes) == found.invited
    assert sum(one.attended for one in found.helixes) == found.attended
