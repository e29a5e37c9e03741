"""Texts that a spreadsheet would take for a formula: how they leave in a file, and come back."""

RISKY = frozenset("=+-@\t\r＝＋－＠")
_APOSTROPHE = "'"


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
