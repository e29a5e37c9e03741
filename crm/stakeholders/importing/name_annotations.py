"""What stands before, behind and around names in lists, and is no part of them."""

import re

from crm.core.normalisation import fold
from crm.stakeholders import names

# What a list of lines puts before a name, and signs for a note below the list.
_BULLET = re.compile(r"^(?:\d{1,3}[.)]\s+|[-–•*·▪►]\s+)(?=[^\W\d])")
_SURNAME_BEFORE = re.compile(r"^(\S+);\s*(?=\S)")
_NOTES = "*†‡¹²³?"
_NOTE_SIGNS = re.compile(rf"(?<=\w)\s*[{_NOTES}]+$")
_IN_BRACKETS = re.compile(r"^\(([^()]*)\)$")
_QUOTED = re.compile(r"^([\"'“„])([^\"“”]+)[\"'”]$")
_BESIDE = re.compile(
    r"[,\s]\s*((?:geb(?:\.|oren)?|e/v|e\.v\.|echtgenote van|wed(?:\.|uwe van)|née)\s+\S.*"
    r"|c\.s\.?|e\.a\.?|\+\s?\d{1,2})$"
)
# Zoom: "Piet (Piet de Boer)", who is called so elsewhere.
_LONGER = re.compile(r"^(?=(\S[^()]*?)\s*\((\1 [^()]+)\)$)")
_REMARK_BEHIND = re.compile(r"^(\S.*?)\s*[(\[]([^()\[\]]+)[)\]]$")
_PRONOUNS = re.compile(
    r"(?:she|he|they|zij|hij|hen|die|ze|sie|er|hon|han|hun|elle|il)(?:\s*/\s*\w+){1,2}",
    re.IGNORECASE,
)
_ADDRESS_BEHIND = re.compile(
    r"^[\"']?(.*?)[\"']?\s*[<(\[]\s*(?:mailto:)?([^\s<>()\[\]]+@[^\s<>()\[\]]+)\s*[>)\]]\s*;?$"
)
_BARE_ADDRESS_BEHIND = re.compile(r"^([^\W\d][^@]*?[\w.)])[\s,;:–-]+([^\s@,;:]+@[^\s@]+\.\w+)$")
_NUMBER_BEHIND = re.compile(
    r"^([^\W\d](?:\D|(?<=[a-z])\d(?=\S*@))*?)[\s,;:–/(-]+(?:(?:tel|mob|t|m)\b[\s.:]*)?((?:\+|0)[\d\s().-]{7,}\d)\)?$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
# What Teams and Zoom put behind a name says nothing of the person.
SAYS_NOTHING = frozenset({
    "guest", "gast", "unverified", "niet geverifieerd", "extern", "external", "host", "me", "ik",
    "co host", "organisator", "organizer", "",
})  # fmt: skip
"""What stands in brackets behind a name and says nothing of the person."""


def without_remark(text: str, *, is_any: bool) -> tuple[str, str]:
    """
    Return a first name or a surname without a remark in brackets behind it, and that.

    :param is_any: whether any remark; else only pronouns, as a first name may have another behind
    """
    found = _REMARK_BEHIND.match(text)
    if not found or names.is_prefix(found[2]):
        return text, ""
    says_nothing = fold(found[2]) in SAYS_NOTHING
    if not (is_any or says_nothing or _PRONOUNS.fullmatch(found[2].strip())):
        return text, ""
    return found[1], "" if says_nothing else found[2].strip()


def without_bullet(text: str) -> str:
    """Return a name without what a list of lines puts before it: "1. Anna Bos", "- Anna Bos"."""
    found = _BULLET.match(text)
    return text[found.end() :] if found else text


def with_comma(text: str) -> str:
    """Return a name of which the surname stands first with a comma: "de Vries, Jan"."""
    words = text.split() or [""]
    stands_first = names.is_prefix(words[0]) or not any(map(names.is_prefix, words[1:]))
    if len(words) == 1 or "," in text or not stands_first:
        return text
    return f"{' '.join(words[:-1])}, {words[-1]}"


def address_behind(text: str) -> tuple[str, str]:
    """Return the name and the address in "Anna Bos <anna@kring.example>"; else no address."""
    if "@" not in text:
        return text, ""
    found = _ADDRESS_BEHIND.match(text) or _BARE_ADDRESS_BEHIND.match(text)
    return (found[1].strip(), found[2]) if found and found[1].strip() else (text, "")


def number_behind(text: str) -> tuple[str, str]:
    """Return the name and the telephone number in "Anna Bos, 06-12345678"; else no number."""
    if not _DIGIT.search(text):
        return text, ""
    found = _NUMBER_BEHIND.match(text)
    return (found[1], found[2]) if found else (text, "")


def undressed(text: str) -> tuple[str, list[str]]:
    """Return a name without bullets, quotation marks and who they are married to, and that."""
    bare = without_bullet(text.strip())
    # Most names have only letters: one look at the sign that is asked for tells that.
    if bare[-1:] in _NOTES:
        bare = _NOTE_SIGNS.sub("", bare)
    if ";" in bare:
        bare = _SURNAME_BEFORE.sub(r"\1, ", bare)
    if quoted := _QUOTED.match(bare):
        bare = quoted[2].strip()
    if enclosed := _IN_BRACKETS.match(bare):
        bare = enclosed[1].strip()
    if "(" in bare and (longer := _LONGER.match(bare)):
        bare = longer[2]
    beside = _BESIDE.search(bare)
    return (bare[: beside.start()], [beside[1]]) if beside else (bare, [])
