"""What lists of offices, event sites and address books do that no form would: as people make it."""

import pytest

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.column_guess import mapping_of
from crm.contacts.rules.reading import read
from crm.contacts.rules.row_messages import Problem
from crm.contacts.rules.rows import read_rows
from crm.intake.reading.tables import Table
from crm.stakeholders.models import Helix
from crm.stakeholders.values import phones
from crm.stakeholders.values.names import full_name
from tests.contacts.files import workbook


def table_of(text: str) -> Table:
    return read(text.encode(), "lijst.csv")


def candidates(text: str) -> list[Candidate]:
    table = table_of(text)
    return list(read_rows(table, mapping_of(table)))


def named(text: str) -> Candidate:
    return candidates(f"Naam\tE-mail\n{text}\ta@x.example\n")[0]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("Naam;Contact;\n;E-mail;Telefoon\nA B;a@x.nl;06\n", ("Naam", "E-mail", "Telefoon")),
        ("Voor-;Achter-\nnaam;naam\nAnna;Bos\n", ("Voornaam", "Achternaam")),
        ("Naam;Telefoon\n;nummer\nA B;06\n", ("Naam", "Telefoon")),
        ("Naam;E-mail\nAnna Bos;\nBert Vos;b@x.nl\n", ("Naam", "E-mail")),
    ],
)
def test_headings_over_two_lines_are_one(text: str, headings: tuple[str, ...]) -> None:
    assert table_of(text).headings == headings


def test_a_second_line_of_headings_is_no_row() -> None:
    table = table_of("Naam;Contact;\n;E-mail;Telefoon\nAnna Bos;a@x.nl;0612345678\n")

    assert (table.rows, table.numbers) == ((("Anna Bos", "a@x.nl", "0612345678"),), (3,))


def test_a_word_that_is_broken_off_in_a_cell_is_whole() -> None:
    content = workbook([["Achter-\nnaam", "E-\nmail", "Noord-\nOost"], ["Bos", "a@x.nl", "x"]])

    assert read(content, "lijst.xlsx").headings == ("Achternaam", "Email", "Noord- Oost")


def test_places_where_nobody_signed_are_no_rows() -> None:
    table = table_of("Nr.;Naam;E-mail\n1;Anna Bos;a@x.nl\n2;;\n3.\n4;Bert Vos;\n")

    assert table.numbers == (2, 5)


def test_a_line_of_small_numbers_counts_columns() -> None:
    found = candidates("Naam;Organisatie;Aanwezig;Afgemeld\nAnna Bos;RUG;x;\n;;12;3\n")

    assert [one.problem for one in found[1].messages] == [Problem.TOTAL]


@pytest.mark.parametrize(
    ("text", "name", "organisation", "role"),
    [
        ("Jansen-van der Meer, mevr. A.", "A. Jansen-van der Meer", "", ""),
        ("Berg, Jan van der (Gemeente Assen)", "Jan van der Berg", "Gemeente Assen", ""),
        ("Anna Bos, adviseur", "Anna Bos", "", "adviseur"),
        ("Chris Vos - bewoner", "Chris Vos", "", "bewoner"),
        ("Anna de Wit - van der Veen", "Anna de Wit-van der Veen", "", ""),
        ("Anna Wit - Smit", "Anna Wit-Smit", "", ""),
        ("Anna Bos, Gemeente Assen, adviseur", "Anna Bos", "Gemeente Assen", "adviseur"),
        ("Wethouder Karin Dekker", "Karin Dekker", "", "Wethouder"),
    ],
)
def test_what_stands_around_a_name(text: str, name: str, organisation: str, role: str) -> None:
    found = named(text)

    assert (full_name(found.name), found.organisation, found.role, found.note) == (
        name,
        organisation,
        role,
        "",
    )


def test_first_names_between_brackets_and_what_is_no_name() -> None:
    assert named("J.W. (Jan Willem) Bos").name.first_name == "Jan Willem"
    assert (named("Anna Bos | RUG").name.surname, named("Anna Bos | RUG").note) == ("Bos", "RUG")
    stands_in = named("Anna Bos i.p.v. Bert Mulder")
    assert (full_name(stands_in.name), stands_in.note) == ("Anna Bos", "i.p.v. Bert Mulder")


