"""What a row says by where it stands in its list."""

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.column_guess import mapping_of
from crm.contacts.rules.reading import read
from crm.contacts.rules.row_messages import Problem
from crm.contacts.rules.rows import read_rows
from crm.stakeholders.models import Helix
from crm.stakeholders.values.names import full_name


def candidates(text: str) -> list[Candidate]:
    table = read(text.encode(), "lijst.csv")
    return list(read_rows(table, mapping_of(table)))


def problems(found: Candidate) -> list[Problem]:
    return [one.problem for one in found.messages]


def test_a_title_above_the_headings_is_the_helix_where_others_part_the_list() -> None:
    found = candidates(
        "Overheid;;\nNaam;Organisatie;E-mail\nAnna Bos;RUG;a@x.example\n"
        "Onderzoek;;\nNaam;Organisatie;E-mail\nBert Vos;RUG;b@x.example\n"
    )

    assert [(one.row, one.helix) for one in found if not one.is_rejected] == [
        (3, Helix.GOVERNMENT),
        (6, Helix.RESEARCH),
    ]
    assert [problems(one) for one in found if one.is_rejected] == [[Problem.SECTION]] * 2


def test_one_title_above_a_list_says_nothing_of_its_rows() -> None:
    found = candidates("Onderzoek;;\nNaam;Organisatie;E-mail\nAnna Bos;RUG;a@x.example\n")

    assert [one.helix for one in found] == [None]


def test_an_organisation_alone_on_its_line_is_that_of_those_below() -> None:
    found = candidates(
        "Naam;Functie;E-mail\nGemeente Assen;;\nAnna Bos;adviseur;\nBert Vos;;\n"
        "Stichting Wijk;;\nEva Smit;;e@x.example\nKees;;\nDora Kok;;d@x.example\n"
    )

    assert [(full_name(one.name), one.organisation) for one in found] == [
        ("", "Gemeente Assen"),
        ("Anna Bos", "Gemeente Assen"),
        ("Bert Vos", ""),
        ("", "Stichting Wijk"),
        ("Eva Smit", "Stichting Wijk"),
        ("Kees", ""),
        ("Dora Kok", ""),
    ]


def test_an_organisation_among_people_is_only_one_of_the_list() -> None:
    found = candidates("Naam;E-mail\nAnna Bos;a@x.example\nGemeente Assen;\nEva Smit;e@x.example\n")

    assert [one.organisation for one in found] == ["", "Gemeente Assen", ""]


def test_idem_says_what_stands_above() -> None:
    found = candidates(
        'Naam;Organisatie;Plaats\nAnna Bos;RUG;Assen\nBert Vos;idem;""""\nEva Smit;Idem;,,\n'
    )

    assert [(one.organisation, one.town) for one in found] == [("RUG", "Assen")] * 3


def test_a_second_name_in_a_row_is_said() -> None:
    found = candidates("Achternaam;Voornaam 1;Voornaam 2\nde Vries;Jan;Marie\nSmit;Piet;\n")

    assert [problems(one) for one in found] == [[Problem.TWO_PEOPLE], []]
    assert found[0].messages[0].raw == "Marie"


def test_headings_over_three_lines_are_one() -> None:
    text = (
        "Persoon;;Contact;;\nVoornaam;Achternaam;E-mail;Telefoon;\n;;;vast;mobiel\n"
        "Anna;Bos;a@x.example;0592-123456;06-12345678\n"
    )

    assert [one.number for one in candidates(text)[0].phones] == ["+31592123456", "+31612345678"]


def test_a_number_where_a_name_is_asked_counts_nothing() -> None:
    assert problems(candidates("Naam;Telefoon\n112;112\n")[0]) == [Problem.NAME_IS_NUMBER]
    assert problems(candidates("Naam;Aanwezig;Afgemeld\nAnna Bos;x;\n;12;3\n")[1]) == [
        Problem.TOTAL
    ]
