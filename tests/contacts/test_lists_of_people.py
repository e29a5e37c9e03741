"""Lists as people and programs make them: every oddity here stood in a real one."""

import pytest

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.column_guess import mapping_of
from crm.contacts.rules.headings import field_of
from crm.contacts.rules.reading import read
from crm.contacts.rules.row_messages import Problem
from crm.contacts.rules.rows import read_row, read_rows
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.values import names
from crm.stakeholders.values.names import FormOfAddress
from tests.contacts.files import workbook


def people(text: str, encoding: str = "utf-8") -> list[Candidate]:
    table = read(text.encode(encoding), "lijst.csv")
    return list(read_rows(table, mapping_of(table)))


def called(text: str) -> list[str]:
    return [names.full_name(one.name) for one in people(text)]


def named(text: str) -> Candidate:
    return read_row(1, [text, "x"], [Field.FULL_NAME, None])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Mevr. A.B. van den Berg", "A.B. van den Berg"),
        ("Vries, dhr. J. de", "J. de Vries"),
        ("DE HEER P. BAKKER", "P. Bakker"),
        ("Vries de, Jan", "Jan de Vries"),
        ("Vries, J. de (Jan)", "Jan de Vries"),
        ("Bakker, P. (Piet) - Gemeente Assen", "Piet Bakker"),
        ("Piet Bakker (Guest)", "Piet Bakker"),
        ("A. Vries de", "A. de Vries"),
        ("Jan Vries (de)", "Jan de Vries"),
        ("mw. drs. A.B. van der Meer-de Boer", "A.B. van der Meer-de Boer"),
        ("Prof.dr. A. Smit", "A. Smit"),
        ("Jan de Vries MBA", "Jan de Vries"),
        ("mw.A.Bos", "A. Bos"),
        ("T.a.v. dhr. A. Bos", "A. Bos"),
        ("Jan Bos, wethouder", "Jan Bos"),
        ("Jan Bos / Gemeente Assen", "Jan Bos"),
        ("Jan Bos / Actium", "Jan Bos"),
        ("Wethouder J. Bos", "J. Bos"),
        ("García López, Ana María", "Ana María García López"),
        ("Mevrouw", "Mevrouw"),
    ],
)
def test_a_whole_name_is_what_is_left_without_titles_and_brackets(typed: str, name: str) -> None:
    assert names.full_name(named(typed).name) == name


def test_what_stands_around_a_name_is_not_lost() -> None:
    assert named("Mw. A. Ans").name.form_of_address is FormOfAddress.MADAM
    assert named("Anna Ans (Gemeente Assen)").organisation == "Gemeente Assen"
    assert named("Bakker, P. (Piet) - Gemeente Assen").organisation == "Gemeente Assen"
    assert named("mr. A. Kok MSc").note == "mr.; MSc"
    assert named("Jan Bos, wethouder").role == "wethouder"
    assert named("Mr. A. Kok").name.form_of_address is FormOfAddress.SIR
    assert named("Dhr. Jansen").name.surname == "Jansen"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("2024-05-01", Problem.NAME_IS_NUMBER),
        ("1-mei", Problem.NAME_IS_NUMBER),
        ("Jan en Marie de Vries", Problem.TWO_PEOPLE),
        ("Dhr. en mevr. Jansen", Problem.TWO_PEOPLE),
        ("Fam. Jansen", Problem.TWO_PEOPLE),
    ],
)
def test_what_is_no_name_of_one_person_is_said(typed: str, problem: Problem) -> None:
    assert [one.problem for one in named(typed).messages] == [problem]


@pytest.mark.parametrize(
    "typed",
    ["Bron: gemeente, 2024", "* onder voorbehoud", "x = reserve", "Bijgewerkt op 1-1-2024 door AB"],
)
def test_a_remark_below_a_list_is_nobody(typed: str) -> None:
    found = read_row(9, [typed, ""], [Field.FULL_NAME, Field.ORGANISATION])

    assert [one.problem for one in found.messages] == [Problem.REMARK]


@pytest.mark.parametrize(
    "typed",
    [
        "mailto:a@kring.example", "<mailto:a@kring.example>", "a@kring.example.",
        "a @kring.example", "Ans <a@kring.example>", "geen / a@kring.example",
        "a@kring.example (werk)", "E-mail: a@kring.example",
    ],
)  # fmt: skip
def test_an_address_is_found_in_what_stands_around_it(typed: str) -> None:
    found = read_row(1, ["Ans", typed], [Field.FULL_NAME, Field.EMAIL])

    assert (found.emails, found.messages) == (("a@kring.example",), ())


