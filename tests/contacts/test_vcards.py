"""Files of vCards, as telephones and address books write them."""

import time

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.headings import mapping_for
from crm.contacts.rules.reading import read
from crm.contacts.rules.rows import read_rows
from crm.core.i18n import in_language
from crm.intake.reading import refusals
from crm.intake.reading.refusals import UnreadableFile
from crm.stakeholders.values.names import full_name
from tests.contacts.files import refusal
from tests.shared_data import needs_shared_data, shared

OTHERS = (
    "ANDROID",
    "BLACK_BERRY",
    "EVOLUTION",
    "GMAIL",
    "IPHONE",
    "LOTUS_NOTES",
    "MAC_ADDRESS_BOOK",
    "MS_OUTLOOK",
)


def found(content: bytes) -> list[Candidate]:
    table = read(content, "kaarten.vcf")
    return list(read_rows(table, mapping_for(table.headings)))


def card(*lines: str, version: str = "3.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def one(*lines: str, version: str = "3.0") -> Candidate:
    (only,) = found(card(*lines, version=version))
    return only


@needs_shared_data
def test_cards_of_three_versions_in_one_file_are_read() -> None:
    jolanda, bjorn, okko = found(shared("contacts/nl_gemengd_21_30_40.vcf").read_bytes())

    assert (jolanda.name.first_name, jolanda.name.prefix, jolanda.name.surname) == (
        "Jolanda",
        "van der",
        "Veen",
    )
    assert (jolanda.organisation, jolanda.role) == ("Gemeente Assen", "Projectleider I2I")
    assert jolanda.note == "Regel 1\nRegel 2, met komma; en puntkomma"
    assert (bjorn.name.first_name, bjorn.name.surname) == ("Björn", "Åkesson")
    assert [phone.number for phone in bjorn.phones] == ["+31592001200"]
    assert (okko.name.prefix, okko.name.surname) == ("van der", "Laan")
    assert [phone.number for phone in okko.phones] == ["+31612345678"]
    assert (okko.street, okko.postcode, okko.town) == ("Voorbeeldlaan 4", "9407 ZZ", "Assen")
    assert not any(person.messages for person in (jolanda, bjorn, okko))


@needs_shared_data
@pytest.mark.parametrize("program", OTHERS)
def test_cards_of_other_programs_are_read(program: str) -> None:
    read_cards = found(shared(f"vcard/ezvcard__John_Doe_{program}.vcf").read_bytes())

    assert len(read_cards) == (6 if program == "ANDROID" else 1)
    assert program == "ANDROID" or read_cards[0].name.surname == "Doe"


@needs_shared_data
def test_cards_of_the_standards_are_read() -> None:
    dawson, howes = found(shared("vcard/ezvcard__rfc2426-example.vcf").read_bytes())
    (perreault,) = found(shared("vcard/ezvcard__rfc6350-example.vcf").read_bytes())

    assert (dawson.name.surname, howes.town) == ("Dawson", "Mountain View")
    assert [phone.number for phone in perreault.phones] == ["+14186569254", "+14182626501"]
    assert perreault.language == "fr"


def test_a_soft_break_joins_quoted_printable_lines() -> None:
    lines = (
        "N:Smit;Jan",
        "NOTE;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:caf=E9=",
        "=20open=0D=0Anu",
    )

    assert one(*lines, version="2.1").note == "café open\nnu"


def test_an_encoding_that_is_none_of_ours_is_not_used() -> None:
    assert one("N;CHARSET=punycode:Smit;Zoë").name.first_name == "Zoë"


def test_bytes_that_are_no_utf8_are_windows_1252() -> None:
    content = card("N:Çelik;Zoë").decode().encode("cp1252")

    assert found(content)[0].name.surname == "Çelik"


def test_cards_in_two_byte_signs_are_read() -> None:
    assert found(card("N:Çelik;Zoë").decode().encode("utf-16"))[0].name.surname == "Çelik"


def test_a_number_with_a_label_of_an_assistant_is_left_out() -> None:
    person = one(
        "N:Smit;Jan",
        "item1.TEL:0592-000100",
        "item1.X-ABLabel:_$!<AssistantPhone>!$_",
        "item2.TEL;type=pref:0592-000200",
        "item2.X-ABLabel:Receptie",
        "TEL;TYPE=WORK,FAX:0592-000300",
    )

    assert [phone.number for phone in person.phones] == ["+31592000200"]


def test_of_alternatives_the_first_counts() -> None:
    person = one(
        "N;ALTID=1;LANGUAGE=nl:Smit;Jan", "N;ALTID=1;LANGUAGE=en:Smith;John", version="4.0"
    )

    assert person.name.surname == "Smit"


def test_without_parts_of_a_name_the_whole_name_is_taken_apart() -> None:
    person = one("N:;;;;", "FN:Jolanda van der Veen")

    assert (person.name.prefix, person.name.surname) == ("van der", "Veen")


def test_without_a_whole_name_the_parts_are_enough() -> None:
    assert one("FN:", "N:Smit;Jan;;;").name.first_name == "Jan"


def test_a_card_of_an_organisation_is_no_person() -> None:
    kind = one("KIND:org", "FN:De Kolk", version="4.0")
    same = one("N:;;;;", "FN:De Kolk", "ORG:De Kolk;Balie")

    assert [(found.is_person, found.organisation) for found in (kind, same)] == [
        (False, "De Kolk"),
        (False, "De Kolk"),
    ]


def test_a_list_of_others_is_passed_over() -> None:
    content = card("KIND:group", "FN:Werkgroep", version="4.0") + card("N:Smit;Jan")

    assert [person.row for person in found(content)] == [2]


def test_separators_that_are_escaped_belong_to_the_text() -> None:
    person = one("N:Smit;Jan", r"ORG:Bos\; Hout\, Zaag;Kantoor", r"CATEGORIES:I2I,Wijk\, west")

    assert person.organisation == "Bos; Hout, Zaag"
    assert person.tags[0] == "I2I"


def test_an_address_at_work_goes_before_one_at_home() -> None:
    person = one(
        "N:Smit;Jan",
        "ADR;TYPE=home,pref:;;Thuisweg 1;Assen;;9401 ZZ;",
        "ADR;WORK:;;Werkweg 2;Assen;;9402 ZZ;",
    )

    assert person.street == "Werkweg 2"


def test_a_card_without_end_ends_where_the_next_begins() -> None:
    content = b"BEGIN:VCARD\nN:Smit;Jan\nBEGIN:VCARD\nN:Bos;An\nno property\n ;folded"

    assert [person.name.first_name for person in found(content)] == ["Jan", "An"]


def test_the_card_of_an_assistant_inside_another_is_left_out() -> None:
    content = card(
        "N:Smit;Jan", "AGENT:", "BEGIN:VCARD", "N:Bos;An", "END:VCARD", "TITLE:directeur"
    )

    (person,) = found(content)

    assert (person.name.first_name, person.role) == ("Jan", "directeur")


def test_headings_of_cards_are_those_of_the_reader(app: Flask) -> None:
    with app.app_context(), in_language("nl"):
        table = read(card("N:Smit;Jan", "ORG:De Kolk;Balie"), "kaart.vcf")

    assert table.headings[1:4] == ("Voornaam", "Tussenvoegsel", "Achternaam")
    fields = mapping_for(table.headings)
    unknown = [heading for heading, field in fields.items() if field is None]
    assert unknown == ["Afdeling"]


@pytest.mark.parametrize(
    "content",
    [
        card("N:Smit;Jan") * 5_000,
        card("N:Smit;Jan", "PHOTO;ENCODING=b;TYPE=JPEG:" + "\r\n ".join(["A" * 75] * 65_000)),
        card("N:Smit;Jan", "NOTE:" + "\r\n ".join(["x" * 75] * 400)),
        card("N:Smit;Jan", 'TEL;TYPE="' + '"' * 400_000 + ":06"),
        card("N:Smit;Jan", "TEL" + ";TYPE=cell" * 40_000 + ":0612345678"),
        card("N:Smit;Jan", "CATEGORIES:" + "\\;,x" * 2_000),
    ],
    ids=["5,000 cards", "photo", "folded", "quotes", "parameters", "escapes"],
)
def test_large_files_are_read_in_little_time(content: bytes) -> None:
    started = time.process_time()

    table = read(content, "kaarten.vcf")

    assert table.rows[0][1:4] == ("Jan", "", "Smit")
    assert time.process_time() - started < 4


def test_a_text_that_is_too_long_is_refused_by_the_number_of_its_card() -> None:
    long = card("N:Smit;Jan", "NOTE:" + "\r\n ".join(["x" * 75] * 5_400))

    with pytest.raises(refusals.CardTooLong, match="2"):
        read(card("N:Bos;An") + long, "kaarten.vcf")


def test_a_file_of_cards_without_anything_in_them_is_refused() -> None:
    assert refusal(card(), "kaart.vcf") is refusals.NoCards
    assert refusal(b"BEGIN:VCALENDAR\nEND:VCALENDAR", "agenda.ics") is refusals.WrongType


LINES = st.lists(
    st.sampled_from(
        [
            "BEGIN:VCARD", "END:VCARD", "N:a;b", "N;ENCODING=QUOTED-PRINTABLE:=C3=", "=A9;=", " x",
            'TEL;TYPE="a;b', "AGENT:", "ORG:\\", "EMAIL;PREF=x:;", "item1.TEL:1", "FN", ":",
            "\\;,\\n", "ADR:;;", "KIND:group", "PHOTO:x", "NOTE;BASE64:////", "N;CHARSET=hex:ff",
            "\0", "é",
        ]
    )
)  # fmt: skip


@settings(deadline=None)
@given(LINES, st.sampled_from(["utf-8", "cp1252", "utf-16", "utf-16-le"]))
def test_any_cards_are_a_table_or_refused(lines: list[str], encoding: str) -> None:
    content = "\n".join(["BEGIN:VCARD", *lines]).encode(encoding)

    try:
        table = read(content, "kaarten.vcf")
    except UnreadableFile:
        return
    assert len(list(read_rows(table, mapping_for(table.headings)))) == len(table.rows)


def test_a_name_in_one_is_read_as_in_a_list() -> None:
    somebody = one("FN:Dhr. J. (Jan) de Boer - Gemeente Assen")
    remarked = one("FN:Petra Bos (RUG)", "NOTE:Belt graag")
    organisation = one("FN:Stichting Wijkbelang")
    company = one("N:Smit B.V.;;;;", "FN:Smit B.V.")

    assert (full_name(somebody.name), somebody.organisation) == ("Jan de Boer", "Gemeente Assen")
    assert (full_name(remarked.name), remarked.note) == ("Petra Bos", "Belt graag\nRUG")
    assert (organisation.is_person, organisation.organisation) == (False, "Stichting Wijkbelang")
    assert (company.is_person, company.organisation) == (False, "Smit B.V.")
