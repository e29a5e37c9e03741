"""Text from outside without signs that hide, turn or break it."""

import unicodedata

# Zero-width joiners are part of words in some scripts and of emoji; other format signs only hide
# or turn the text around them.
_JOINERS = "\u200c\u200d"
# Unicode's own limit for text that can be normalised in a stream (UAX 15): ordering a longer run
# takes quadratic time, and no script stacks so many.
_MOST_MARKS = 30


def clean_line(text: str) -> str:
    """Return `text` on one line: composed (NFC), single spaces, nothing hidden."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", _with_few_marks("".join(map(_shown, text))))
    return " ".join(text.split())


def clean_lines(text: str) -> str:
    """Return `text` with each of its lines clean, and no blank lines around it."""
    return "\n".join(map(clean_line, text.splitlines())).strip()


def _with_few_marks(text: str) -> str:
    """Return `text` with no more marks on one letter than any script has."""
    if len(text) <= _MOST_MARKS:
        return text
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _shown(sign: str) -> str:
    if sign.isprintable():
        return sign
    category = unicodedata.category(sign)
    # Half of a sign, which cannot be written as UTF-8.
    if category == "Cs":
        return "\ufffd"
    if category == "Cf":
        return sign if sign in _JOINERS else ""
    return " " if category in {"Cc", "Zs", "Zl", "Zp"} else sign