@pytest.mark.parametrize("between", [", ", " / ", " of ", " en ", " ", " | ", ";\n"])
def test_several_addresses_in_one_cell_are_several(between: str) -> None:
    typed = f"a@kring.example{between}b@kring.example"

    found = read_row(1, ["Ans", typed], [Field.FULL_NAME, Field.EMAIL])

    assert found.emails == ("a@kring.example", "b@kring.example")


@pytest.mark.parametrize("typed", ["geen", "n.v.t.", "onbekend", "-", "GEEN E-MAIL"])
def test_a_word_for_nothing_costs_nobody_their_row(typed: str) -> None:
    found = read_row(1, ["Ans", typed, typed], [Field.FULL_NAME, Field.EMAIL, Field.PHONE])

    assert (found.emails, found.phones, found.messages) == ((), (), ())


def test_two_telephones_in_one_cell_are_two() -> None:
    found = read_row(1, ["Ans", "06-1234 5678 / 0592-123456"], [Field.FULL_NAME, Field.PHONE])

    assert [one.number for one in found.phones] == ["+31612345678", "+31592123456"]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Achternaam, Voornaam", Field.FULL_NAME),
        ("Bedrijf / organisatie", Field.ORGANISATION),
        ("Naam (verplicht)", Field.FULL_NAME),
        ("Wat is je e-mailadres?", Field.EMAIL),
        ("Namens welke organisatie kom je?", Field.ORGANISATION),
        ("Phone : mobile", Field.PHONE),
        ("E-mail / telefoon", Field.EMAIL),
        ("Mogen we je mailen?", None),
        ("Postcode/plaats", Field.POSTCODE),
        ("PC + Woonplaats", Field.POSTCODE),
        ("Achternaam, tussenv.", Field.SURNAME),
        ("Wat is uw naam? [Voornaam]", Field.FIRST_NAME),
        ("Opm.", Field.NOTE),
        ("ADI SOYADI", Field.FULL_NAME),
        ("E-POSTA ADRESİ", Field.EMAIL),
        ("Kuruluş", Field.ORGANISATION),
        ("Apellidos", Field.SURNAME),
        ("Cognome", Field.SURNAME),
        ("Imię i nazwisko", Field.FULL_NAME),
        ("Sähköposti", Field.EMAIL),
        ("Företag", Field.ORGANISATION),
        ("Etternavn", Field.SURNAME),
    ],
)
def test_headings_of_forms_and_telephones_are_known(heading: str, field: Field | None) -> None:
    assert field_of(heading) is field


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Naam;Plaats\rJosé Müller;Zürich\r", "mac-roman"),
        ("Naam;Plaats\r\nJosé Müller;Zürich\r\n", "cp850"),
        ("Naam;Plaats\r\nJosé Müller;Zürich\r\n", "cp1252"),
        ("Naam;Plaats\r\nGülşen Yılmaz;İzmir\r\n", "cp1254"),
        ("Naam;Plaats\r\nMałgorzata Wójcik;Urząd Gdańsk\r\n", "cp1250"),
        ("Naam;Plaats\r\nÞórður Guðmundsson;Ísafjörður\r\n", "cp1252"),
    ],
)
def test_letters_say_in_which_encoding_they_are(text: str, encoding: str) -> None:
    table = read(text.encode(encoding), "lijst.csv")

    assert table.encoding == encoding
    assert " ".join(table.rows[0]) in text.replace(";", " ")


def test_every_line_between_quotation_marks_is_still_a_list() -> None:
    text = '"Naam,Organisatie"\n"Ans Proef,""Gemeente, Assen"""\n'

    assert [one.organisation for one in people(text)] == ["Gemeente, Assen"]


def test_the_report_of_a_meeting_gives_its_people_once() -> None:
    head = "1. Samenvatting\nTitel van vergadering\tOntwerpsessie\n\n2. Deelnemers\n"
    first = "Naam\tEerste deelname\tLaatst verlaten\tDuur\tE-mail\tRol\n"
    row = "Ans Proef (gast)\t12-3-2024\t12-3-2024\t1u\tans@kring.example\tOrganisator\n"
    second = "\n3. Activiteiten\nNaam\tTijdstip\tVerlaten\tDuur\tE-mail\tRol\n"

    (found,) = people(head + first + row + second + row, "utf-16")

    assert (names.full_name(found.name), found.role) == ("Ans Proef", "")


