"""Text as it is compared: without case, accents or signs."""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not decompose, though a reader takes them for the plain one.
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "ı": "i"})
_NO_WORD = re.compile(r"[\W_]+")
# Who compares folds the same words again and again; long texts would fill the memory.
_LONGEST_KEPT = 100
_KEPT = 8_192


def _without_marks(text: str) -> str:
    return "".join(sign for sign in text if not unicodedata.category(sign).startswith("M"))


def _plain(text: str) -> str:
    # Marks go before the letters are taken apart too: putting a long run of them in order takes
    # quadratic time.
    return _without_marks(unicodedata.normalize("NFKD", _without_marks(text)))


def fold(text: str) -> str:
    """
    Return `text` in the form in which it is searched, compared and sorted.

    Small plain letters and digits, one space between words: "Çelik–Ubbing" becomes "celik ubbing",
    "IJzerman" and "ĳzerman" both "ijzerman". Folding twice gives the same as folding once.
    """
    return _folded(text) if len(text) > _LONGEST_KEPT else _folded_once(text)


def _folded(text: str) -> str:
    if not text.isascii():
        # Case folding can make composed signs anew, so what it leaves is taken apart once more.
        text = _plain(_plain(text).casefold()).translate(_PLAIN)
    return _NO_WORD.sub(" ", text.lower()).strip()


_folded_once = lru_cache(_KEPT)(_folded)
