"""Postcodes, towns and e-mail addresses."""

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from crm.stakeholders.values import addresses
from crm.stakeholders.values.addresses import NotAnEmail, NotAPostcode


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("9405zz", "9405 ZZ"),
        ("9404  ZZ", "9404 ZZ"),
        (" 9401 ZZ ", "9401 ZZ"),
        ("9300", "9300"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("", ""),
    ],
)
def test_a_postcode_is_written_in_its_usual_form(typed: str, written: str) -> None:
    assert addresses.postcode(typed) == written


@pytest.mark.parametrize("typed", ["0405 ZZ", "9405 SA", "9405sd", "9405 SS"])
def test_a_postcode_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(NotAPostcode):
        addresses.postcode(typed)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ASSEN", "Assen"),
        ("DEN HAAG", "Den Haag"),
        ("ALPHEN AAN DEN RIJN", "Alphen aan den Rijn"),
        ("'S-GRAVENHAGE", "'s-Gravenhage"),
        ("IJMUIDEN", "IJmuiden"),
        ("ASSEN-OOST", "Assen-Oost"),
        ("'t Harde", "'t Harde"),
    ],
)
def test_a_town_in_capitals_gets_its_usual_form(typed: str, written: str) -> None:
    assert addresses.town(typed) == written


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("jolanda.vanderveen@o01.example", "jolanda.vanderveen@o01.example"),
        ("Sanne.vandenBosch@O22.Example ", "Sanne.vandenBosch@o22.example"),
        ("fleur.d'ancona@o10.example", "fleur.d'ancona@o10.example"),
        ("Jolanda <jolanda@o01.example>", "jolanda@o01.example"),
        ("Zoë@münchen.example", "Zoë@münchen.example"),
    ],
)
def test_an_address_keeps_its_form(typed: str, address: str) -> None:
    assert addresses.email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "geen-adres",
        "a@b",
        "a..b@x.nl",
        "@x.nl",
        "a@",
        "a b@x.nl",
        "a@x.nl\nBcc: b@x.nl",
        "\ud800@x.nl",
        "",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(NotAnEmail):
        addresses.email(typed)


def test_addresses_are_compared_without_case_composition_or_script() -> None:
    assert addresses.email_key("Zoë@München.example") == addresses.email_key(
        "zoe\u0308@xn--mnchen-3ya.example"
    )
    assert addresses.email_key("Sanne@O22.example") == "sanne@o22.example"


@given(st.from_regex(r"[A-Za-z0-9_+.\-]{1,12}@[A-Za-z0-9.]{1,8}\.(nl|example)", fullmatch=True))
def test_the_short_way_decides_as_the_library_does(typed: str) -> None:
    try:
        expected = str(validate_email(typed, check_deliverability=False).normalized)
    except ValueError:
        with pytest.raises(NotAnEmail):
            addresses.email(typed)
    else:
        assert addresses.email(typed) == expected


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        address = addresses.email(text)
    except NotAnEmail:
        return
    assert addresses.email_key(addresses.email(address)) == addresses.email_key(address)


@given(st.text())
def test_any_text_has_a_key(text: str) -> None:
    assert addresses.email_key(addresses.email_key(text)) == addresses.email_key(text)
