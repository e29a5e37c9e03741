"""Whole names as lists write them: titles before them, and remarks between brackets behind them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from crm.core.folding import fold
from crm.stakeholders import names
from crm.stakeholders.names import FormOfAddress, NameParts

_FORM = re.compile(
    r"(^|,\s*)(de heer|dhr|mevrouw|mevr|mw|mej|meneer|hr|mrs|ms|miss)(?:\.\s*|\s+)"
    r"(?!(?:en|and|&)\s)(?=\w)",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_BEHIND = re.compile(r"\)\s+-\s+(.+)$")
# What Teams and Zoom put behind a name says nothing of the person.
_SAYS_NOTHING = frozenset({
    "guest", "gast", "unverified", "niet geverifieerd", "extern", "external", "host", "me", "ik",
    "co host", "organisator", "organizer", "",
})  # fmt: skip
_TWO = re.compile(r"\w\.?\s+(?:en|and|&|\+)\s+\w", re.IGNORECASE)
_MONTH = re.compile(
    r"\d{1,2}[- ](?:jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)\w*"
)


class Called(NamedTuple):
    """A name, and what stood between brackets and is no part of it."""

    parts: NameParts
    remark: str


def taken_apart(text: str, form: FormOfAddress) -> Called:
    """
    Return a proposal for a whole name: "Dhr. J. de Vries (Jan)", "Bakker, Anna (Gemeente Assen)".

    One word between brackets behind initials is the first name; other words are a remark.
    """
    behind = _BEHIND.search(text)
    remarks = [one.strip() for one in _BRACKETS.findall(text)]
    bare = _BRACKETS.sub("", text[: behind.start() + 1] if behind else text).strip(" -")
    title = _FORM.search(bare)
    if title:
        bare = _FORM.sub(r"\1", bare, count=1)
        if form is FormOfAddress.NEUTRAL:
            form = names.form_of_address(title[2])
    parts = names.propose_from_one(bare or text, form)
    kept = [one for one in remarks if fold(one) not in _SAYS_NOTHING]
    if kept and parts.initials and not parts.first_name and kept[0].isalpha():
        parts = replace(parts, first_name=kept.pop(0))
    return Called(parts, "; ".join([*kept, *([behind[1]] if behind else [])]))


def names_two(text: str) -> bool:
    """Return whether a name seems to be of two people: "Jan en Marie de Vries"."""
    return bool(_TWO.search(text))


def is_no_name(text: str) -> bool:
    """Return whether there is only a number or a date where a name is asked: "1-mei", "2024"."""
    has_digit = any(map(str.isdigit, text))
    return has_digit and (not any(map(str.isalpha, text)) or bool(_MONTH.fullmatch(text.lower())))


def is_remark(cells: Sequence[str], width: int) -> bool:
    """Return whether a row is a remark below a list: "Bron: gemeente", "* onder voorbehoud"."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) != 1 or width < 2:  # noqa: PLR2004 - in one column everything stands alone
        return False
    return filled[0].startswith("*") or ":" in filled[0] or " = " in filled[0]


def is_address(name: NameParts) -> bool:
    """Return whether all there is of a name is an e-mail address."""
    typed = [text for text in (name.first_name, name.prefix, name.surname) if text]
    return len(typed) == 1 and "@" in typed[0] and " " not in typed[0]
