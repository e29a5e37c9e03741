"""The graph of ties: what makes one, how heavy it is, and what a window leaves out."""

from datetime import date
from fractions import Fraction
from itertools import count

import pytest

from crm.core.ties import Gathering, TieShare
from crm.networks.rules import graph
from crm.networks.rules.counting import Material
from crm.networks.rules.graph import StakeholderGraph
from crm.networks.rules.selection import NetworkView, Selection, TieWeight
from crm.stakeholders.models import Helix

_ids = count(1)
NEWMAN = Selection(weight=TieWeight.NEWMAN)
ORGANISATIONS = Selection(view=NetworkView.ORGANISATIONS)


def session(people: str, day: date | None = None) -> Gathering:
    return Gathering("attendance", next(_ids), tuple(people.split()), since=day, until=day)


def initiative(*parts: TieShare) -> Gathering:
    return Gathering("initiative", next(_ids), parts=parts)


def role(person: str, organisation: str, until: date | None = None) -> Gathering:
    parts = (TieShare(person, until=until), TieShare(organisation, until=until))
    return Gathering("affiliation", next(_ids), parts=parts)


def ties(
    *gatherings: Gathering,
    selection: Selection | None = None,
    belongs: dict[str, str] | None = None,
    helixes: dict[str, Helix] | None = None,
) -> StakeholderGraph:
    keys = {part.stakeholder for one in gatherings for part in one.parts}
    keys |= {key for one in gatherings for key in one.all_along}
    keys |= {*(belongs or {}), *(belongs or {}).values()}
    known = dict.fromkeys(sorted(keys), Helix.GOVERNMENT) | (helixes or {})
    material = Material(known, tuple(gatherings), belongs or {}, last_day=date(2021, 12, 31))
    return graph.build(material, selection or Selection())


def weights(found: StakeholderGraph) -> dict[str, float]:
    return {f"{one} {other}": tie["weight"] for one, other, tie in found.edges(data=True)}


def test_shared_events_are_counted() -> None:
    found = ties(session("p1 p2 p3"), session("p1 p2"))

    assert weights(found) == {"p1 p2": 2, "p1 p3": 1, "p2 p3": 1}


def test_newman_gives_a_small_event_more_weight() -> None:
    found = ties(session("p1 p2 p3 p4"), session("p1 p2"), session("p1 p2 p5"), selection=NEWMAN)

    assert found["p1"]["p2"]["weight"] == pytest.approx(float(Fraction(11, 6)))
    assert found.degree("p1", weight="weight") == pytest.approx(3)


def test_a_plenary_of_sixty_adds_thirty_under_newman() -> None:
    found = ties(session(" ".join(f"p{number}" for number in range(60))), selection=NEWMAN)

    assert found.size(weight="weight") == pytest.approx(30)


def test_a_double_row_counts_once() -> None:
    found = ties(session("p1 p1 p2"), selection=NEWMAN)

    assert weights(found) == {"p1 p2": 1}


def test_a_session_of_one_gives_no_tie() -> None:
    found = ties(session("p1"))

    assert (list(found), found.number_of_edges()) == (["p1"], 0)


@pytest.mark.parametrize(
    ("since", "until", "kept"),
    [
        (None, None, 3),
        (date(2021, 3, 1), date(2021, 3, 3), 3),
        (date(2021, 3, 2), None, 2),
        (None, date(2021, 3, 2), 2),
        (date(2021, 3, 2), date(2021, 3, 2), 1),
        (date(2021, 3, 4), None, 0),
    ],
)
def test_a_window_is_closed_at_both_ends(since: date | None, until: date | None, kept: int) -> None:
    days = [date(2021, 3, day) for day in (1, 2, 3)]

    found = ties(
        *(session("p1 p2", day) for day in days), selection=Selection(since=since, until=until)
    )

    assert sum(weights(found).values()) == kept


def test_only_chosen_kinds_make_ties() -> None:
    both = (session("p1 p2"), initiative(TieShare("p1"), TieShare("p3")))

    found = ties(*both, selection=Selection(kinds=frozenset({"initiative"})))

    assert weights(found) == {"p1 p3": 1}
    assert found["p1"]["p3"]["kinds"] == ("initiative",)


def test_those_who_left_before_others_came_are_not_tied() -> None:
    left, right = TieShare("p1", until=date(2021, 3, 31)), TieShare("p2", since=date(2021, 4, 1))

    found = ties(initiative(left, right, TieShare("p3")))

    assert set(weights(found)) == {"p1 p3", "p2 p3"}


def test_who_comes_back_is_tied_again() -> None:
    stays = TieShare("p2", since=date(2021, 6, 1))
    parts = (TieShare("p1", until=date(2021, 3, 31)), TieShare("p1", since=date(2021, 7, 1)), stays)

    assert set(weights(ties(initiative(*parts)))) == {"p1 p2"}


def test_an_organisation_takes_part_itself() -> None:
    found = ties(initiative(TieShare("p1"), TieShare("o1")), session("p2"))

    assert weights(found) == {"o1 p1": 1}
    assert set(found) == {"o1", "p1", "p2"}


def test_organisations_without_a_tie_are_not_among_people() -> None:
    found = ties(session("p1 p2"), belongs={"p1": "o1"})

    assert set(found) == {"p1", "p2"}


def test_a_role_outside_the_window_makes_no_tie() -> None:
    past = role("p1", "o1", until=date(2020, 12, 31))

    assert weights(ties(past, selection=Selection(since=date(2021, 1, 1)))) == {}


def test_organisations_are_tied_by_the_ties_of_their_people() -> None:
    belongs = {"p1": "o1", "p2": "o1", "p3": "o1", "p4": "o2"}

    found = ties(session("p1 p2 p3 p4"), belongs=belongs, selection=ORGANISATIONS)

    assert weights(found) == {"o1 o2": 3}


def test_who_has_no_organisation_stays_themselves() -> None:
    found = ties(session("p1 p2"), belongs={"p1": "o1"}, selection=ORGANISATIONS)

    assert weights(found) == {"o1 p2": 1}


def test_other_helixes_are_left_out_and_the_event_keeps_its_size() -> None:
    chosen = Selection(weight=TieWeight.NEWMAN, helixes=frozenset({Helix.GOVERNMENT}))

    found = ties(session("p1 p2 p3"), helixes={"p3": Helix.BUSINESS}, selection=chosen)

    assert weights(found) == {"p1 p2": 0.5}


def test_the_order_of_input_makes_no_difference() -> None:
    sessions = [session("p3 p1 p2"), session("p2 p4"), session("p4 p1")]

    here, there = ties(*sessions), ties(*reversed(sessions))

    assert list(here.edges(data=True)) == list(there.edges(data=True))
    assert list(here.nodes) == list(there.nodes)
