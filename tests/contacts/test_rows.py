"""What a row of a list says, and what there is to say about it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.contacts.rules.candidates import Candidate, find_duplicates
from crm.contacts.rules.row_messages import Level, Message, Problem
from crm.contacts.rules.rows import read_row
from crm.core.formulas import is_formula
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.values.names import FormOfAddress, NameUse, full_name
from tests.depth import examples

FORMULAS = ["=1+1", "+31 6", "-1+2", "@SUM(1)", "\t=x", "\tJan", "\rJan", " =1", "\u200b=1"]
WIDE_FORMULAS = ["＝1", "＋1", "－1", "＠a"]


def row(number: int = 1, **cells: str) -> Candidate:
    return read_row(number, list(cells.values()), [Field(name) for name in cells])


def problems(candidate: Candidate) -> list[Problem]:
    return [message.problem for message in candidate.messages]


@pytest.mark.parametrize("text", FORMULAS + WIDE_FORMULAS)
def test_a_formula_in_a_name_rejects_the_row(text: str) -> None:
    assert problems(row(surname=text)) == [Problem.FORMULA]
    assert problems(row(surname="Veen", organisation=text)) == [Problem.FORMULA]


@pytest.mark.parametrize("text", ["Jan", "d'Ancona", "'t Hof", "A=B", "-", "--", "", "3M"])
def test_a_name_is_no_formula(text: str) -> None:
    assert not is_formula(text)


def test_a_formula_elsewhere_is_text() -> None:
    found = row(surname="Veen", role="=1+1", note="@SUM(1)")

    assert problems(found) == []
    assert (found.role, found.note) == ("=1+1", "@SUM(1)")


def test_a_cell_of_our_own_export_comes_back_as_it_was() -> None:
    found = row(surname="Veen", phone="'+31612345678", note="'=1+1", organisation="'@home")

    assert [phone.raw for phone in found.phones] == ["+31612345678"]
    assert (found.note, found.organisation) == ("=1+1", "@home")


@pytest.mark.parametrize("name", ["", "-", "  ", "\u200b", "..."])
def test_a_row_without_name_and_organisation_is_rejected(name: str) -> None:
    found = row(first_name=name, phone="6,12346E+08")

    assert problems(found) == [Problem.NO_NAME]
    assert found.is_rejected


def test_a_name_longer_than_any_name_is_rejected() -> None:
    assert problems(row(surname="x" * 201)) == [Problem.NAME_TOO_LONG]


def test_one_wrong_address_among_several_is_left_out_with_a_warning() -> None:
    found = row(surname="Veen", email="jan@x.example; kapot")

    assert (problems(found), found.emails) == ([Problem.NOT_AN_EMAIL], ("jan@x.example",))
    assert (found.is_rejected, found.doubtful) == (False, {Field.EMAIL: "kapot"})


def test_several_addresses_and_numbers_come_out_of_one_cell() -> None:
    found = row(
        surname="Veen",
        email="a@x.example ::: b@x.example, A@x.example",
        phone="+31 6 12345678 ::: 0592 000100",
    )

    assert found.emails == ("a@x.example", "b@x.example")
    assert [phone.number for phone in found.phones] == ["+31612345678", "+31592000100"]


@pytest.mark.parametrize(
    ("field", "raw", "problem"),
    [
        (Field.PHONE, "612345678", Problem.ZERO_PUT_BACK),
        (Field.PHONE, "6,12346E+08", Problem.PHONE_MANGLED),
        (Field.PHONE, "bel maar", Problem.PHONE_UNREADABLE),
        (Field.CONSENT_DATE, "31-02-2021", Problem.IMPOSSIBLE_DATE),
        (Field.POSTCODE, "9405 SS", Problem.NOT_A_POSTCODE),
        (Field.HELIX, "maanmannen", Problem.UNKNOWN_HELIX),
        (Field.WEBSITE, "javascript:alert(1)", Problem.NOT_A_WEBSITE),
    ],
)
def test_a_doubtful_value_is_left_out_with_a_warning(
    field: Field, raw: str, problem: Problem
) -> None:
    found = read_row(1, ["Veen", raw], [Field.SURNAME, field])

    assert found.messages == (Message(1, problem, field, raw),)
    assert found.messages[0].level is Level.WARNING
    assert not found.is_rejected


def test_cells_beyond_the_headings_are_said() -> None:
    found = read_row(3, ["Veen", "too", "much"], [Field.SURNAME])

    assert found.messages == (Message(3, Problem.MORE_CELLS, None, "too | much"),)


def test_a_rejected_row_has_no_warnings() -> None:
    assert problems(row(surname="=1", phone="6,12346E+08")) == [Problem.FORMULA]


def test_a_whole_name_is_taken_apart() -> None:
    found = row(full_name="Jolanda van der Veen", form_of_address="mevr.")

    assert (found.name.prefix, found.name.surname) == ("van der", "Veen")
    assert found.name.form_of_address is FormOfAddress.MADAM


def test_a_partner_name_comes_with_its_use() -> None:
    found = row(surname="Velzen", partner_surname="in het Veld", name_use="N")

    assert found.name.name_use is NameUse.OWN_THEN_PARTNER
    assert found.name.partner_prefix == "in het"


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_has_a_sentence(problem: Problem) -> None:
    assert str(Message(1, problem).text)


Cells = dict[str, str]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"surname": "A", "email": "a@x.example"}, {"surname": "a", "email": "A@X.example"}),
        ({"surname": "Åke", "phone": "06 12345678"}, {"surname": "ake", "phone": "612345678"}),
        ({"surname": "A", "organisation": "X"}, {"surname": "a", "organisation": "x."}),
        ({"surname": "A"}, {"surname": "A"}),
        ({"organisation": "X"}, {"organisation": "x"}),
    ],
)
def test_rows_about_the_same_are_found(first: Cells, second: Cells) -> None:
    assert find_duplicates([row(1, **first), row(2, **second)]).rows == {2: 1}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"surname": "A", "phone": "06 12345678"}, {"surname": "B", "phone": "0612345678"}),
        ({"surname": "A", "organisation": "X"}, {"surname": "A", "organisation": "Y"}),
        ({"surname": "A", "email": "a@x.example"}, {"surname": "A", "email": "b@x.example"}),
        ({"organisation": "X"}, {"organisation": "X", "surname": "A"}),
        ({"surname": "=1", "email": "a@x.example"}, {"surname": "A", "email": "a@x.example"}),
    ],
)
def test_rows_about_others_are_left_alone(first: Cells, second: Cells) -> None:
    assert find_duplicates([row(1, **first), row(2, **second)]).rows == {}


def test_a_chain_of_duplicates_points_to_the_first() -> None:
    rows = [
        row(1, surname="A", email="a@x.example"),
        row(2, surname="A", email="a@x.example;b@x.example"),
        row(3, surname="A", email="b@x.example"),
    ]

    assert find_duplicates(rows).rows == {2: 1, 3: 1}


cells = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["=1", "a@x.example", "31-02-2021", "06 12345678", "van der Veen", "\ud800"]),
)
fields = st.sampled_from([*Field, None])


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.tuples(fields, cells), max_size=12), st.integers(0, 3))
def test_any_row_becomes_a_candidate(pairs: list[tuple[Field | None, str]], missing: int) -> None:
    texts = [text for _field, text in pairs]
    columns = [field for field, _text in pairs]

    found = read_row(1, texts[: len(texts) - missing], columns)

    assert found.is_rejected or found.is_person or found.organisation
    assert set(find_duplicates([found]).rows) == set()
    full_name(found.name).encode()
    found.note.encode()


@pytest.mark.parametrize(
    "line",
    [
        "Totaal;;;12", ";TOTAAL:;12", "Total;;", "Som;;4", "Aantal deelnemers: 12;;",
        "Subtotaal;3;75%", "Grand total;;1.204", "12 deelnemers;;", "Totaal aantal aanwezigen;9;",
    ],
)  # fmt: skip
def test_a_line_that_counts_the_list_is_nobody(line: str) -> None:
    found = read_row(9, line.split(";"), (Field.FULL_NAME, Field.ORGANISATION, Field.PHONE))

    assert [one.problem for one in found.messages] == [Problem.TOTAL]


@pytest.mark.parametrize(
    "line", ["Som;;0612345678", "A. Som;;", "Total;Total Energies;", "Som;;", "12;De Totaal BV;"]
)
def test_somebody_who_is_called_like_a_total_is_somebody(line: str) -> None:
    found = read_row(9, line.split(";"), (Field.FULL_NAME, Field.ORGANISATION, Field.PHONE))

    assert Problem.TOTAL not in {one.problem for one in found.messages}
