"""Names as lists of meetings, offices and address books write them, with what stands around."""

import pytest

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.column_guess import mapping_of
from crm.contacts.rules.reading import read
from crm.contacts.rules.row_messages import Problem
from crm.contacts.rules.rows import read_row, read_rows
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.values.names import full_name


def candidates(text: str) -> list[Candidate]:
    table = read(text.encode(), "lijst.csv")
    return list(read_rows(table, mapping_of(table)))


def named(text: str) -> Candidate:
    return read_row(1, [text, "x"], [Field.FULL_NAME, None])


def problems(found: Candidate) -> list[Problem]:
    return [one.problem for one in found.messages]


@pytest.mark.parametrize(
    ("typed", "name", "note"),
    [
        ("J v d Berg", "J. v d Berg", ""),
        ("A Bos", "A. Bos", ""),
        ("Ir J Bos", "J. Bos", "Ir"),
        ("Jhr. mr. A. van Lennep", "A. van Lennep", "Jhr. mr."),
        ("Piet Jansen jr.", "Piet Jansen jr.", ""),
        ("John Smith III", "John Smith III", ""),
        ("Petra Jansen (she/her)", "Petra Jansen", "she/her"),
        ("😀 Petra Jansen 🌻", "Petra Jansen", ""),
        ("Youssef El Idrissi", "Youssef el Idrissi", ""),
        ("Sjoerd fan der Wal", "Sjoerd fan der Wal", ""),
        ("A. de Vries geb. Smit", "A. de Vries", "geb. Smit"),
        ("A. de Vries e/v Jansen", "A. de Vries", "e/v Jansen"),
        ("Anna Bos*", "Anna Bos", ""),
        ("1. Anna Bos", "Anna Bos", ""),
        ("- Anna Bos", "Anna Bos", ""),
        ("• Anna Bos", "Anna Bos", ""),
        ("Anna Bos [RUG]", "Anna Bos", "RUG"),
        ("Anna Bos @ RUG", "Anna Bos", "RUG"),
        ("Anna Bos; RUG", "Anna Bos", "RUG"),
        ("Anna Bos – RUG", "Anna Bos", "RUG"),
        ('"Anna Bos"', "Anna Bos", ""),
        ("Bos; Anna", "Anna Bos", ""),
        ("Meer, mevr. dr. A.B. van der", "A.B. van der Meer", "dr."),
        ("K.v.d. Berg", "K. v.d. Berg", ""),
        ("Pieter v.d.Berg", "Pieter v.d. Berg", ""),
        ("mr Jan Bos", "Jan Bos", "mr"),
        ("(Anna Bos)", "Anna Bos", ""),
        ("Anna Bos?", "Anna Bos", ""),
        ("İBRAHİM ÇELİK", "İbrahim Çelik", ""),
        ("Piet (Piet de Boer)", "Piet de Boer", ""),
        ("Frau Dr. Ute von der Heide", "Ute von der Heide", "Dr."),
        ("Wethouder mevr. K. Dekker", "K. Dekker", ""),
    ],
)
def test_a_name_without_what_stands_around_it(typed: str, name: str, note: str) -> None:
    found = named(typed)

    assert (full_name(found.name), found.note, found.messages) == (name, note, ())


def test_junior_belongs_to_the_surname_and_a_senior_is_called_so() -> None:
    assert named("Piet Jansen jr.").name.surname == "Jansen jr."
    assert named("Piet Senior").name.surname == "Senior"


@pytest.mark.parametrize(
    "typed", ["Anna Bos, 06-12345678", "Anna Bos 06-12345678", "Anna Bos (tel. 06 1234 5678)"]
)
def test_a_telephone_number_behind_a_name_is_one(typed: str) -> None:
    found = named(typed)

    assert (found.name.first_name, found.name.surname) == ("Anna", "Bos")
    assert [one.number for one in found.phones] == ["+31612345678"]


def test_an_address_behind_a_name_is_one() -> None:
    found = named("Anna Bos anna@kring.example")

    assert (found.name.surname, found.emails) == ("Bos", ("anna@kring.example",))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("iPad van Dora", "Dora"),
        ("iPhone 12 van Piet de Boer", "Piet de Boer"),
        ("Dora's iPad", "Dora"),
        ("Piet\u2019s iPhone", "Piet"),
        ("iPad (Anna Bos)", "Anna Bos"),
    ],
)
def test_of_a_device_its_owner_is_taken_and_that_is_said(typed: str, name: str) -> None:
    found = named(typed)

    assert (full_name(found.name), problems(found)) == (name, [Problem.OWNER_OF_DEVICE])


@pytest.mark.parametrize(
    "typed", ["Galaxy S21", "iPad", "iPad (2)", "DESKTOP-4AB1", "Samsung SM-G991B", "Huawei P30"]
)
def test_a_device_is_nobody(typed: str) -> None:
    assert problems(named(typed)) == [Problem.DEVICE]


