"""Phone numbers: read from what people and Excel write, kept as E.164, shown as people dial."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from crm.core import words
from crm.core.libraries import phonenumbers
from crm.core.normalisation import fold

DUTCH = "NL"
_REGIONS = frozenset(
    {"at", "be", "ch", "de", "dk", "es", "fi", "fr", "ie", "it", "lu", "no", "pl", "pt", "se", "uk"}
)
_REGION_OF = words.read("stakeholders/countries").meanings("words", str)
_SIGNS_BETWEEN = re.compile(r"[\s().\-/\u2010-\u2015\u2212\u00a0]+")
# The usual Dutch forms need no library: +31 (0)6 …, 0031 6 …, 06 …; the property test compares.
_DUTCH_NUMBER = re.compile(r"(?:(?:\+|00)310?|0)([1-9][0-9]{8})")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?\s*[eE]\s*\+?[0-9]+")
_NUMBER_BEFORE_WORDS = re.compile(r"[^\d+(]*([\d+(][\d\s().\-/\u2010-\u2015\u2212]*)")
_MOBILE_WITHOUT_ZERO = re.compile(r"6[1-58][0-9]{7}")
_MOBILE = re.compile(r"\+316([1-58][0-9]{7})")
_WITHOUT_ZERO = re.compile(r"[1-9][0-9]{8}")
# A number that a program kept as one with decimals: "612345678.0".
_AS_FRACTION = re.compile(r"^(\+?\d{8,})[.,]0$")
_FRACTIONS = (".0", ",0")
_EXTENSION = re.compile(r"\s*/\s*\d{1,3}$")
_DUTCH_CODE, _DUTCH_DIGITS = 31, 9


class Readability(StrEnum):
    """What came of reading a phone number."""

    READ = "read"
    ZERO_PUT_BACK = "zero_put_back"
    MANGLED = "mangled"
    UNREADABLE = "unreadable"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class PhoneReading:
    """A phone number as it was typed, and in E.164 where it could be read; else empty."""

    raw: str
    number: str
    outcome: Readability

    @property
    def kept(self) -> str:
        """Return the text to keep: as it was typed, but with a zero that was lost."""
        return national(self.number) if self.outcome is Readability.ZERO_PUT_BACK else self.raw


def read(raw: str) -> PhoneReading:
    """Return what `raw` says; a number without the code of a country is Dutch."""
    text = raw.strip()
    if not text:
        return PhoneReading(raw, "", Readability.EMPTY)
    if text.endswith(_FRACTIONS):
        text = _AS_FRACTION.sub(r"\1", text)
    # A spreadsheet that wrote 6,12346E+08 has lost digits.
    elif _SCIENTIFIC.fullmatch(text):
        return PhoneReading(raw, "", Readability.MANGLED)
    bare = _SIGNS_BETWEEN.sub("", text)
    # It drops a zero at the start as well, which is put back where that makes a number.
    if _WITHOUT_ZERO.fullmatch(bare):
        is_mobile = _MOBILE_WITHOUT_ZERO.fullmatch(bare)
        parsed = None if is_mobile else _parsed("0" + bare, DUTCH)
        if not is_mobile and (parsed is None or not phonenumbers.is_valid_number(parsed)):
            return PhoneReading(raw, "", Readability.UNREADABLE)
        return PhoneReading(raw, "+31" + bare, Readability.ZERO_PUT_BACK)
    number = _number(text, bare)
    return PhoneReading(raw, number, Readability.READ if number else Readability.UNREADABLE)


def region_of(domains: Collection[str]) -> str:
    """Return the country that the last parts of somebody's domains all name, else the Dutch one."""
    found = next(iter(domains)) if len(domains) == 1 else ""
    return {"uk": "GB"}.get(found, found.upper()) if found in _REGIONS else DUTCH


def region_called(country: str) -> str:
    """Return the region of a country whose numbers are read without its code, or nothing."""
    return _REGION_OF.get(fold(country), "")


def read_by(raw: str, region: str) -> PhoneReading:
    """Return what `raw` says; where it is a number of `region` it is that, and else a Dutch one."""
    # So 0475 12 34 56 of somebody in Belgium is no number in Roermond.
    parsed = _parsed(raw, region) if region != DUTCH and not raw.lstrip().startswith("+") else None
    if parsed is None:
        return read(raw)
    if not phonenumbers.is_valid_number_for_region(parsed, region):
        dutch = read(raw)
        if dutch.number or not phonenumbers.is_possible_number(parsed):
            return dutch
    # With its code, so that it is the same number wherever it is read again.
    told = _written(parsed, "INTERNATIONAL")
    return PhoneReading(told, _written(parsed, "E164"), Readability.READ)


def national(number: str) -> str:
    """Return an E.164 number as it is dialled from here: "06 12345678", "0592 123456"."""
    mobile = _MOBILE.fullmatch(number)
    if mobile:  # Most are: the library would take a tenth of the time of a long file for them.
        return "06 " + mobile[1]
    parsed = _parsed(number, None)
    if parsed is None:
        return number
    # A number of another country keeps its country code.
    if phonenumbers.region_code_for_country_code(parsed.country_code or 0) != DUTCH:
        return _written(parsed, "INTERNATIONAL")
    area, space, subscriber = _written(parsed, "NATIONAL").partition(" ")
    return area + space + subscriber.replace(" ", "")


def _number(text: str, bare: str) -> str:
    if usual := _DUTCH_NUMBER.fullmatch(bare):
        return "+31" + usual[1]
    parsed = _parsed(text, DUTCH)
    if parsed is not None and phonenumbers.is_possible_number(parsed):
        # Among those that may exist are Dutch ones with a digit too few or too many.
        is_dutch = parsed.country_code == _DUTCH_CODE
        has_all = len(str(parsed.national_number)) == _DUTCH_DIGITS
        if not is_dutch or has_all or phonenumbers.is_valid_number(parsed):
            return _written(parsed, "E164")
    # Without an extension, or else without words around it, it may be one.
    less = _EXTENSION.sub("", text)
    if less == text and (alone := _NUMBER_BEFORE_WORDS.match(text)):
        less = alone[1]
    return "" if less == text else _number(less, _SIGNS_BETWEEN.sub("", less))


def _parsed(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _written(parsed: phonenumbers.PhoneNumber, how: str) -> str:
    return str(phonenumbers.format_number(parsed, getattr(phonenumbers.PhoneNumberFormat, how)))
