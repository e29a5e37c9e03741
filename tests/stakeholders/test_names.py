"""Names as they are written in a letter, a sentence, a list."""

import pytest

from crm.stakeholders.values.names import (
    FormOfAddress,
    NameParts,
    NameUse,
    formal_name,
    full_name,
    greeting,
    in_running_text,
    initials_of,
    list_name,
    salutation,
    sort_key,
)

JOLANDA = NameParts(
    initials="J.M.",
    first_name="Jolanda",
    prefix="van der",
    surname="Veen",
    form_of_address=FormOfAddress.MADAM,
)
LUUK = NameParts("L.", "Luuk", "in het", "Veld", form_of_address=FormOfAddress.SIR)
FLEUR = NameParts("F.", "Fleur", "d'", "Ancona", form_of_address=FormOfAddress.MADAM)
NOA = NameParts(initials="N.", first_name="Noa", surname="Lindeman")
KAI = NameParts(first_name="Kai")
NOBODY = NameParts()
INGRID = NameParts(
    "I.", "Ingrid", "van", "Velzen", "in het", "Veld", NameUse.OWN, FormOfAddress.MADAM
)


def using(parts: NameParts, use: NameUse) -> NameParts:
    return NameParts(
        parts.initials,
        parts.first_name,
        parts.prefix,
        parts.surname,
        parts.partner_prefix,
        parts.partner_surname,
        use,
        parts.form_of_address,
    )


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        (JOLANDA, "Jolanda van der Veen"),
        (FLEUR, "Fleur d'Ancona"),
        (KAI, "Kai"),
        (NameParts(prefix="van der", surname="Veen"), "Van der Veen"),
        (NameParts(initials="J.", prefix="van der", surname="Veen"), "J. van der Veen"),
        (NOBODY, ""),
    ],
)
def test_a_page_shows_what_is_known_of_a_name(parts: NameParts, written: str) -> None:
    assert full_name(parts) == written


@pytest.mark.parametrize(
    ("use", "written"),
    [
        (NameUse.OWN, "I. van Velzen"),
        (NameUse.PARTNER, "I. in het Veld"),
        (NameUse.OWN_THEN_PARTNER, "I. van Velzen-in het Veld"),
        (NameUse.PARTNER_THEN_OWN, "I. in het Veld-van Velzen"),
    ],
)
def test_the_name_use_decides_which_surnames_are_written(use: NameUse, written: str) -> None:
    assert formal_name(using(INGRID, use)) == written


@pytest.mark.parametrize("use", NameUse)
def test_without_a_partner_every_name_use_writes_the_own_name(use: NameUse) -> None:
    assert formal_name(using(JOLANDA, use)) == "J.M. van der Veen"


def test_initials_are_taken_from_the_first_names_where_they_are_missing() -> None:
    assert formal_name(NameParts(first_name="Johan Frank", surname="Groenen")) == "J.F. Groenen"


@pytest.mark.parametrize(
    ("parts", "dutch", "english"),
    [
        (JOLANDA, "Geachte mevrouw Van der Veen", "Dear Ms Van der Veen"),
        (LUUK, "Geachte heer In het Veld", "Dear Mr In het Veld"),
        (FLEUR, "Geachte mevrouw D'Ancona", "Dear Ms D'Ancona"),
        (NOA, "Geachte N. Lindeman", "Dear N. Lindeman"),
        (KAI, "Beste Kai", "Dear Kai"),
        (NOBODY, "Goedendag", "Hello"),
    ],
)
def test_a_letter_opens_with_the_form_of_address(
    parts: NameParts, dutch: str, english: str
) -> None:
    assert salutation(parts, "nl") == dutch
    assert salutation(parts, "en") == english


def test_a_contracted_article_keeps_its_small_letter() -> None:
    maarten = NameParts(prefix="'t", surname="Hart", form_of_address=FormOfAddress.SIR)

    assert salutation(maarten) == "Geachte heer 't Hart"


def test_a_prefix_left_in_the_surname_gets_its_capital_too() -> None:
    ria = NameParts(first_name="Ria", surname="de Vries", form_of_address=FormOfAddress.MADAM)

    assert salutation(ria) == "Geachte mevrouw De Vries"


