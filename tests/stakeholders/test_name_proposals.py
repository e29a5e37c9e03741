"""What is proposed for names as people type them."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.stakeholders.values.names import (
    FormOfAddress,
    NameParts,
    NameUse,
    form_of_address,
    name_use,
    propose,
    propose_from_one,
)
from crm.stakeholders.values.names.spelling import PREFIXES


def parts_of(raw: NameParts) -> tuple[str, str, str, str]:
    found = propose(raw)
    return found.initials, found.first_name, found.prefix, found.surname


@pytest.mark.parametrize(
    ("surname", "prefix", "rest"),
    [
        ("van den Bosch", "van den", "Bosch"),
        ("Van Den Bosch", "van den", "Bosch"),
        ("VAN DEN BOSCH", "van den", "Bosch"),
        ("van 't Hof", "van 't", "Hof"),
        ("van ’t Hof", "van 't", "Hof"),
        ("van ´t Hof", "van 't", "Hof"),
        ("in het Veld", "in het", "Veld"),
        ("voor in 't Holt", "voor in 't", "Holt"),
        ("uijt te de Broek", "uijt te de", "Broek"),
        ("de Vries", "de", "Vries"),
        ("el amrani", "el", "Amrani"),
        ("d’Ancona", "d'", "Ancona"),
        ("van den Berg-de Vries", "van den", "Berg-de Vries"),
        ("Brouwer - van den Berg", "", "Brouwer-van den Berg"),
        ("BROUWER-VAN DEN BERG", "", "Brouwer-van den Berg"),
        ("Çelik–Ubbing", "", "Çelik-Ubbing"),
        ("D'ANGELO", "", "D'Angelo"),
        ("O'NEILL", "", "O'Neill"),
        ("ijzerman", "", "IJzerman"),
        ("IJZERMAN", "", "IJzerman"),
        ("Ijzerman", "", "IJzerman"),
        ("Ijaz", "", "Ijaz"),
        ("McDonald", "", "McDonald"),
        ("Vanderveen", "", "Vanderveen"),
        ("van", "", "Van"),
    ],
)
def test_a_prefix_comes_out_of_the_surname(surname: str, prefix: str, rest: str) -> None:
    assert parts_of(NameParts(surname=surname)) == ("", "", prefix, rest)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_of_the_table_is_found(prefix: str) -> None:
    joined = f"{prefix}Xanten" if prefix.endswith("'") else f"{prefix} Xanten"

    assert parts_of(NameParts(surname=joined)) == ("", "", prefix, "Xanten")


@pytest.mark.parametrize(
    "surname", ["Veen, van der, Jolanda", "Veen, Jolanda van der", "Veen, Jolanda, van der"]
)
def test_what_stands_behind_a_comma_finds_its_field(surname: str) -> None:
    assert parts_of(NameParts(surname=surname)) == ("", "Jolanda", "van der", "Veen")


@pytest.mark.parametrize(
    ("first_name", "surname", "prefix", "rest"),
    [
        ("A.", "Vries de", "de", "Vries"),
        ("A.", "VRIES DE", "de", "Vries"),
        ("Anna", "Vries (de)", "de", "Vries"),
        ("Anna van der", "Veen", "van der", "Veen"),
        ("Anna", "v.d. Berg", "v.d.", "Berg"),
        ("Anna", "Nguyen Do", "", "Nguyen Do"),
        ("Anna", "V. Dijk", "", "V. Dijk"),
    ],
)
def test_a_prefix_written_elsewhere_is_found(
    first_name: str, surname: str, prefix: str, rest: str
) -> None:
    found = propose(NameParts(first_name=first_name, surname=surname))

    assert (found.prefix, found.surname) == (prefix, rest)


def test_a_comma_with_only_a_prefix_leaves_the_first_name() -> None:
    raw = NameParts(first_name="Jolanda", surname="Veen, Van der")

    assert parts_of(raw) == ("", "Jolanda", "van der", "Veen")


def test_a_first_name_that_is_also_a_prefix_stays_a_first_name() -> None:
    assert parts_of(NameParts(surname="Jansen, Ben")) == ("", "Ben", "", "Jansen")


def test_names_in_capitals_get_their_usual_form() -> None:
    raw = NameParts(first_name="SANNE", prefix="VAN DEN", surname="BOSCH")

    assert parts_of(raw) == ("", "Sanne", "van den", "Bosch")


@pytest.mark.parametrize("typed", ["J.M.", "j.m.", "J. M."])
def test_initials_in_the_field_of_the_first_name_move(typed: str) -> None:
    assert parts_of(NameParts(first_name=typed, surname="Veen")) == ("J.M.", "", "", "Veen")


@pytest.mark.parametrize(
    ("typed", "written"), [("JM", "J.M."), ("j m", "J.M."), ("IJ", "IJ."), ("Th.J.", "Th.J.")]
)
def test_initials_get_their_points(typed: str, written: str) -> None:
    assert propose(NameParts(initials=typed)).initials == written


def test_a_middle_name_in_the_field_of_the_prefix_joins_the_first_name() -> None:
    raw = NameParts(first_name="Jan", prefix="Willem van der", surname="Veen")

    assert parts_of(raw) == ("", "Jan Willem", "van der", "Veen")


def test_a_prefix_outside_the_table_stays() -> None:
    raw = NameParts(first_name="Otto", prefix="von und zu", surname="Berg")

    assert parts_of(raw) == ("", "Otto", "von und zu", "Berg")


def test_a_belgian_name_keeps_its_capital_prefix() -> None:
    found = propose(NameParts(first_name="Els", surname="Van den Bossche"), "BE")

    assert (found.prefix, found.surname) == ("", "Van den Bossche")


def test_hidden_signs_go() -> None:
    raw = NameParts(first_name="\u202eSan\u200bne\x00", surname="Bosch\t")

    assert parts_of(raw) == ("", "Sanne", "", "Bosch")


def test_a_partner_name_is_tidied_too() -> None:
    found = propose(NameParts(surname="Jansen", partner_surname="VAN DER VEEN"))

    assert (found.partner_prefix, found.partner_surname) == ("van der", "Veen")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jolanda van der Veen", ("", "Jolanda", "van der", "Veen")),
        ("Jan Van Der Veen", ("", "Jan", "van der", "Veen")),
        ("SANNE VAN DEN BOSCH", ("", "Sanne", "van den", "Bosch")),
        ("J.M. van der Veen", ("J.M.", "", "van der", "Veen")),
        ("Veen, J. van der", ("J.", "", "van der", "Veen")),
        ("Anne Brouwer - van den Berg", ("", "Anne", "", "Brouwer-van den Berg")),
        ("Piet Hein Jansen", ("", "Piet Hein", "", "Jansen")),
        ("Ben Jansen", ("", "Ben", "", "Jansen")),
        ("Fleur d'Ancona", ("", "Fleur", "d'", "Ancona")),
        ("A. Vries de", ("A.", "", "de", "Vries")),
        ("Jan Vries van der", ("", "Jan", "van der", "Vries")),
        ("Vries de A.", ("A.", "", "de", "Vries")),
        ("van der Meer-de Boer A.B.", ("A.B.", "", "van der", "Meer-de Boer")),
        ("Jansen P.J.M.", ("P.J.M.", "", "", "Jansen")),
        ("de Vries", ("", "", "de", "Vries")),
        ("A.B. v/d Berg", ("A.B.", "", "v/d", "Berg")),
        ("JAN VD BERG", ("", "Jan", "vd", "Berg")),
        ("DUPONT Jean Marc", ("", "Jean Marc", "", "Dupont")),
        ("JW Jansen", ("", "JW", "", "Jansen")),
        ("Jan B.", ("", "Jan", "", "B.")),
        ("Ben Do", ("", "Ben", "", "Do")),
        ("Kai", ("", "Kai", "", "")),
        ("", ("", "", "", "")),
    ],
)
def test_a_whole_name_is_taken_apart(text: str, expected: tuple[str, str, str, str]) -> None:
    found = propose_from_one(text)

    assert (found.initials, found.first_name, found.prefix, found.surname) == expected


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("mevrouw", FormOfAddress.MADAM),
        ("mevr", FormOfAddress.MADAM),
        ("Mw.", FormOfAddress.MADAM),
        ("Mrs", FormOfAddress.MADAM),
        ("Dhr.", FormOfAddress.SIR),
        ("de heer", FormOfAddress.SIR),
        ("Mr.", FormOfAddress.SIR),
        ("mr.", FormOfAddress.NEUTRAL),
        ("prof.", FormOfAddress.NEUTRAL),
        ("", FormOfAddress.NEUTRAL),
    ],
)
def test_forms_of_address_as_people_type_them(text: str, form: FormOfAddress) -> None:
    assert form_of_address(text) is form


@pytest.mark.parametrize(
    ("text", "use"),
    [("N", NameUse.OWN_THEN_PARTNER), ("partner voor eigen", NameUse.PARTNER_THEN_OWN)],
)
def test_name_use_as_the_register_writes_it(text: str, use: NameUse) -> None:
    assert name_use(text) is use


def letters(parts: NameParts) -> Counter[str]:
    own = parts.initials + parts.first_name + parts.prefix + parts.surname
    text = own + parts.partner_prefix + parts.partner_surname
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return Counter(sign for sign in plain if sign.isalpha())


names = st.one_of(
    st.text(max_size=25),
    st.lists(
        st.sampled_from([*PREFIXES, "Veen", "VEEN", "Jan", ",", "-", "'", "J.M.", "ijzer", "O’"]),
        max_size=5,
    ).map(" ".join),
)


@given(names, names, names, names, names)
@example("", "", "van den", "van den Bosch", "")
@example("ĳ", "İ", "ŉ", "ẞ, ΣΑΣ", "Ǆ")
def test_no_letter_of_a_name_gets_lost(
    initials: str, first_name: str, prefix: str, surname: str, partner: str
) -> None:
    raw = NameParts(initials, first_name, prefix, surname, partner_surname=partner)

    assert letters(propose(raw)) == letters(raw)


@given(names)
def test_taking_a_whole_name_apart_loses_no_letter(text: str) -> None:
    assert letters(propose_from_one(text)) == letters(NameParts(surname=text))
