"""What an attendance list says of whom, before anything is noted."""

import time

import pytest

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.rows import read_row
from crm.design_sessions.models import AttendanceStatus
from crm.design_sessions.rules.attendance_columns import (
    ListField,
    NobodyNamed,
    check_columns,
    proposed,
    status_cells,
    status_of,
)
from crm.design_sessions.rules.attendance_rows import (
    IGNORED,
    NEW,
    SKIP,
    Decisions,
    Known,
    LeftOut,
    ListedRow,
    RowState,
    look,
    look_text,
    looked_of,
    make_rows,
)
from crm.intake.reading.tables import Table
from crm.stakeholders.rules.columns import Field

PRESENT, EXCUSED, NO_SHOW = AttendanceStatus
COLUMNS = (Field.FULL_NAME, Field.EMAIL)
ANS, BEN, OTHER_ANS = 11, 12, 13
KNOWN = Known(
    emails={"ans@kring.example": [ANS], "club@kring.example": [ANS, BEN]},
    names={"ans proef": [ANS], "ben proef": [BEN], "jan jansen": [ANS, OTHER_ANS]},
)


def row(number: int, name: str, email: str = "") -> Candidate:
    return read_row(number, [name, email], COLUMNS)


def noted(
    *listed: tuple[Candidate, str | None], chosen: Decisions | None = None
) -> list[ListedRow]:
    looked = look([candidate for candidate, _word in listed], KNOWN)
    # As a page finds them, which did not read the list itself.
    kept = looked_of(look_text(looked))
    assert kept == looked
    return make_rows(kept, [word for _candidate, word in listed], chosen or Decisions())


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("Aanwezig|ja|X|✓|✔️|1|Checked In|was er|WAAR", PRESENT),
        ("afgemeld|Verhinderd|m.k.|ziek|sent apologies", EXCUSED),
        ("niet gekomen|Nee|no-show|Afwezig|0|-|✗|did not attend", NO_SHOW),
        ("misschien||Attending|aangemeld", None),
    ],
)
def test_words_in_dutch_and_english_say_who_came(
    words: str, status: AttendanceStatus | None
) -> None:
    assert {one: status_of(one) for one in words.split("|")} == dict.fromkeys(
        words.split("|"), status
    )


def test_columns_are_proposed_by_their_headings() -> None:
    found = proposed(Table(("Naam", "E-mail", "Aanwezig?", "Postcode"), (), ()))

    assert list(found.values()) == [Field.FULL_NAME, Field.EMAIL, ListField.ATTENDANCE, None]
    with pytest.raises(NobodyNamed):
        check_columns({"Aanwezig?": ListField.ATTENDANCE})


def test_a_cross_below_excused_beside_who_came_says_that() -> None:
    table = Table(
        ("Naam", "Aanwezig", "Afgemeld", "Afwezig", "Sport"),
        (
            ("Anna", "x", "", "", "x"),
            ("Bo", "", "x", "", "x"),
            ("Cas", "", "", "ja", ""),
            ("Dee", "", "", "", "x"),
            ("Eva", "", "x", "x", ""),
            ("Fem", "nee", "x", "", ""),
        ),
        tuple(range(2, 8)),
    )

    found = status_cells(table, proposed(table))

    assert found == ["x", "Afgemeld", "Afwezig", "", "", "nee"]


@pytest.mark.parametrize(
    ("headings", "row", "who_came"),
    [
        ("Attendee Status|Checked In|Email", "Attending|Yes|a@kring.example", "Checked In"),
        ("Naam|Kom je met de auto|Ben je erbij op 4 mei?", "Anna|Ja|Ja", "Ben je erbij op 4 mei?"),
        ("Name|Will you attend?", "Anna|No, I cannot", "Will you attend?"),
        ("Naam|Komt ook|Ben je", "Anna|Bo|Ja", None),
    ],
)
def test_the_column_that_says_who_came_is_found_by_its_question_and_its_cells(
    headings: str, row: str, who_came: str | None
) -> None:
    table = Table(tuple(headings.split("|")), (tuple(row.split("|")),), (2,))

    found = [heading for heading, one in proposed(table).items() if one is ListField.ATTENDANCE]

    assert found == ([who_came] if who_came else [])


def test_an_address_goes_before_a_name_and_is_enough() -> None:
    by_address, by_name, bare = noted(
        (row(1, "A. Proef", "ans@kring.example"), "ja"),
        (row(2, "Bén PROEF", "elders@kring.example"), "nee"),
        (row(3, "", "ans@kring.example"), "ja"),
    )

    assert (by_address.person_id, by_address.status) == (ANS, PRESENT)
    assert (by_name.person_id, by_name.status) == (BEN, NO_SHOW)
    assert (bare.state, bare.repeats) == (RowState.REPEATED, 1)


