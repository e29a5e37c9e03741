"""Columns of programs and forms whose headings alone do not say what they hold."""

import pytest

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.column_guess import mapping_of
from crm.contacts.rules.headings import field_of
from crm.contacts.rules.reading import read
from crm.contacts.rules.row_messages import Problem
from crm.contacts.rules.rows import read_rows
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.values.names import NameUse, full_name, name_use


def columns(text: str) -> dict[str, Field | None]:
    return mapping_of(read(text.encode(), "lijst.csv"))


def candidates(text: str) -> list[Candidate]:
    table = read(text.encode(), "lijst.csv")
    return list(read_rows(table, mapping_of(table)))


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Partner organisation", Field.ORGANISATION),
        ("Organisaties", Field.ORGANISATION),
        ("Virksomhet", Field.ORGANISATION),
        ("Naam aanvrager", Field.ORGANISATION),
        ("Functieomschrijving", Field.ROLE),
        ("Mobiltlf", Field.PHONE),
        ("Mailing Street", Field.STREET),
        ("Postnr. og by", Field.POSTCODE),
        ("In welke wijk woont u?", Field.AREA),
        ("Partnernaam", Field.PARTNER_SURNAME),
        ("givenName", Field.FIRST_NAME),
        ("EmailAddress", Field.EMAIL),
        ("Person - Organization", Field.ORGANISATION),
        ("Person - Email - Work", Field.EMAIL),
        ("Organization - Name", Field.ORGANISATION),
        ("Contactpersoon: Naam", Field.FULL_NAME),
        ("Full Name - First Name", Field.FIRST_NAME),
        ("Telefoon of e-mail", Field.EMAIL),
        ("Organisatie/persoon", Field.SORT),
        ("Persoon of organisatie", Field.SORT),
        ("Rol binnen uw organisatie", Field.ROLE),
        ("Straat + huisnummer", Field.STREET),
        ("Quadruple helix", Field.HELIX),
        ("Invitee First Name", Field.FIRST_NAME),
        ("E-mail contactpersoon", Field.EMAIL),
        ("N° de téléphone", Field.PHONE),
        ("Besøksadresse", Field.STREET),
        ("Welke rol heb je binnen deze organisatie?", Field.ROLE),
        ("Bij welke organisatie heb je deze rol?", Field.ORGANISATION),
        ("First", Field.FIRST_NAME),
        ("Organisaasje", Field.ORGANISATION),
        ("Telefoannûmer", Field.PHONE),
        ("Organisatie2", Field.ORGANISATION),
        ("Contactpersoon 1", Field.FULL_NAME),
        ("Vestigingspostcode", Field.POSTCODE),
        ("Functie bestuur", Field.ROLE),
        ("(Niet wijzigen) Contactpersoon", None),
        ("(Do Not Modify) Contact", None),
    ],
)
def test_headings_of_partners_and_programs_are_known(heading: str, field: Field | None) -> None:
    assert field_of(heading) is field


def test_the_name_at_birth_is_the_surname_where_no_other_is() -> None:
    assert columns("Roepnaam;Geboortenaam\nAnna;Bos\n")["Geboortenaam"] is Field.SURNAME
    assert columns("Geboortenaam;Achternaam\nSmit;Bos\n")["Geboortenaam"] is None


@pytest.mark.parametrize(
    ("words", "use"),
    [
        ("Partner - eigen naam", NameUse.PARTNER_THEN_OWN),
        ("Eigen naam - partner", NameUse.OWN_THEN_PARTNER),
        ("Geboortenaam", NameUse.OWN),
        ("Partnernaam", NameUse.PARTNER),
    ],
)
def test_personnel_offices_write_the_use_of_names_out(words: str, use: NameUse) -> None:
    assert name_use(words) is use


def test_a_whole_name_is_read_where_a_row_has_no_surname() -> None:
    found = candidates(
        "First Name,Last Name,Display Name,Primary Email\n"
        'Anna,Bos,Bos A.,a@x.example\n,,"Haan, Sjoerd de",s@x.example\n,,Stichting Wijk,\n'
    )

    assert [full_name(one.name) for one in found] == ["Anna Bos", "Sjoerd de Haan", ""]
    assert (found[0].note, found[2].organisation) == ("", "Stichting Wijk")


def test_a_whole_name_beside_first_names_gives_the_surname() -> None:
    found = candidates("Roepnaam;Volledige naam\nJan;J.W. de Vries\nKai;\nEva;Eva\n")

    assert [full_name(one.name) for one in found] == ["Jan de Vries", "Kai", "Eva"]
    assert found[0].name.initials == "J.W."