def test_what_the_list_says_already_is_said_once() -> None:
    text = "Naam;Organisatie;Functie\nBos, Anna (Gemeente Assen);gemeente assen;\n"
    other = "Naam;Organisatie\nBos, Anna (Gemeente Assen);RUG\n"

    assert (candidates(text)[0].organisation, candidates(text)[0].note) == ("gemeente assen", "")
    assert (candidates(other)[0].organisation, candidates(other)[0].note) == (
        "RUG",
        "Gemeente Assen",
    )


@pytest.mark.parametrize("nobody", ["n.n.", "N.N.", "vacature", "nog te bepalen", "TBD"])
def test_a_name_that_is_not_known_yet_is_nobody(nobody: str) -> None:
    found = candidates(f"Naam;Organisatie\n{nobody};RUG\n{nobody};\nAnna Bos;{nobody}\n")

    assert [(one.is_person, one.organisation) for one in found] == [
        (False, "RUG"),
        (False, ""),
        (True, ""),
    ]
    assert [one.problem for one in found[1].messages] == [Problem.NO_NAME]


@pytest.mark.parametrize(
    "text",
    [
        "T 0592-123456 M 06-12345678",
        "0592-123456/06-12345678",
        "0592 123456 06-12345678",
        "tel.: 0592 123456, mob. +31 6 12345678",
    ],
)
def test_two_numbers_in_a_cell_are_both_kept(text: str) -> None:
    found = candidates(f"Naam;Telefoon\nAnna Bos;{text}\n")[0]

    assert [one.number for one in found.phones] == ["+31592123456", "+31612345678"]


@pytest.mark.parametrize(
    ("address", "number", "read_as"),
    [
        ("els@gent.be", "0475 12 34 56", "+32475123456"),
        ("ute@flensburg.de", "0461 85-0", "+49461850"),
        ("jan@roermond.nl", "0475 123456", "+31475123456"),
        ("els@gent.be", "06 12345678", "+31612345678"),
        ("els@gent.be", "+31 475 123456", "+31475123456"),
        ("els@gent.be; els@x.nl", "0475 123456", "+31475123456"),
    ],
)
def test_a_number_is_of_the_country_of_the_address(address: str, number: str, read_as: str) -> None:
    found = candidates(f"Naam\tE-mail\tGSM\nEls Bos\t{address}\t{number}\n")[0]

    assert [one.number for one in found.phones] == [read_as]


def test_domains_of_several_countries_say_nothing() -> None:
    assert phones.region_of({"be", "nl"}) == phones.region_of({"com"}) == "NL"
    assert phones.region_of({"uk"}) == "GB"


def test_organisations_of_a_mixed_list_are_no_people() -> None:
    found = candidates(
        "Contact Type,Display Name,Current Employer,Email\n"
        "Individual,Jan van der Berg,Gemeente Assen,jan@x.example\n"
        "Organization,Bakkerij Smit,,info@smit.example\n"
    )

    assert [(one.is_person, one.organisation) for one in found] == [
        (True, "Gemeente Assen"),
        (False, "Bakkerij Smit"),
    ]


def test_a_line_with_a_helix_is_the_title_of_those_below_it() -> None:
    found = candidates(
        "Naam;Organisatie;E-mail\nAnna Bos;Gemeente Assen;a@x.example\nOnderzoek;;\n"
        "Bert Vos;RUG;b@x.example\nBewoners;;\nDora Smit;;d@x.example\nKees Burger;;\n"
    )

    assert [one.helix for one in found if not one.is_rejected] == [
        None,
        Helix.RESEARCH,
        Helix.END_USERS,
        Helix.END_USERS,
    ]
    assert [one.problem for one in found[1].messages] == [Problem.SECTION]


def test_an_address_with_the_town_before_the_postcode_is_parted() -> None:
    found = candidates("Naam;Adres\nAnna Bos;Dorpsstraat 1  Assen  9401AB NL\n")[0]

    assert (found.street, found.postcode, found.town) == ("Dorpsstraat 1", "9401 AB", "Assen")


def test_a_name_before_an_address_is_read_beside_an_organisation_too() -> None:
    found = candidates("Organisatie,E-mail\nRUG,Anna Bos <anna@x.example>\n")[0]

    assert (found.name.surname, found.organisation) == ("Bos", "RUG")
    assert found.emails == ("anna@x.example",)