def test_two_of_one_name_or_one_address_are_for_somebody_to_choose() -> None:
    same_name, shared, both = noted(
        (row(1, "Jan Jansen"), "x"),
        (row(2, "Wie Anders", "club@kring.example"), "x"),
        (row(3, "Ben Proef", "club@kring.example"), "x"),
    )
    (crossed,) = noted((row(1, "Ben Proef", "ans@kring.example"), "x"))

    assert (same_name.state, same_name.persons) == (RowState.DOUBTFUL, (ANS, OTHER_ANS))
    assert (shared.state, shared.left_out) == (RowState.DOUBTFUL, LeftOut.WHO)
    assert (both.state, both.person_id) == (RowState.KNOWN, BEN)
    assert (crossed.state, crossed.persons) == (RowState.DOUBTFUL, (ANS, BEN))


def test_who_is_not_in_the_register_is_left_out_until_somebody_chooses() -> None:
    listed = [(row(1, "Nieuw Iemand"), "ja"), (row(2, "Nog Iemand"), "ja")]

    undecided = noted(*listed)
    all_but_one = noted(*listed, chosen=Decisions({2: SKIP}, unknown=NEW))

    assert [one.left_out for one in undecided] == [LeftOut.NOT_ADDED] * 2
    assert [one.is_new for one in all_but_one] == [True, False]
    assert [one.left_out for one in all_but_one] == [None, None]


def test_a_choice_that_was_not_offered_counts_for_nothing() -> None:
    (found,) = noted((row(1, "Nieuw Iemand"), "ja"), chosen=Decisions({1: "999"}))

    assert (found.person_id, found.is_noted) == (None, False)


def test_a_word_that_nobody_explained_leaves_its_rows_out() -> None:
    listed = (row(1, "Ans Proef"), "online")

    (unclear,) = noted(listed)
    (explained,) = noted(listed, chosen=Decisions(words={"online": "present"}))
    (ignored,) = noted(listed, chosen=Decisions(words={"online": IGNORED}))

    assert unclear.left_out is LeftOut.WORD
    assert (explained.status, explained.is_noted) == (PRESENT, True)
    assert not ignored.is_noted


def test_somebody_who_joined_twice_came_once() -> None:
    first, again, other = noted(
        (row(1, "Ans Proef"), "nee"), (row(2, "Ans Proef"), "ja"), (row(3, "Ben Proef"), None)
    )

    assert (first.status, again.state, again.repeats) == (PRESENT, RowState.REPEATED, 1)
    assert other.status is PRESENT


def test_two_people_of_one_address_are_two() -> None:
    found = noted(
        (row(1, "Een Nieuw", "samen@kring.example"), None),
        (row(2, "Twee Nieuw", "samen@kring.example"), None),
        (row(3, "Een Nieuw", "samen@kring.example"), None),
    )

    assert [one.repeats for one in found] == [None, None, 1]


def test_several_of_one_name_with_addresses_of_their_own_are_not_one() -> None:
    found = noted(
        (row(1, "Ben Proef", "ben1@kring.example"), "x"),
        (row(2, "Ben Proef", "ben2@kring.example"), "x"),
        (row(3, "Ans Proef", "ans@kring.example"), "x"),
        (row(4, "Ans Proef", "ans2@kring.example"), "x"),
        (row(5, "Ans Proef"), "x"),
    )

    states = [one.state for one in found]
    assert states[:4] == [RowState.DOUBTFUL] * 2 + [RowState.KNOWN, RowState.DOUBTFUL]
    assert (states[4], found[4].repeats) == (RowState.REPEATED, 3)


def test_many_of_one_name_are_not_compared_one_with_all() -> None:
    rows = [row(number, "Gast", f"gast{number}@kring.example") for number in range(1, 4_001)]
    again = row(4_001, "Gast", "gast7@kring.example")

    started = time.process_time()
    found = look([*rows, again], Known())

    assert time.process_time() - started < 4
    assert [one.repeats for one in found] == [*[None] * 4_000, 7]


def test_a_row_without_anybody_cannot_be_used() -> None:
    formula, address = noted((row(1, "=1+1"), "ja"), (row(2, "", "nieuw@kring.example"), "ja"))

    assert (formula.left_out, address.left_out) == (LeftOut.REJECTED, LeftOut.NOT_ADDED)
    assert address.looked.name == "nieuw@kring.example"
