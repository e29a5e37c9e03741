"""Lines that count a list, or are titles in it: no person and no organisation."""

import re
from collections.abc import Sequence
from itertools import islice

from crm.core.normalisation import fold
from crm.stakeholders.importing import value_words as of_helixes

_COUNTED = (
    r"aantal|van|de|het|generaal|deelnemers?|personen|aanwezig|aanwezigen|afwezig|afwezigen|"
    r"aanmeldingen|inschrijvingen|genodigden|gasten|leden|rijen|regels|contacten|of|the|in|all|"
    r"number|people|persons|participants|attendees|registrations|guests|members|rows|records|"
    r"contacts|present|tickets|general"
)
_WORDS = r"(?:sub|eind|grand |algemeen )?(?:totaal|totalen|totals?|gesamt|summe)"
# Also names of people: only beside a number.
_DOUBTFUL = r"som|sum|aantal|count|number|anzahl|gemiddelde|gemiddeld|average"
_IS_TOTAL = re.compile(rf"(?:{_WORDS})(?: (?:{_COUNTED}))*(?: \d{{1,6}})*")
_MAY_BE_TOTAL = re.compile(rf"(?:{_DOUBTFUL})(?: (?:{_COUNTED}))*(?: \d{{1,6}})*")
_COUNT = re.compile(rf"\d{{1,6}}(?: (?:{_COUNTED}))+")
_FORMULA_SIGNS = ("=", "+", "-", "@")
_SMALL_NUMBER = re.compile(r"[€$]?\s?-?\d{1,6}(?:[.,]\d{1,3})*\s?%?")


def is_total(cells: Sequence[str]) -> bool:
    """
    Return whether a row only counts the rows above it: "Totaal;;;12", "Som: 4", "12 deelnemers".

    A line of nothing but small numbers counts columns. Words of which somebody may be called so,
    such as "Som", count only beside a small number, and a row with anything else in it, such as an
    address, never does.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    # Most rows have more words than one: the second tells enough.
    words = list(islice((one for one in filled if not _SMALL_NUMBER.fullmatch(one)), 2))
    if not words:
        return len(filled) > 1
    if len(words) > 1 or words[0].startswith(_FORMULA_SIGNS):
        return False
    said = fold(words[0])
    has_number = len(filled) > 1 or any(map(str.isdigit, said))
    if _MAY_BE_TOTAL.fullmatch(said):
        return has_number
    return bool(_IS_TOTAL.fullmatch(said) or _COUNT.fullmatch(said))


def is_group(cells: Sequence[str], width: int) -> bool:
    """Return whether a row is the title of those below it: nothing but the name of a helix."""
    filled = [cell for cell in cells if cell]
    is_alone = width > 1 and len(filled) == 1
    # Also a surname.
    return is_alone and of_helixes.means_helix(filled[0]) and fold(filled[0]) != "burger"
