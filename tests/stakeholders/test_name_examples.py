"""The 39 official examples for names without a title (Haal Centraal BRP bevragen, EUPL-1.2)."""

import csv
from collections.abc import Iterator
from dataclasses import replace

from crm.stakeholders.values.names import (
    FormOfAddress,
    NameParts,
    NameUse,
    formal_name,
    in_running_text,
    initials_of,
    salutation,
)
from crm.stakeholders.values.names.spelling import split
from tests.shared_data import needs_shared_data, shared

USES = {
    "Eigen": NameUse.OWN,
    "E": NameUse.OWN,
    "Partner": NameUse.PARTNER,
    "P": NameUse.PARTNER,
    "Partner na eigen": NameUse.OWN_THEN_PARTNER,
    "N": NameUse.OWN_THEN_PARTNER,
    "Partner voor eigen": NameUse.PARTNER_THEN_OWN,
    "V": NameUse.PARTNER_THEN_OWN,
}
FORMS = {
    "man": FormOfAddress.SIR,
    "vrouw": FormOfAddress.MADAM,
    "onbekend": FormOfAddress.NEUTRAL,
}


def rows(name: str) -> Iterator[dict[str, str]]:
    path = shared(f"naamregels/haalcentraal_{name}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        next(file)
        yield from csv.DictReader(file)


def from_written(row: dict[str, str]) -> NameParts:
    """Return the parts of a row that gives the whole name as it stands above a letter."""
    initials, _, surnames = row["aanschrijfwijze"].partition(" ")
    use = USES[row["aanduidingNaamgebruik"]]
    own, *others = [split(surname) for surname in surnames.split("-")]
    partner = others[0] if others else own
    if use is NameUse.PARTNER_THEN_OWN:
        own, partner = partner, own
    form = FORMS[row["geslachtsaanduiding"].lower()]
    return NameParts(initials, "", *own, *partner, use, form)


def from_columns(row: dict[str, str], written: str) -> NameParts:
    """Return the parts of a row with a column a part; initials only stand in the expected text."""
    use = USES[row["aanduidingAanschrijving"]]
    form = FORMS[row["geslachtsaanduiding"]]
    initials = next((word for word in written.split() if word.endswith(".")), "")
    return NameParts(initials, "", row["VV"], row["GN"], row["VP"], row["GP"], use, form)


@needs_shared_data
def test_salutations_of_names_as_written_above_a_letter() -> None:
    found = list(rows("aanhef_02"))

    for row in found:
        parts = from_written(row)
        assert formal_name(parts) == row["aanschrijfwijze"], row
        assert salutation(parts) == row["aanhef"], row
    assert len(found) == 10


@needs_shared_data
def test_salutations_keep_a_registered_capital() -> None:
    found = list(rows("aanhef_03"))

    for row in found:
        parts = from_columns(row, row["aanhef"])
        if row["aanhef"] == "Geachte M.L. van Velzen-In het Veld":
            # The source says "partner voor eigen" here and writes the own name first; in the row
            # before it, with the same parts, the partner's comes first. The text is right for
            # "partner na eigen".
            parts = replace(parts, name_use=NameUse.OWN_THEN_PARTNER)
        assert salutation(parts) == row["aanhef"], row
    assert len(found) == 5


@needs_shared_data
def test_names_above_a_letter_with_prefix() -> None:
    found = list(rows("aanschrijfwijze_03"))

    for row in found:
        parts = NameParts(
            initials_of(row["voornamen"]),
            row["voornamen"],
            row["voorvoegsel"],
            row["geslachtsnaam"],
            row["voorvoegsel partner"],
            row["geslachtsnaam partner"],
            USES[row["aanduidingAanschrijving"]],
        )
        assert formal_name(parts) == row["aanschrijfwijze"], row
    assert len(found) == 4


@needs_shared_data
def test_names_above_a_letter_without_prefix() -> None:
    # The table has no column for the partner's name; it is implied by the expected text. So in row
    # P the own name is Groenink and the partner's Groenen, in V Groenlo and Groenen.
    partners = {"E": "", "N": "Groenink", "P": "Groenen", "V": "Groenen"}
    found = list(rows("aanschrijfwijze_04"))

    for row in found:
        use = row["aanduidingAanschrijving"]
        parts = NameParts(
            first_name=row["voornamen"],
            surname=row["geslachtsnaam"],
            partner_surname=partners[use],
            name_use=USES[use],
        )
        assert formal_name(parts) == row["aanschrijfwijze"], row
    assert len(found) == 4


@needs_shared_data
def test_names_in_a_sentence_as_written_above_a_letter() -> None:
    found = list(rows("gebruik_in_lopende_tekst_02"))

    for row in found:
        parts = from_written(row)
        assert formal_name(parts) == row["aanschrijfwijze"], row
        assert in_running_text(parts) == row["gebruikInLopendeTekst"], row
    assert len(found) == 10


@needs_shared_data
def test_names_in_a_sentence_keep_a_registered_capital() -> None:
    found = list(rows("gebruik_in_lopende_tekst_03"))

    for row in found:
        parts = from_columns(row, row["gebruikInLopendeTekst"])
        assert in_running_text(parts) == row["gebruikInLopendeTekst"], row
    assert len(found) == 6
