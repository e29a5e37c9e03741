"""Lists from address books: which they are, and what their columns hold."""

import pytest

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.headings import LAYOUTS, mapping_for, propose_mapping, recognised
from crm.contacts.rules.reading import read
from crm.contacts.rules.row_messages import Problem
from crm.contacts.rules.rows import read_rows
from crm.intake.reading import refusals
from crm.intake.reading.tables import Reading
from crm.stakeholders.rules.columns import Field
from tests.shared_data import needs_shared_data, shared


def candidates(name: str) -> list[Candidate]:
    table = read(shared(name).read_bytes(), name)
    return list(read_rows(table, mapping_for(table.headings)))


@needs_shared_data
def test_contacts_of_google_are_four_persons_and_one_address() -> None:
    found = candidates("contacts/google_2024_nl_bom.csv")

    assert [one.name.surname for one in found if not one.is_rejected] == [
        "Veen",
        "Brouwer-van den Berg",
        "Yıldız",
        "Åkesson",
        "",
    ]
    assert [m.problem for m in found[4].messages] == [Problem.ADDRESS_ALONE]
    assert found[0].name.prefix == "van der"
    assert found[0].tags == ("I2I", "Projectgroep")
    assert [one.number for one in found[0].phones] == ["+31612345678", "+31592000100"]
    assert found[1].emails == ("anne.brouwervandenberg@o07.example", "a.brouwer@o07.example")


@needs_shared_data
def test_contacts_of_outlook_are_two_persons_without_anything_to_say() -> None:
    found = candidates("contacts/outlook_en_cp1252.csv")

    assert [(one.name.prefix, one.name.surname) for one in found] == [
        ("van 't", "Hof"),
        ("d'", "Ancona"),
    ]
    assert not any(one.messages for one in found)


@needs_shared_data
@pytest.mark.parametrize(
    ("name", "layout"),
    [("google_2024", "google"), ("google_oud", "google_old"), ("outlook_en", "outlook")],
)
def test_headings_alone_are_refused_by_the_name_of_their_layout(name: str, layout: str) -> None:
    with pytest.raises(refusals.NoRows) as caught:
        read(shared(f"contacts/kop_{name}.csv").read_bytes(), "kop.csv")

    assert str(LAYOUTS[layout].label) in str(caught.value)


@pytest.mark.parametrize(
    ("headings", "layout", "expected"),
    [
        (
            (
                "Voornaam,Middelste naam,Achternaam,Achtervoegsel,Bedrijf,Functie,"
                '"Werkadres, straat","Huisadres, straat","Werkadres, postcode","Huisadres, plaats",'
                "Telefoon op werk,Fax op werk,Mobiele telefoon,E-mailadres,"
                '"E-mail, weergegeven naam"'
            ),
            "outlook",
            (
                "first_name prefix surname - organisation role street - postcode town phone - "
                "phone email -"
            ),
        ),
        (
            (
                "Anrede,Vorname,Weitere Vornamen,Nachname,Suffix,Firma,Abteilung,Position,"
                "Straße privat,Straße geschäftlich,Ort geschäftlich,Postleitzahl geschäftlich,"
                "Telefon geschäftlich,Mobiltelefon,E-Mail-Adresse,E-Mail 2: Adresse,Notizen"
            ),
            "outlook",
            (
                "form_of_address first_name prefix surname - organisation - role - street town "
                "postcode phone phone email email note"
            ),
        ),
        (
            (
                "Titre,Prénom,Deuxième prénom,Nom,Suffixe,Société,Service,Titre du poste,"
                "Rue (bureau),Ville (bureau),Code postal (bureau),Téléphone (bureau),Tél. mobile,"
                "Adresse de messagerie"
            ),
            "outlook",
            (
                "form_of_address first_name prefix surname - organisation - role street town "
                "postcode phone phone email"
            ),
        ),
        (
            "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
            "linkedin",
            "first_name surname - email organisation role -",
        ),
        (
            "Fornavn,Efternavn,Virksomhed,Stilling,Vej,Postnr.,By,Telefon (arbejde),E-mail",
            None,
            "first_name surname organisation role street postcode town phone email",
        ),
        ("Vorname,Name,PLZ,Ort", None, "first_name surname postcode town"),
        ("Naam,Straat,Huisnummer,Toevoeging", None, "full_name street street street"),
        ("Naam,Nummer,Telefoon (2)", None, "full_name - phone"),
    ],
)
def test_headings_of_others_are_known(headings: str, layout: str | None, expected: str) -> None:
    table = read(f"{headings}\n{'x,' * 20}".encode(), "lijst.csv", Reading(delimiter=","))
    fields = [Field(one) if one != "-" else None for one in expected.split()]

    assert recognised(table.headings) is (LAYOUTS[layout] if layout else None)
    assert list(mapping_for(table.headings).values()) == fields


def test_notes_above_the_headings_of_linkedin_are_passed_over() -> None:
    text = (
        'Notes:\n"When exporting your connection data, you may notice that some are missing."\n\n'
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Zoë,van den Berg,https://www.linkedin.com/in/x,,De Kolk,programmamaker,12 Mar 2021\n"
    )

    table = read(text.encode(), "Connections.csv")

    assert recognised(table.headings) is LAYOUTS["linkedin"]
    assert table.rows[0][:2] == ("Zoë", "van den Berg")


def test_the_number_of_a_house_comes_behind_its_street() -> None:
    table = read(b"Naam;Straat;Huisnummer\nJan Smit;Testweg;3-II\n", "lijst.csv")

    row = next(read_rows(table, propose_mapping(table.headings)))

    assert row.street == "Testweg 3-II"
