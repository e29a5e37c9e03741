"""The lists that Dutch Excel writes, from file to candidates."""

import pytest

from crm.contacts.rules.candidates import Candidate, find_duplicates
from crm.contacts.rules.headings import propose_mapping
from crm.contacts.rules.reading import read
from crm.contacts.rules.row_messages import Level, Message, Problem
from crm.contacts.rules.rows import read_rows
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.values.names import full_name, list_name
from tests.shared_data import needs_shared_data, shared

FILES = [
    "nl_excel_puntkomma_cp1252.csv",
    "nl_excel_puntkomma_utf8_bom.csv",
    "nl_excel_unicode_tekst_utf16le.txt",
]
# The same list in the repository, so that the expectations hold without the shared data.
OWN_LIST = """\
Aanhef;Voornaam;Tussenvoegsel;Achternaam;Organisatie;Functie;Straat en nr;Postcode;Plaats;\
Telefoon;E-mail;Helix;Datum toestemming;Waardering;Opmerking
mevrouw;Marijke;ten;Kate;Bibliotheek De Kolk;programmamaker;Voorbeeldplein 1;9401 ZZ;ASSEN;\
0592-000700;marijke.tenkate@o06.example;overheid;12-3-2021;7,5;"regel 1
regel 2; met puntkomma"
Dhr.;Wim;op den;Dries;Woonstichting De Vaartrand;consulent;;9405zz;Assen;612345678;\
wim.opdendries@o12.example;bedrijfsleven;1-10-20;6;voorloopnul weg
;Sanne;van den;Bosch;Initiatiefgroep Pump Track;;Testweg 3-II;9404  ZZ;Assen;6,12346E+08;\
sanne.vandenbosch@o22.example;eindgebruikers;31-02-2021;8;verminkt
mevr;SANNE;;van den Bosch;Pump Track;;;;;+31 (0)6 1234 5678;Sanne.vandenBosch@o22.example ;\
samenleving;;;dubbel
de heer;Gerard;;Groen;Hoveniersbedrijf;hovenier;Proefkade 9a;9403ZZ;Assen;06–12 34 56 78;\
gerard.groen@o14.example;Bedrijven;2021-05-04;;streepje
;;;;Skaters Pittelosepark;;;;;;;eindgebruikers;;;alleen organisatie
;"=HYPERLINK(""http://kwaad.example"";""klik"")";;Test;@SUM(1+1);+31;-1+2;;;;geen-adres;\
onbekend;;;formule
mevrouw;Zoë;;Çelik–Ubbing;Café De “Hoek”;€-adviseur;;;;;zoe@o16.example;bedrijfsleven;;;tekens
"""
EXPECTED = {"rows": 8, "persons": 5, "organisations": 1, "duplicate": 1, "rejected": 1}


def candidates(content: bytes) -> list[Candidate]:
    table = read(content, "lijst.csv")
    return list(read_rows(table, propose_mapping(table.headings)))


@pytest.fixture(scope="module")
def found() -> list[Candidate]:
    return candidates(OWN_LIST.encode("cp1252"))


def outcome(found: list[Candidate]) -> dict[str, int]:
    repeated = find_duplicates(found).rows
    new = [one for one in found if not one.is_rejected and one.row not in repeated]
    return {
        "rows": len(found),
        "persons": sum(one.is_person for one in new),
        "organisations": sum(not one.is_person for one in new),
        "duplicate": len(repeated),
        "rejected": sum(one.is_rejected for one in found),
    }


@needs_shared_data
@pytest.mark.parametrize("name", FILES)
def test_every_shape_of_the_list_gives_the_same_people(name: str) -> None:
    found = candidates(shared(f"contacts/{name}").read_bytes())

    assert outcome(found) == EXPECTED
    assert find_duplicates(found).rows == {5: 4}
    warned = [one.row for one in found if any(m.level is Level.WARNING for m in one.messages)]
    assert warned == [3, 4]
    assert [full_name(one.name) for one in found if not one.is_rejected] == [
        "Marijke ten Kate",
        "Wim op den Dries",
        "Sanne van den Bosch",
        "Sanne van den Bosch",
        "Gerard Groen",
        "",
        "Zoë Çelik-Ubbing",
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_the_encoding_is_found(encoding: str) -> None:
    assert outcome(candidates(OWN_LIST.encode(encoding))) == EXPECTED


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_the_line_end_does_not_matter(line_end: str) -> None:
    assert outcome(candidates(OWN_LIST.replace("\n", line_end).encode())) == EXPECTED


def test_a_whole_row_is_understood(found: list[Candidate]) -> None:
    marijke = found[0]
    address = (marijke.street, marijke.postcode, marijke.town)

    assert list_name(marijke.name) == "Kate, Marijke ten"
    assert marijke.organisation == "Bibliotheek De Kolk"
    assert marijke.role == "programmamaker"
    assert marijke.helix is Helix.GOVERNMENT
    assert marijke.emails == ("marijke.tenkate@o06.example",)
    assert [phone.number for phone in marijke.phones] == ["+31592000700"]
    assert address == ("Voorbeeldplein 1", "9401 ZZ", "Assen")
    assert str(marijke.consent_on) == "2021-03-12"
    assert marijke.note == "regel 1\nregel 2; met puntkomma"
    assert marijke.messages == ()


def test_a_lost_zero_is_put_back_and_said(found: list[Candidate]) -> None:
    wim = found[1]

    assert [phone.number for phone in wim.phones] == ["+31612345678"]
    assert wim.messages == (Message(3, Problem.ZERO_PUT_BACK, Field.PHONE, "612345678"),)
    assert wim.postcode == "9405 ZZ"
    assert str(wim.consent_on) == "2020-10-01"


def test_doubtful_values_are_left_out_and_kept_as_typed(found: list[Candidate]) -> None:
    sanne = found[2]

    assert sanne.phones == ()
    assert sanne.consent_on is None
    assert sanne.doubtful == {Field.PHONE: "6,12346E+08", Field.CONSENT_DATE: "31-02-2021"}
    assert not sanne.is_rejected


def test_a_row_without_a_person_is_an_organisation(found: list[Candidate]) -> None:
    skaters = found[5]

    assert not skaters.is_person
    assert skaters.organisation == "Skaters Pittelosepark"
    assert skaters.messages == ()


def test_formulas_reject_the_row(found: list[Candidate]) -> None:
    said = [(message.problem, message.field) for message in found[6].messages]

    assert said == [
        (Problem.FORMULA, Field.FIRST_NAME),
        (Problem.FORMULA, Field.ORGANISATION),
    ]


def test_signs_of_windows_come_through(found: list[Candidate]) -> None:
    zoe = found[7]

    assert full_name(zoe.name) == "Zoë Çelik-Ubbing"
    assert (zoe.organisation, zoe.role) == ("Café De “Hoek”", "€-adviseur")
