"""Columns that hold two things, or a cross below the name of what is meant."""

import pytest

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.column_guess import mapping_of
from crm.contacts.rules.headings import field_of
from crm.contacts.rules.reading import read
from crm.contacts.rules.rows import read_rows
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import Field

BOTH = Field.ORGANISATION_ROLE
REVERSED = Field.ROLE_ORGANISATION


def candidates(text: str) -> list[Candidate]:
    table = read(text.encode(), "lijst.csv")
    return list(read_rows(table, mapping_of(table)))


def affiliation(heading: str, cell: str) -> tuple[str, str]:
    found = candidates(f"Naam\t{heading}\nAnna Bos\t{cell}\n")[0]
    return found.organisation, found.role


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Organisatie / functie", BOTH),
        ("Organisatie/functie (indien van toepassing)", BOTH),
        ("Bedrijf en functie", BOTH),
        ("Company & job title", BOTH),
        ("Functie / organisatie", REVERSED),
        ("Functie bij organisatie", REVERSED),
        ("Job title, company", REVERSED),
        ("Naam + organisatie", Field.FULL_NAME),
        ("Naam en organisatie", Field.FULL_NAME),
        ("Naam organisatie", Field.ORGANISATION),
        ("Organisatie", Field.ORGANISATION),
        ("Bedrijf / organisatie", Field.ORGANISATION),
        ("Functie / rol", Field.ROLE),
        ("Organisatie en plaats", None),
    ],
)
def test_a_heading_for_both_is_known(heading: str, field: Field | None) -> None:
    assert field_of(heading) is field


@pytest.mark.parametrize(
    ("cell", "organisation", "role"),
    [
        ("Gemeente Assen / beleidsadviseur", "Gemeente Assen", "beleidsadviseur"),
        ("Vaart Welzijn - sociaal werker", "Vaart Welzijn", "sociaal werker"),
        ("Hanzehogeschool Groningen, lector", "Hanzehogeschool Groningen", "lector"),
        ("Directeur | Bakkerij Smit", "Bakkerij Smit", "Directeur"),
        ("directeur bij de Woonstichting", "Woonstichting", "directeur"),
        ("voorzitter Wijkraad Pittelo", "Wijkraad Pittelo", "voorzitter"),
        ("docent/onderzoeker - RUG", "RUG", "docent/onderzoeker"),
        ("Bakkerij Smit & Zn", "Bakkerij Smit & Zn", ""),
        ("Gemeente Assen / GGD Drenthe", "Gemeente Assen / GGD Drenthe", ""),
        ("bewoner", "", "bewoner"),
        ("docent/onderzoeker", "", "docent/onderzoeker"),
        ("Hub Noord / verbinding", "Hub Noord", "verbinding"),
    ],
)
def test_organisation_and_role_are_told_apart(cell: str, organisation: str, role: str) -> None:
    assert affiliation("Organisatie / functie", cell) == (organisation, role)


def test_where_words_do_not_tell_the_heading_says_what_stands_first() -> None:
    assert affiliation("Functie / organisatie", "verbinding, Hub Noord") == (
        "Hub Noord",
        "verbinding",
    )


def test_what_a_column_of_its_own_says_otherwise_is_kept() -> None:
    found = candidates("Naam;Organisatie;Functie/organisatie\nAnna Bos;RUG;docent bij UMCG\n")[0]

    assert (found.organisation, found.role, found.note) == ("RUG", "docent", "UMCG")


def test_a_cross_below_a_helix_is_the_helix() -> None:
    found = candidates(
        "Naam;Organisatie;Overheid;Onderzoek;Bedrijf;Bewoner\n"
        "Anna Bos;Gemeente Assen;x;;;\nBert Smit;RUG;0;1;nee;-\n"
        "Eva Kok;Hub;ja;;✓;\nFien Pot;;;;;\nGerda Vos;;;;;X\n"
    )

    assert [one.helix for one in found] == [
        Helix.GOVERNMENT,
        Helix.RESEARCH,
        Helix.GOVERNMENT,
        None,
        Helix.END_USERS,
    ]
    assert found[2].second_helix is Helix.BUSINESS
    assert [one.organisation for one in found] == ["Gemeente Assen", "RUG", "Hub", "", ""]
    assert not any(one.messages for one in found)


def test_names_below_a_helix_are_no_crosses() -> None:
    table = read(b"Naam;Bedrijf;Overheid\nAnna Bos;Bakkerij Smit;x\n", "lijst.csv")

    assert mapping_of(table)["Bedrijf"] is Field.ORGANISATION


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Affiliation", Field.ORGANISATION),
        ("Secondary Email", Field.EMAIL),
        ("Tel. vast", Field.PHONE),
        ("Work ZipCode", Field.POSTCODE),
        ("Bijzonderheden", Field.NOTE),
        ("AVG akkoord d.d.", Field.CONSENT_DATE),
    ],
)
def test_headings_of_programs_and_offices_are_known(heading: str, field: Field) -> None:
    assert field_of(heading) is field


def test_a_text_that_is_longer_than_any_role_is_not_taken_apart() -> None:
    text = f"Hub{' ' * 5_000}bij RUG"

    assert affiliation("Organisatie / functie", text) == ("Hub bij RUG", "")
