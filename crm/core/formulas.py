"""Texts that a spreadsheet would take for a formula: how they leave in a file, and come back."""

import unicodedata

RISKY = frozenset("=+-@\t\r＝＋－＠")
_APOSTROPHE = "'"
_SIGNS = frozenset("=+-@\t\r")


def escaped(text: str) -> str:
    """Return a text as a cell in which a spreadsheet sees no formula: "'+1" for "+1"."""
    return f"{_APOSTROPHE}{text}" if _needs_escape(text) else text


def unescaped(cell: str) -> str:
    """
    Return the text of a cell as it was before `escaped`: "+1" for "'+1".

    "'t Hart" stays as it is; and so that "'+1" comes back too, it leaves as "''+1".
    """
    return cell[1:] if cell.startswith(_APOSTROPHE) and _needs_escape(cell) else cell


def _needs_escape(text: str) -> bool:
    return text.lstrip(_APOSTROPHE)[:1] in RISKY


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet could take `text` for a formula, as its first sign decides."""
    # = + - @, their full-width forms, TAB or carriage return; spaces and hidden signs before it do
    # not count. Signs alone, such as a dash for "nothing", are no formula.
    if text[:1].isalnum():
        return False
    hidden = (sign in " \n\u00a0" or unicodedata.category(sign) == "Cf" for sign in text)
    first = next((sign for sign, is_hidden in zip(text, hidden, strict=True) if not is_hidden), "")
    wide = unicodedata.normalize("NFKC", first)
    return wide in _SIGNS and any(map(str.isalnum, text))


def as_it_left(cell: str) -> str:
    """Return a cell of our own export as it was: "+31612345678" for "'+31612345678"."""
    own = unescaped(cell)
    # Others escape what spaces and hidden signs stand before, too.
    return cell[1:] if own == cell and cell.startswith("'") and is_formula(cell[1:]) else own
