"""Words and dates in the columns of a list: helix, language, date."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from crm.core.normalisation import fold
from crm.stakeholders.languages import NAMES
from crm.stakeholders.models import Helix

_HELIX_WORDS: Mapping[Helix, str] = {
    Helix.GOVERNMENT: "overheid, overheden, gemeente, provincie, rijk, publiek, publieke sector, "
        "government, public, public sector, public authority, municipality, policy, offentlig "
        "sektor, myndighet, myndighed",
    Helix.RESEARCH: "onderzoek, onderzoekers, kennis, kennisinstelling, kennisinstellingen, "
        "onderwijs, onderwijs en onderzoek, wetenschap, universiteit, hogeschool, research, "
        "researchers, academia, science, education, knowledge, university, onderzoeker, "
        "researcher, forschung, forskning, recherche",
    Helix.BUSINESS: "bedrijfsleven, bedrijf, bedrijven, ondernemer, ondernemers, markt, "
        "marktpartij, private sector, privaat, mkb, business, businesses, industry, company, "
        "companies, private, wirtschaft, naeringsliv, naringsliv, erhvervsliv, naringslivet",
    Helix.END_USERS: "eindgebruiker, eindgebruikers, gebruiker, gebruikers, bewoner, bewoners, "
        "inwoner, inwoners, burger, burgers, samenleving, maatschappij, maatschappelijk "
        "middenveld, civil society, society, citizen, citizens, resident, residents, end user, "
        "end users, user, users, community, innbyggere, innbygger, invanare, borgere, borger",
}  # fmt: skip
_HELIX_OF = {word: helix for helix, words in _HELIX_WORDS.items() for word in words.split(", ")}
# Words that are mostly meant so, yet lists use them for other parties too: somebody is asked once.
_GUESSED = frozenset({
    "samenleving", "maatschappij", "maatschappelijk middenveld", "civil society", "society",
    "community",
})  # fmt: skip
_NOT_SAID = frozenset(
    {"", "onbekend", "unknown", "geen", "none", "nvt", "n v t", "n a", "overig", "other"}
)

# Three letters are enough to know a Dutch or English month by.
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTH_OF = {name: number for number, name in enumerate(_MONTHS.split(), start=1)}
_MONTH_OF |= {"mrt": 3, "maa": 3, "mei": 5, "okt": 10}
# In Dutch and in English; the code and the name in the language itself are known anyway.
_LANGUAGES = {
    "nl": "dutch, vlaams, nl nl, nl be", "en": "engels, en gb, en us", "ar": "arabisch, arabic",
    "bg": "bulgaars, bulgarian", "da": "deens, danish", "de": "duits, german, de de",
    "es": "spaans, spanish", "fa": "perzisch, farsi, dari, persian", "fr": "frans, french, fr fr",
    "fy": "fries, frisian", "it": "italiaans, italian", "nb": "noors, norwegian, no, norsk",
    "pl": "pools, polish", "pt": "portugees, portuguese", "ro": "roemeens, romanian",
    "ru": "russisch, russian", "so": "somalisch, somali", "sv": "zweeds, swedish",
    "ti": "tigrinya", "tr": "turks, turkish", "uk": "oekraiens, ukrainian",
}  # fmt: skip
_LANGUAGE_OF = {
    fold(word): code
    for code, name in NAMES.items()
    for word in (code, name, *_LANGUAGES[code].split(", "))
}
_LONGEST = 100
_PIECES = re.compile(r"\s*[/,;&+]\s*|\s(?:en|of|and|or)\s")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_NUMBERS = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[Tt ]\d.*)?")
_WORDS = re.compile(r"(\d{1,2})[-. ]+([a-z]{3})[a-z]*[-. ]+(\d{2}|\d{4})")
_SERIAL = re.compile(r"[2-6]\d{4}")
_BEFORE_SERIALS = date(1899, 12, 30)
_CENTURY = 100


class NotAHelix(ValueError):
    """The word names none of the four parties."""


def helix(text: str) -> Helix | None:
    """
    Return the helix that a Dutch or English word means; nothing where it says it is unknown.

    :raises NotAHelix: if it is another word
    """
    found = _helix_of(text)
    if found is None and fold(text) not in _NOT_SAID:
        raise NotAHelix
    return found


def _helix_of(text: str) -> Helix | None:
    """Return the helix of a word, or of several that all mean the same: "Overheid / gemeente"."""
    # The whole first: "onderwijs en onderzoek" is one word of ours, though it could be parted.
    found = _HELIX_OF.get(fold(text))
    is_short = found is None and len(text) <= _LONGEST
    pieces = _PIECES.split(_IN_BRACKETS.sub("", text)) if is_short else []
    meant = {_HELIX_OF.get(fold(piece)) for piece in pieces}
    return meant.pop() if len(meant) == 1 else found


def is_doubtful_helix(text: str) -> bool:
    """Whether somebody should say which helix a word means: none of ours, or used for several."""
    word = fold(text)
    return word not in _NOT_SAID and (_helix_of(text) is None or word in _GUESSED)


def means_helix(text: str) -> bool:
    """Whether a word is one for a helix, perhaps one that is asked about."""
    return _helix_of(text) is not None


def guessed_helix(text: str) -> str:
    """Return the helix that a word mostly means; nothing for a word that we do not know."""
    return _helix_of(text) or ""


def language(text: str) -> str:
    """Return the code of the language that is meant; nothing for one that we do not know."""
    return _LANGUAGE_OF.get(fold(text), "")


def day(text: str) -> date | None:
    """
    Return the date that is meant by 12-3-2021, 1-10-20, 2021-05-04, 12 maart 2021 or 44267.

    :raises ValueError: if there is no such date
    """
    shown = text.strip().lower()
    # Outlook writes an empty date as 0-0-00.
    if not any(sign in "123456789" for sign in shown) and not any(map(str.isalpha, shown)):
        return None
    # As Excel counts days.
    if _SERIAL.fullmatch(shown):
        return _BEFORE_SERIALS + timedelta(days=int(shown))
    numbers = _NUMBERS.fullmatch(shown)
    if numbers:
        first, month, last = (int(part) for part in numbers.groups())
        is_year_first = len(numbers[1]) > 2  # noqa: PLR2004 - a day has two digits
        return date(first, month, last) if is_year_first else date(_year(last), month, first)
    words = _WORDS.fullmatch(shown)
    if words and words[2] in _MONTH_OF:
        return date(_year(int(words[3])), _MONTH_OF[words[2]], int(words[1]))
    raise ValueError(text)


def _year(number: int) -> int:
    return number + 2000 if number < _CENTURY else number
