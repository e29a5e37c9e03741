"""Encodings of text: which may be named, and which one bytes are in."""

import codecs
import re
from typing import NamedTuple

from crm.intake.reading import refusals

# Only encodings that read in linear time and can be in a list of people: a file may name its own,
# and Python also knows some that take quadratic time or are no text.
ENCODINGS: tuple[str, ...] = (
    "utf-8",
    "cp1252",
    "iso8859-1",
    "iso8859-15",
    "utf-16-le",
    "utf-16-be",
    "mac-roman",
    "cp850",
    "cp437",
    "cp1250",
    "iso8859-2",
    "cp1254",
    "iso8859-9",
    "cp1257",
    "cp1251",
    "koi8-r",
    "iso8859-5",
    "cp1253",
    "iso8859-7",
    "cp1256",
    "ascii",
)
"""The encodings that can be chosen, the most usual first, as Python calls them."""

_KNOWN = {codecs.lookup(name).name: name for name in ENCODINGS}
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE, _LONG_SAMPLE = 400, 65_536
# A sign that is no plain letter, behind a small letter.
_IN_WORD = re.compile(r"(?<=[a-z])([^\x00-\x7f])")
_USUAL = frozenset("éèëêïîíöôóòüûúäâáàãåçñøæšžığş")
# Letters of Polish, Czech, Slovak and Hungarian; some of their bytes are letters elsewhere too.
_CENTRAL = frozenset("ąćęłńśźżčďěňřťůľĺŕőű")
_CENTRAL_ENCODINGS = ("cp1250", "iso8859-2")
_BETWEEN_LETTERS = frozenset("’‘´`–—…\u00a0“”")
# In Windows-1254 Ğ İ Ş ğ ı ş; in Windows-1252 letters of Icelandic, which has the others too.
_TURKISH = frozenset(b"\xd0\xdd\xde\xf0\xfd\xfe")
_ICELANDIC = frozenset(b"\xc1\xcd\xd3\xda\xc6\xe1\xed\xf3\xfa\xe6")
_MOST_EMPTY, _CLEARLY = 0.6, 2
# What a letter with a mark becomes when UTF-8 was taken for Windows-1252 and written again.
_WORD = re.compile(r"\S+")
_WRITTEN_TWICE = re.compile("[ÃÂÄÅ][\u0080-\u00bf\u0152-\u2122]|â€")


def known(name: str) -> str:
    """Return the name of an encoding as we call it; nothing for one that we do not read."""
    try:
        return _KNOWN.get(codecs.lookup(name.strip()).name, "") if name.isascii() else ""
    except (LookupError, ValueError):
        return ""


class Decoded(NamedTuple):
    """A text, the name of its encoding, and whether it was encoded twice."""

    text: str
    encoding: str
    was_twice: bool = False


def decode(content: bytes, encoding: str = "") -> Decoded:
    """
    Return the text and the name of its encoding: by its mark, else strict UTF-8, else as it reads.

    Without a mark that is Windows-1252, unless the letters of another one make words of it.

    :raises WrongType: if the bytes are no text in `encoding`
    """
    for mark, marked in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            text = _decoded(content[len(mark) :], encoding or marked)
            return Decoded(text, encoding) if encoding else _mended(text, marked)
    # What somebody chose is not guessed about, nor mended.
    if encoding:
        return Decoded(_decoded(content, known(encoding)), encoding)
    for tried in (_without_mark(content), "utf-8"):
        try:
            return _mended(content.decode(tried), tried)
        except UnicodeDecodeError:
            continue
    for tried in (_probable(content), "cp1252"):
        try:
            return Decoded(content.decode(tried), tried)
        except UnicodeDecodeError:
            continue
    # Every byte is a letter of this one, so that a file is always shown and can be read otherwise.
    return Decoded(content.decode("iso8859-1"), "iso8859-1")


def _mended(text: str, encoding: str) -> Decoded:
    once = _once(text)
    return Decoded(once, encoding, was_twice=once != text)


def mended(text: str) -> str:
    """Return a text in which each word that was encoded twice is as it was meant."""
    return text if text.isascii() else _WORD.sub(lambda word: _once(word[0]), text)


def _decoded(content: bytes, encoding: str) -> str:
    """Return the text; half a sign at the end of a file that was cut off is left out."""
    if encoding.startswith("utf-16") and len(content) % 2:
        content = content[:-1]
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as refusal:
        raise refusals.WrongEncoding from refusal


def _without_mark(content: bytes) -> str:
    """Return the encoding to try first: UTF-16 where every other byte of the start is empty."""
    start = content[:_SAMPLE]
    even, odd = start[::2], start[1::2]
    for empty, full, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        is_empty = len(empty) > 1 and empty.count(0) > len(empty) * _MOST_EMPTY
        if is_empty and full.count(0) * 10 < len(full):
            return encoding
    return "utf-8"


def _probable(content: bytes) -> str:
    """Return the encoding of one byte a letter by which the start of a text has most words."""
    sample = content[:_LONG_SAMPLE]
    best = max(("cp1252", "mac-roman", "cp850"), key=lambda name: _likeness(sample, name))
    central = max(_CENTRAL_ENCODINGS, key=lambda name: _likeness(sample, name, _CENTRAL))
    if _likeness(sample, central, _CENTRAL) >= _likeness(sample, best) + _CLEARLY:
        return central
    # Both have these bytes: Icelandic letters beside them tell that it is not Turkish.
    strange = set(sample)
    is_turkish = strange & _TURKISH and not strange & _ICELANDIC
    return "cp1254" if best == "cp1252" and is_turkish else best


def _once(text: str) -> str:
    """Return a text that was encoded twice ("ZoÃ«") as it was meant: "Zoë"."""
    if not _WRITTEN_TWICE.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _likeness(sample: bytes, encoding: str, more: frozenset[str] = frozenset()) -> int:
    """Return how many letters with marks stand well in words, less the signs that stand oddly."""
    text = sample.decode(encoding, "replace")
    good = bad = 0
    for found in _IN_WORD.finditer(text):
        if found[1] in _USUAL or found[1] in more:
            good += 1
        elif not found[1].islower() and found[1] not in _BETWEEN_LETTERS:
            bad += 1
    return good - bad