@pytest.mark.parametrize("typed", ["Pixel Jansen", "Samsung", "Anna van Galaxy", "Max Phone"])
def test_what_only_resembles_a_device_is_a_name(typed: str) -> None:
    assert problems(named(typed)) == []


@pytest.mark.parametrize("typed", ["Bewoner 1", "Vergaderzaal 2.14"])
def test_a_number_in_a_name_is_said(typed: str) -> None:
    assert problems(named(typed)) == [Problem.NUMBER_IN_NAME]


def test_a_telephone_number_as_a_name_is_a_number_and_no_formula() -> None:
    assert problems(named("+31 6 12345678")) == [Problem.NAME_IS_NUMBER]
    assert problems(named("+31 6")) == [Problem.FORMULA]


@pytest.mark.parametrize(
    "typed", ["Anna Bos c.s.", "Anna Bos +1", "Jan Bos / Piet Smit", "A. Bos / P. Smit"]
)
def test_who_comes_with_another_is_said(typed: str) -> None:
    assert problems(named(typed)) == [Problem.TWO_PEOPLE]
    assert problems(named("Jan Bos / Gemeente Assen")) == []


@pytest.mark.parametrize(
    "typed", ["Stichting Wijkbelang", "Gemeente Assen", "Bakkerij Smit B.V.", "Dorpshuis De Brink"]
)
def test_an_organisation_among_names_is_one(typed: str) -> None:
    found = named(typed)

    assert (found.is_person, found.organisation, found.messages) == (False, typed, ())


def test_somebody_of_an_organisation_stays_somebody() -> None:
    assert named("Stichting Wijkbelang, Anna Bos").is_person
    assert named("Gemeente Assen t.a.v. Anna Bos").is_person
    found = candidates("Naam;Organisatie\nGemeente Assen;RUG\n")[0]
    assert (found.is_person, found.organisation) == (True, "RUG")


def test_remarks_and_pictures_in_columns_of_their_own_are_no_part_of_a_name() -> None:
    found = candidates(
        "Voornaam;Achternaam\nPetra (she/her);Jansen 🌻\nJan;Bos (RUG)\nJan;Vries (de)\n"
    )

    assert [(full_name(one.name), one.note) for one in found] == [
        ("Petra Jansen", "she/her"),
        ("Jan Bos", "RUG"),
        ("Jan de Vries", ""),
    ]


def test_nobody_and_nothing_in_columns_of_their_own() -> None:
    found = candidates(
        "First Name;Last Name;Job Title;Phone\nInfo Requested;Info Requested;Info Requested;\n"
        "Anna;Bos;n.v.t.;Info Requested\nKees;Onbekend;-;\n"
    )

    assert problems(found[0]) == [Problem.NO_NAME]
    assert [(full_name(one.name), one.role, one.messages) for one in found[1:]] == [
        ("Anna Bos", "", ()),
        ("Kees", "", ()),
    ]


def test_a_form_of_address_is_no_prefix() -> None:
    found = candidates("First Name;Prefix;Last Name\nSean;Mr;O'Brien\nAnna;van;Dam\n")

    assert [full_name(one.name) for one in found] == ["Sean O'Brien", "Anna van Dam"]


def test_names_below_a_heading_that_begins_with_the_surname_begin_with_it() -> None:
    text = "Bos Anna\nde Vries Jan\nvan den Berg-Smit Els\nJan de Wit\nVos, Eva\n"

    assert [full_name(one.name) for one in candidates(f"Achternaam en voornaam\tMail\n{text}")] == [
        "Anna Bos",
        "Jan de Vries",
        "Els van den Berg-Smit",
        "Jan de Wit",
        "Eva Vos",
    ]


def test_an_article_and_a_word_in_both_columns_are_no_person() -> None:
    found = candidates("Naam;Organisatie\nDe Schakel;De Schakel\nJan Bos;Jan Bos\n")

    assert [one.is_person for one in found] == [False, True]


@pytest.mark.parametrize("typed", ["bewoner", "Particulier", "zzp'er", "op persoonlijke titel"])
def test_who_speaks_for_nobody_has_a_role_and_no_organisation(typed: str) -> None:
    found = candidates(f"Naam;Organisatie\nAnna Bos;{typed}\n;{typed}\n")

    assert (found[0].organisation, found[0].role) == ("", typed)
    assert found[1].organisation == typed


def test_words_for_nothing_are_nothing_in_addresses_too() -> None:
    found = candidates(
        "Naam;Adres;Postcode;Plaats;Website\nAnna Bos;-;onbekend;n.v.t.;geen\n"
        "Eva Vos;Brink 1;NL-9401 AB;Assen;-\nnog in te vullen;;;;\n(afgemeld);;;;\n"
    )

    assert [(one.street, one.postcode, one.town, one.website) for one in found[:2]] == [
        ("", "", "", ""),
        ("Brink 1", "9401 AB", "Assen", ""),
    ]
    assert [problems(one) for one in found] == [[], [], [Problem.NO_NAME], [Problem.SECTION]]