def test_names_that_are_addresses_are_addresses() -> None:
    form = "Gebruikersnaam,Wat is je naam?\na@x.example,Anna Bos\nb@x.example,Bert Vos\n"
    other = "Naam;Voornaam;Achternaam;E-mail\na@x.example;Anna;Bos;b@x.example\n"

    assert columns(form) == {"Gebruikersnaam": Field.EMAIL, "Wat is je naam?": Field.FULL_NAME}
    assert columns(other)["Naam"] is None
    assert columns("Naam;Mailbox\nAnna Bos;a@x.example\n")["Mailbox"] is Field.EMAIL


def test_titles_beside_a_salutation_are_roles_and_else_may_be_names() -> None:
    both = columns("Salutation,First Name,Last Name,Title\nMs.,Anna,Bos,Manager\n")
    listed = columns("Titel,Organisatie\nAnna Bos,RUG\nKees de Wit,GGD\n")

    assert (both["Title"], listed["Titel"]) == (Field.ROLE, Field.FULL_NAME)
    assert columns("Titel,Organisatie\nSociaal Adviseur,RUG\n")["Titel"] is Field.ROLE


def test_parties_below_any_heading_are_the_helix_where_they_differ() -> None:
    asked = candidates("Naam,Ik kom als...\nA B,bewoner\nC D,onderzoeker\n")
    same = columns("Naam,Ik kom als...\nA B,bewoner\nC D,bewoner\n")

    assert [one.helix for one in asked] == [Helix.END_USERS, Helix.RESEARCH]
    assert same["Ik kom als..."] is None


def test_stakeholders_are_organisations_where_no_column_has_those() -> None:
    assert columns("Stakeholder;Contactpersoon\nRUG;A Bos\n")["Stakeholder"] is Field.ORGANISATION
    assert columns("Stakeholder;Organisatie\nhoog;RUG\n")["Stakeholder"] is None
    assert columns("Naam;Partner\nAnna Bos;Piet Smit\n")["Partner"] is None


def test_the_address_of_a_page_behind_a_name_is_left_out() -> None:
    found = candidates("Name,Organisatie\nAnna Bos,RUG (https://www.notion.so/RUG-12?pvs=21)\n")

    assert found[0].organisation == "RUG"


def test_a_place_abroad_is_parted() -> None:
    found = candidates(
        "Navn;Postnr. og by\nA Bo;8000 Aarhus C\nC Do;DK-8000 Aarhus\nE Fo;651 84 Karlstad\n"
        "G Ho;9401 AB\n"
    )

    assert [(one.postcode, one.town) for one in found] == [
        ("8000", "Aarhus C"),
        ("DK-8000", "Aarhus"),
        ("651 84", "Karlstad"),
        ("9401 AB", ""),
    ]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0612345678.0", "+31612345678"),
        ("0592-123456/57", "+31592123456"),
        ("06-1234567", ""),
        ("01382 308000", ""),
        ("14 0592", "+31140592"),
        ("0900-1234", "+319001234"),
    ],
)
def test_a_dutch_number_has_all_its_digits(typed: str, number: str) -> None:
    found = candidates(f"Naam;Telefoon\nAnna Bos;{typed}\n")[0]

    assert "".join(one.number for one in found.phones) == number
    assert [one.problem for one in found.messages] == ([] if number else [Problem.PHONE_UNREADABLE])


@pytest.mark.parametrize("typed", ["a(at)x.example", "a [at] x.example", "a@x.example#mailto:a@x#"])
def test_an_address_that_is_hidden_from_robots_or_linked_is_read(typed: str) -> None:
    assert candidates(f"Naam;E-mail\nAnna Bos;{typed}\n")[0].emails == ("a@x.example",)


def test_a_number_counts_for_a_house_only_behind_the_street() -> None:
    assert columns("Nummer;Naam;Adres\n100;Anna Bos;Brink 1\n")["Nummer"] is None
    assert columns("Naam;Straat;Nummer\nAnna Bos;Brink;1\n")["Nummer"] is Field.STREET


def test_a_directory_is_known_by_its_short_headings() -> None:
    found = candidates(
        "cn,givenName,sn,mail,telephoneNumber,o,l\nAnna Bos,Anna,Bos,a@x.example,,RUG,Assen\n"
    )[0]

    assert (full_name(found.name), found.organisation, found.town) == ("Anna Bos", "RUG", "Assen")


def test_addresses_and_numbers_in_one_column_are_told_apart() -> None:
    found = candidates(
        "Naam;Contactgegevens\nAnna Bos;a@x.example / 06-12345678\nBert Vos;0592-123456\n"
    )
    swapped = candidates("Naam;E-mail;Telefoon\nAnna Bos;06-12345678;a@x.example\n")[0]

    assert [one.emails for one in found] == [("a@x.example",), ()]
    assert [one.phones[0].number for one in found] == ["+31612345678", "+31592123456"]
    assert (swapped.emails, swapped.phones[0].number) == (("a@x.example",), "+31612345678")


