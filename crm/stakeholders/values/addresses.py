"""Addresses: postcodes and towns, websites, and e-mail addresses with the key to compare them."""

import re
import unicodedata
from urllib.parse import urlsplit

from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.libraries import email_validator

_POSTCODE = re.compile(r"([0-9]{4})\s*-?\s*([A-Z]{2})")
# Never given out, for what they stood for.
_NO_LETTERS = frozenset({"SA", "SD", "SS"})
_SMALL_IN_TOWNS = frozenset(
    {"aan", "an", "bij", "de", "den", "der", "en", "het", "in", "op", "te", "ten", "ter", "van"}
)
_FIRST_LETTERS = re.compile(r"(?<![^\W_])(?:ij|[^\W_])")
# Addresses that the library would accept as they are; everything else goes through it.
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_+]+(?:[.\-][a-z0-9_+]+)*@(?:[a-z0-9]+\.)+(?:example|nl|com|be|eu|org|net)",
    re.IGNORECASE,
)
_LONGEST_PLAIN = 64
# A scheme is no host with a port: "mailto:somebody" has one, "assen.nl:8000" has none.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?![0-9]+(?:/|$))", re.IGNORECASE)
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_]")
_NEVER_IN_WEBSITE = re.compile(r"[\s\\<>\"]")


class NotAnEmail(Invalid):
    """What was given as an e-mail address is none."""

    message = _l("This is not an e-mail address. An address looks like name@organisation.nl.")
    field = "email"


class NotAPostcode(Invalid):
    """It has the form of a Dutch postcode and cannot be one."""

    message = _l("This is not a Dutch postcode. A postcode looks like 9405 ZZ.")
    field = "postcode"


class NotAWebsite(Invalid):
    """What was given as a website is none that can be linked to safely."""

    message = _l("This is not a website. A website looks like https://www.organisation.nl.")
    field = "website"


def postcode(text: str) -> str:
    """
    Return a postcode in its usual form: "9405 ZZ" for "9405zz", one of elsewhere as it is.

    :raises NotAPostcode: if it has the Dutch form, but begins with 0 or ends with SA, SD or SS
    """
    shown = " ".join(text.split())
    found = _POSTCODE.fullmatch(shown.upper().removeprefix("NL-"))
    if not found:
        return shown
    digits, letters = found.groups()
    if digits.startswith("0") or letters in _NO_LETTERS:
        raise NotAPostcode
    return f"{digits} {letters}"


def town(text: str) -> str:
    """Return a town with its usual capitals where it was typed in capitals: "Assen" for "ASSEN"."""
    shown = " ".join(text.split())
    if not shown.isupper():
        return shown
    first, *more = shown.lower().split(" ")
    behind = (word if word in _SMALL_IN_TOWNS else _capitalised(word) for word in more)
    return " ".join((_capitalised(first), *behind))


def website(text: str) -> str:
    """
    Return the address of a website with its scheme: "https://www.assen.nl" for "www.assen.nl".

    :raises NotAWebsite: if it is no http or https address with a host name, or names a user
    """
    address = text.strip()
    if not address:
        return ""
    if not _SCHEME.match(address):
        address = f"https://{address.removeprefix('//')}"
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError as refusal:
        raise NotAWebsite from refusal
    safe = parts.scheme in {"http", "https"} and "@" not in parts.netloc
    if not safe or not _HOST.fullmatch(host) or _NEVER_IN_WEBSITE.search(address):
        raise NotAWebsite
    return address


def email(text: str) -> str:
    """Return an e-mail address bare, with its domain in small letters, or raise `NotAnEmail`."""
    address = text.strip()
    if len(address) <= _LONGEST_PLAIN and _PLAIN_EMAIL.fullmatch(address):
        local, _, domain = address.rpartition("@")
        return f"{local}@{domain.lower()}"
    # Only its form is looked at; whether mail arrives there is not asked of anybody.
    validate = email_validator.validate_email
    try:
        found = validate(address, check_deliverability=False, allow_display_name=True)
        return str(found.normalized)
    except (email_validator.EmailNotValidError, UnicodeError) as refusal:
        raise NotAnEmail from refusal


def email_key(address: str) -> str:
    """Return the form by which e-mail addresses are compared, of an address in its normal form."""
    # Case does not count, composed and decomposed letters are the same, and a domain in a foreign
    # script is the same as its ASCII form (münchen.example and xn--mnchen-3ya.example).
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", address.strip()).casefold())
    if plain.isascii():
        return plain
    local, at, domain = plain.rpartition("@")
    try:
        return local + at + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return plain


def _capitalised(word: str) -> str:
    """Return a word of a town with capitals: "'s-Gravenhage", "IJmuiden", "Assen-Oost"."""
    if word.startswith(("'s-", "'t-")):
        return word[:3] + _capitalised(word[3:])
    return word if "'" in word else _FIRST_LETTERS.sub(lambda first: first[0].upper(), word)