def test_headings_that_are_printed_again_are_nobody() -> None:
    text = "Naam;E-mail\nAns Proef;\nTweede dag\nNaam;E-mail\nBen Proef;\n"

    assert called(text) == ["Ans Proef", "Ben Proef"]


def test_a_form_puts_empty_columns_before_its_answers() -> None:
    text = "ID;E-mail;Naam;Wat is je naam?;Wat is je e-mailadres?\n"
    (found,) = people(f"{text}1;anonymous;;Ans Proef;ans@kring.example\n")

    assert (names.full_name(found.name), found.emails) == ("Ans Proef", ("ans@kring.example",))


def test_the_sheet_with_the_list_is_read() -> None:
    book = workbook([["Deze lijst is van ons."]], [["Naam", "E-mail"], ["Ans Proef", ""]])

    assert read(book, "lijst.xlsx").rows == (("Ans Proef", ""),)


def columns(text: str) -> dict[str, Field | None]:
    return mapping_of(read(text.encode(), "lijst.csv"))


@pytest.mark.parametrize("heading", ["Soort", "Type deelnemer", "Doelgroep", "Categorie"])
def test_kinds_that_are_the_four_parties_are_the_helix(heading: str) -> None:
    kinds = f"Naam;{heading}\nA;overheid\nB;onderzoek\nC;Bedrijf\nD;bewoner\n"
    others = f"Naam;{heading}\nA;lid\nB;donateur\nC;bewoner\n"

    assert columns(kinds)[heading] is Field.HELIX
    assert columns(others)[heading] is not Field.HELIX


def test_titles_that_are_what_people_do_are_roles() -> None:
    assert columns("Naam;Titel\nA;Directeur\nB;Hoofd\n")["Titel"] is Field.ROLE
    assert columns("Naam;Titel\nA;Dhr.\nB;Mevr.\n")["Titel"] is Field.FORM_OF_ADDRESS


def test_crosses_below_a_kind_are_no_organisations() -> None:
    assert columns("Naam;Bedrijf;Aanwezig\nA;x;\nB;;x\n")["Bedrijf"] is None


def test_a_heading_says_first_name_only_beside_a_surname() -> None:
    assert columns("Nome;Email\nAnna Rossi;\n")["Nome"] is Field.FULL_NAME
    assert columns("Nome;Cognome\nAnna;Rossi\n")["Nome"] is Field.FIRST_NAME
    assert columns("Naam;Voorletters\nBos;A.\n")["Naam"] is Field.SURNAME


@pytest.mark.parametrize(
    "text",
    [
        "Deelnemers\nAns de Proef <ans@kring.example>\n",
        'E-mail\n"Proef, Ans de <ans@kring.example>"\n',
        "Naam;E-mail\n;Ans de Proef <ans@kring.example>\n",
    ],
)
def test_a_name_and_its_address_in_one_cell_are_both_read(text: str) -> None:
    (found,) = people(text)

    assert (names.full_name(found.name), found.emails) == ("Ans de Proef", ("ans@kring.example",))


@pytest.mark.parametrize(
    "text",
    [
        "Naam;Adres\nA;Dorpsstraat 1, 9401 AB Assen\n",
        "Naam;Adres;Postcode/plaats\nA;Dorpsstraat 1;9401ab Assen\n",
        "Naam;Straatnaam;Huisnr;Postcode;Plaats\nA;Dorpsstraat;1;9401AB;Assen\n",
    ],
)
def test_an_address_is_parted_however_it_stands(text: str) -> None:
    (found,) = people(text)

    assert (found.street, found.postcode, found.town) == ("Dorpsstraat 1", "9401 AB", "Assen")


def test_a_prefix_in_two_columns_and_a_degree_behind_a_surname_are_taken_once() -> None:
    (found,) = people("Voornaam;Tussenvoegsel;Achternaam\nAns;de;de Proef MSc\n")

    assert (names.full_name(found.name), found.note) == ("Ans de Proef", "MSc")


def test_what_was_encoded_twice_or_for_a_web_page_is_read_as_it_was_meant() -> None:
    (found,) = people("Naam,Organisatie\nZoë Proef,Bakker &amp; Zn\n".encode().decode("cp1252"))

    assert (names.full_name(found.name), found.organisation) == ("Zoë Proef", "Bakker & Zn")