def test_all_there_is_of_a_contact_in_one_cell_is_parted() -> None:
    found = candidates(
        "Organisatie;Contact\nGemeente Assen;Anna Bos, adviseur, a1@x.example, 06-12345678\n"
        "RUG;Sven Vos (lector) sven@x.example\n"
    )

    assert [(full_name(one.name), one.role, one.emails) for one in found] == [
        ("Anna Bos", "adviseur", ("a1@x.example",)),
        ("Sven Vos", "lector", ("sven@x.example",)),
    ]
    assert found[0].phones[0].number == "+31612345678"


@pytest.mark.parametrize(
    ("word", "helix"),
    [
        ("Overheid/gemeente", Helix.GOVERNMENT),
        ("Onderwijs & onderzoek", Helix.RESEARCH),
        ("Bedrijf (MKB)", Helix.BUSINESS),
        ("Eindgebruiker / bewoner", Helix.END_USERS),
        ("overheid, bedrijf", None),
        ("bewoner en zorg", None),
    ],
)
def test_several_words_for_one_helix_are_that_one(word: str, helix: Helix | None) -> None:
    found = candidates(f"Naam;Helix\nAnna Bos;{word}\nBert Vos;Overheid\n")[0]

    assert found.helix is helix
    assert [one.problem for one in found.messages] == ([] if helix else [Problem.UNKNOWN_HELIX])


def test_what_is_of_the_second_person_in_a_row_goes_to_nobody() -> None:
    text = "Achternaam;Voornaam 1;Voornaam 2;E-mail 1;E-mail 2\nVos;Jan;Eva;j@x.nl;e@x.nl\n"
    alone = "Achternaam;Voornaam 1;Voornaam 2;E-mail 1;E-mail 2\nVos;Jan;;j@x.nl;e@x.nl\n"
    blocks = "Naam;Telefoon;;Naam;Telefoon\nAnna Bos;0612345678;;Eva Vos;0612345679\n"

    assert candidates(text)[0].emails == ("j@x.nl",)
    assert candidates(alone)[0].emails == ("j@x.nl", "e@x.nl")
    found = candidates(blocks)[0]
    assert [one.number for one in found.phones] == ["+31612345678"]
    assert [one.raw for one in found.messages] == ["Eva Vos"]
    places = "Organisatie;Contactpersoon 1;E-mail 1;Contactpersoon 2;E-mail 2\n"
    (beside,) = candidates(f"{places}Actium;Anna Bos;a@x.nl;Eva Vos;e@x.nl\n")
    assert (full_name(beside.name), beside.emails) == ("Anna Bos", ("a@x.nl",))
    assert [one.problem for one in beside.messages] == [Problem.TWO_PEOPLE]


def test_a_row_that_is_called_as_its_organisation_is_that() -> None:
    found = candidates(
        "Naam;Organisatie;E-mail\nBuurtsuper;Buurtsuper;b@x.example\nJan Bos;Jan Bos;\n"
    )

    assert [(one.is_person, one.organisation) for one in found] == [
        (False, "Buurtsuper"),
        (True, "Jan Bos"),
    ]


def test_names_beside_contacts_are_organisations_where_they_look_so() -> None:
    organisations = "Naam;Contactpersoon\nVoedselbank;Anna Bos\nWelzijn Vaart;Eva Vos\n"
    people = "Naam;Contactpersoon\nJan de Vries;Anna Bos\nPiet Smit;Eva Vos\n"

    assert [full_name(one.name) for one in candidates(organisations)] == ["Anna Bos", "Eva Vos"]
    assert candidates(organisations)[1].organisation == "Welzijn Vaart"
    assert [full_name(one.name) for one in candidates(people)] == ["Jan de Vries", "Piet Smit"]


def test_messages_are_of_who_sent_them() -> None:
    found = candidates(
        "Onderwerp;Van: (naam);Van: (adres);Aan: (naam);Aan: (adres)\n"
        "Hallo;Anna Bos;a@x.example;Piet Smit;p@x.example\n"
    )[0]

    assert (full_name(found.name), found.emails) == ("Anna Bos", ("a@x.example",))


def test_an_address_abroad_in_one_cell_is_parted() -> None:
    found = candidates("Naam;Adres\nEls Bos;Werf 9, 9300 Aalst\nJan Vos;Brink 1, Assen\n")

    assert [(one.street, one.postcode, one.town) for one in found] == [
        ("Werf 9", "9300", "Aalst"),
        ("Brink 1, Assen", "", ""),
    ]


def test_tags_may_stand_between_strokes_or_begin_with_a_sign() -> None:
    found = candidates("Naam;Labels\nAnna Bos;bewoner | Pittelo\nEva Vos;#bewoner #Pittelo\n")

    assert [one.tags for one in found] == [("bewoner", "Pittelo")] * 2


def test_an_organisation_between_quotation_marks_is_without_them() -> None:
    assert candidates('Naam\tOrganisatie\nAnna Bos\t"""De Kolk"""\n')[0].organisation == "De Kolk"