def test_a_neutral_greeting_names_the_person_in_full() -> None:
    assert greeting(NOA, "nl") == "Beste Noa Lindeman"
    assert greeting(NOA, "en") == "Dear Noa Lindeman"


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        (using(INGRID, NameUse.OWN_THEN_PARTNER), "mevrouw Van Velzen-in het Veld"),
        (LUUK, "de heer In het Veld"),
        (NOA, "N. Lindeman"),
        (KAI, "Kai"),
    ],
)
def test_a_sentence_names_a_person_with_form_of_address(parts: NameParts, written: str) -> None:
    assert in_running_text(parts, "nl") == written


@pytest.mark.parametrize(
    ("parts", "written"),
    [
        (JOLANDA, "Veen, Jolanda van der"),
        (FLEUR, "Ancona, Fleur d'"),
        (NOA, "Lindeman, Noa"),
        (KAI, "Kai"),
        (NameParts(prefix="van der", surname="Veen"), "Veen, van der"),
        (using(INGRID, NameUse.OWN_THEN_PARTNER), "Velzen-in het Veld, Ingrid van"),
        (NameParts(first_name="Ria", surname="de Vries"), "Vries, Ria de"),
        (NOBODY, ""),
    ],
)
def test_a_register_puts_the_prefix_last(parts: NameParts, written: str) -> None:
    assert list_name(parts) == written


def test_a_belgian_register_keeps_the_prefix_with_the_name() -> None:
    assert list_name(JOLANDA, "BE") == "Van der Veen, Jolanda"


def ordered(names: list[NameParts], country: str = "NL") -> list[str]:
    return [full_name(parts) for parts in sorted(names, key=lambda one: sort_key(one, country))]


def test_dutch_order_ignores_prefix_accents_and_case() -> None:
    bjorn = NameParts(first_name="Björn", surname="Åkesson")
    mohamed = NameParts(first_name="Mohamed", surname="Yıldız")
    zoe = NameParts(first_name="Zoë", surname="Çelik")
    anna = NameParts(first_name="Anna", surname="Veen de Jong")

    assert ordered([anna, mohamed, JOLANDA, zoe, FLEUR, KAI, bjorn]) == [
        "Björn Åkesson",
        "Fleur d'Ancona",
        "Zoë Çelik",
        "Kai",
        "Jolanda van der Veen",
        "Anna Veen de Jong",
        "Mohamed Yıldız",
    ]


def test_belgian_order_keeps_the_prefix() -> None:
    ursula = NameParts(first_name="Ursula", surname="Ubbing")
    anton = NameParts(first_name="Anton", prefix="de", surname="Zwart")

    assert ordered([JOLANDA, ursula, anton], "BE") == [
        "Anton de Zwart",
        "Ursula Ubbing",
        "Jolanda van der Veen",
    ]
    assert ordered([JOLANDA, ursula, anton], "NL")[-1] == "Anton de Zwart"


def test_ij_sorts_as_the_letters_i_and_j() -> None:
    names = [NameParts(surname=name) for name in ("Ilsink", "Yntema", "IJzerman", "Idema", "Ĳben")]

    assert [parts.surname for parts in sorted(names, key=sort_key)] == [
        "Idema",
        "Ĳben",
        "IJzerman",
        "Ilsink",
        "Yntema",
    ]


def test_the_same_surname_is_ordered_by_first_name_then_prefix() -> None:
    names = [
        NameParts(first_name="Jan", prefix="van", surname="Dijk"),
        NameParts(first_name="Jan", surname="Dijk"),
        NameParts(first_name="Anna", prefix="van", surname="Dijk"),
    ]

    assert ordered(names) == ["Anna van Dijk", "Jan Dijk", "Jan van Dijk"]


@pytest.mark.parametrize(
    ("first_names", "initials"),
    [
        ("Johan Frank Robert", "J.F.R."),
        ("Anne-Marie", "A.M."),
        ("IJsbrand", "IJ."),
        ("åsa", "Å."),
        ("", ""),
        ("(?)", ""),
    ],
)
def test_initials_of_first_names(first_names: str, initials: str) -> None:
    assert initials_of(first_names) == initials
