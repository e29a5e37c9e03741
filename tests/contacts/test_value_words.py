"""Headings, helixes and dates as people write them."""

from datetime import date

import pytest

from crm.contacts.rules import cell_text
from crm.contacts.rules.headings import propose_mapping
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import FIELD_LABELS, Field, read_helix
from crm.stakeholders.values import languages


@pytest.mark.parametrize(
    ("text", "helix"),
    [
        ("overheid", Helix.GOVERNMENT),
        ("Onderzoek", Helix.RESEARCH),
        ("Bedrijven", Helix.BUSINESS),
        ("samenleving", Helix.END_USERS),
        ("Civil society", Helix.END_USERS),
        ("onbekend", None),
    ],
)
def test_words_for_the_helixes(text: str, helix: Helix | None) -> None:
    assert read_helix(text) is helix


@pytest.mark.parametrize("helix", Helix)
def test_our_own_words_for_the_helixes_are_known(helix: Helix) -> None:
    assert read_helix(helix.value) is helix


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12-3-2021", date(2021, 3, 12)),
        ("1-10-20", date(2020, 10, 1)),
        ("12/03/2021", date(2021, 3, 12)),
        ("12.3.2021", date(2021, 3, 12)),
        ("2021-05-04", date(2021, 5, 4)),
        ("2021-05-04 10:30:00", date(2021, 5, 4)),
        ("12 maart 2021", date(2021, 3, 12)),
        ("1 May 2021", date(2021, 5, 1)),
        ("44267", date(2021, 3, 12)),
        ("0-0-00", None),
        ("-", None),
    ],
)
def test_dates_as_people_and_excel_write_them(text: str, day: date | None) -> None:
    assert cell_text.day(text) == day


@pytest.mark.parametrize("text", ["31-02-2021", "2021-13-01", "volgende week", "1", "99-99-9999"])
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        cell_text.day(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nederlands", "nl"), ("EN", "en"), ("fries", "fy"), ("Oekraïens", "uk"),
        ("Türkçe", "tr"), ("DE-de", "de"), ("Українська", "uk"), ("Klingon", ""),
    ],
)  # fmt: skip
def test_languages_that_people_read(text: str, code: str) -> None:
    assert languages.meant(text) == code


def test_known_headings_are_mapped_in_both_languages() -> None:
    headings = ["Voornaam", "Last Name", "E-mail", "Mobiel", "Telefoon", "Waardering"]

    assert propose_mapping(headings) == {
        "Voornaam": Field.FIRST_NAME,
        "Last Name": Field.SURNAME,
        "E-mail": Field.EMAIL,
        "Mobiel": Field.PHONE,
        "Telefoon": Field.PHONE,
        "Waardering": None,
    }


def test_a_field_for_one_column_goes_to_the_first() -> None:
    assert propose_mapping(["Plaats", "Woonplaats"]) == {"Plaats": Field.TOWN, "Woonplaats": None}


def test_a_whole_name_gives_way_to_a_surname() -> None:
    assert propose_mapping(["Naam", "Achternaam"]) == {"Naam": None, "Achternaam": Field.SURNAME}
    assert propose_mapping(["Naam"]) == {"Naam": Field.FULL_NAME}


@pytest.mark.parametrize("field", Field)
def test_our_own_names_of_fields_are_known(field: Field) -> None:
    # What only Kring itself writes has the name that it has there.
    if field not in {Field.RECORD, Field.CODE}:
        assert propose_mapping([field.value]) == {field.value: field}
    assert propose_mapping([str(FIELD_LABELS[field])]) == {str(FIELD_LABELS[field]): field}


def test_dutch_names_of_fields_are_known() -> None:
    headings = [
        "Aanspreekvorm",
        "Voorletters",
        "Tussenvoegsel van de partner",
        "Achternaam van de partner",
        "Wijk of buurt",
        "Datum van toestemming",
        "Straat en huisnummer",
        "E-mailadres",
    ]

    assert None not in propose_mapping(headings).values()
