"""Phone numbers as people and spreadsheets write them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.stakeholders.values import phones
from crm.stakeholders.values.phones import PhoneReading, Readability


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("06 12345678", "+31612345678"),
        ("0592-000700", "+31592000700"),
        ("(0592) 00 04 00", "+31592000400"),
        ("+31 (0)6 1234 5678", "+31612345678"),
        ("+31 6 12345678", "+31612345678"),
        ("0031612345679", "+31612345679"),
        ("06\u201312 34 56 78", "+31612345678"),
        ("06\u00a012345678", "+31612345678"),
        ("31612345678", "+31612345678"),
        ("tel: 06 12 34 56 78 (werk)", "+31612345678"),
        ("0800-1234", "+318001234"),
        ("+32 53 12 34 56", "+3253123456"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_number_is_kept_in_one_form_with_its_raw_text(raw: str, number: str) -> None:
    assert phones.read(raw) == PhoneReading(raw, number, Readability.READ)


@pytest.mark.parametrize(
    ("raw", "number"), [("612345678", "+31612345678"), ("592 000700", "+31592000700")]
)
def test_a_lost_leading_zero_is_put_back(raw: str, number: str) -> None:
    assert phones.read(raw) == PhoneReading(raw, number, Readability.ZERO_PUT_BACK)


def test_what_is_kept_has_the_zero_that_was_lost_and_else_stays_as_it_was_typed() -> None:
    kept = [phones.read(raw).kept for raw in ("612345678", "592 000700", "06-12345678", "geen")]

    assert kept == ["06 12345678", "0592 000700", "06-12345678", "geen"]


@pytest.mark.parametrize("raw", ["6,12346E+08", "6.12346e+08", "6E8", " 6,12346E+08 "])
def test_a_number_mangled_by_a_spreadsheet_gives_no_number(raw: str) -> None:
    assert phones.read(raw) == PhoneReading(raw, "", Readability.MANGLED)


@pytest.mark.parametrize("raw", ["geen", "12", "-1+2", "+31", "0" * 40, "📞", "\ud800"])
def test_what_is_no_number_says_so(raw: str) -> None:
    assert phones.read(raw) == PhoneReading(raw, "", Readability.UNREADABLE)


def test_nothing_is_no_number_either() -> None:
    assert phones.read("  ").outcome is Readability.EMPTY


def test_a_number_without_country_code_belongs_to_the_region() -> None:
    assert phones.read_by("053 12 34 56", "BE").number == "+3253123456"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+31612345678", "06 12345678"),
        ("+31592123456", "0592 123456"),
        ("+31201234567", "020 1234567"),
        ("+3253123456", "+32 53 12 34 56"),
        ("", ""),
        ("geen", "geen"),
    ],
)
def test_a_number_is_shown_as_people_dial_it(number: str, shown: str) -> None:
    assert phones.national(number) == shown


@given(st.integers(10_000_000, 99_999_999))
def test_a_mobile_number_is_written_as_the_library_does(digits: int) -> None:
    parsed = phonenumbers.parse(f"+316{digits}")
    library = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    area, space, subscriber = library.partition(" ")

    assert phones.national(f"+316{digits}") == area + space + subscriber.replace(" ", "")


@given(st.integers(100_000_000, 999_999_999), st.sampled_from(["0", "+31", "0031", "+31 (0)"]))
def test_the_short_way_reads_as_the_library_does(digits: int, start: str) -> None:
    raw = f"{start}{digits}"
    parsed = phonenumbers.parse(raw, "NL")

    assert phones.read(raw).number == phonenumbers.format_number(
        parsed, phonenumbers.PhoneNumberFormat.E164
    )


@given(st.integers(100_000_000, 999_999_999) | st.integers(610_000_000, 699_999_999))
def test_a_zero_is_only_put_back_before_a_number_that_exists(digits: int) -> None:
    exists = phonenumbers.is_valid_number(phonenumbers.parse(f"0{digits}", "NL"))

    assert (phones.read(str(digits)).outcome is Readability.ZERO_PUT_BACK) == exists


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert phones.read(text).raw == text
