"""Organisations as lists name them: told apart from roles, and the helix of those that are new."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from crm.core import words
from crm.core.normalisation import fold
from crm.intake.reading.tables import Table
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import CROSSES, Field

_LISTS = words.read("contacts/organisations")
_PLACES = _LISTS.pattern("named.begins")
_ARTICLES = _LISTS.pattern("at.articles")
_BEGINS_AS_PLACE = re.compile(rf"(?:(?:{_ARTICLES}) )?(?:{_PLACES})\b", re.IGNORECASE)
# Behind a name these may be part of it; a whole name that begins so is that of an organisation.
_NAMED_AS_COMPANY = re.compile(rf"(?:{_LISTS.pattern('named.as_company')})\b", re.IGNORECASE)
_MORE_THAN_A_NAME = re.compile(r"[,|;:/(@]|\s[-–—]\s|\bt\.?a\.?v\b", re.IGNORECASE)
_ENDS_AS_PLACE = re.compile(
    rf"\b(?:{_LISTS.pattern('named.ends')}|[bn]\.?v\.?)$|(?:hogeschool|universiteit)\b",
    re.IGNORECASE,
)
_ROLES = re.compile(rf"(?:{_LISTS.pattern('roles')})s?\b", re.IGNORECASE)
# Longer than any of both; what is looked for takes more than the square of the length.
_LONGEST = 500
_AT = re.compile(
    rf"(.+?)\s+(?:{_LISTS.pattern('at.words')})\s+(?:(?:{_ARTICLES})\s+)?(.+)", re.DOTALL
)
_WITHOUT_SIGN = re.compile(rf"([a-z][^,]*?)\s+((?:{_PLACES})\b.+)", re.IGNORECASE | re.DOTALL)
# What stands between two wider things goes first: "docent/onderzoeker - RUG".
_BETWEEN = tuple(
    map(re.compile, (r"\s*\n\s*", r"\s*[|;]\s*", r"\s+/\s+", r"\s+[-–—]\s+", r",\s*", r"\s*/\s*"))
)


class Affiliated(NamedTuple):
    """An organisation and what somebody does there; one of them may be empty."""

    organisation: str = ""
    role: str = ""


def is_organisation(text: str) -> bool:
    """Return whether a text names an organisation by a word that organisations are called by."""
    return bool(_BEGINS_AS_PLACE.match(text) or _ENDS_AS_PLACE.search(text))


def names_two(text: str) -> bool:
    """Return whether a text seems to name two organisations: "Hanze; RUG"."""
    pieces = [piece for piece in text.split(";") if any(map(str.isalpha, piece))]
    between = text.split(" / ")
    return len(pieces) > 1 or (len(between) > 1 and all(map(is_organisation, between)))


def names_organisation(text: str) -> bool:
    """Return whether what stands as a name is that of an organisation, and of nobody in it."""
    is_named_so = is_organisation(text) or bool(_NAMED_AS_COMPANY.match(text))
    return " " in text and is_named_so and not _MORE_THAN_A_NAME.search(text)


def is_role(text: str) -> bool:
    """Return whether a text says what somebody does by a word for that."""
    return bool(_ROLES.search(text))


def told_apart(text: str, first: Field) -> Affiliated:
    """
    Return what "Gemeente Assen / adviseur" or "adviseur bij Gemeente Assen" says; nothing is lost.

    :param first: what stands first where the words do not tell: the organisation, or the role
    """
    if len(text) > _LONGEST:
        return _alone(text.strip(), first)
    for between in _BETWEEN:
        pieces = between.split(text.strip(), maxsplit=1)
        if len(pieces) > 1 and all(pieces):
            left, right = map(_likeness, pieces)
            # Both are roles, or both organisations: "docent/onderzoeker" is not parted.
            if left == right and left:
                return _alone(text.strip(), first)
            is_reversed = right > left or (right == left and first is Field.ROLE)
            organisation, role = reversed(pieces) if is_reversed else pieces
            return Affiliated(organisation, role)
    for pattern in (_AT, _WITHOUT_SIGN):
        if found := pattern.fullmatch(text.strip()):
            return Affiliated(found[2], found[1])
    return _alone(text.strip(), first)


def behind_name(remark: str) -> Affiliated:
    """Return what stood behind a name as organisation and role; nothing for another remark."""
    says_where = is_organisation(remark) or is_role(remark)
    return told_apart(remark, Field.ORGANISATION) if says_where else Affiliated()


def _likeness(text: str) -> int:
    """Return 1 for what is called as organisations are, -1 for what people do, else 0."""
    return 1 if is_organisation(text) else -int(is_role(text))


def _alone(text: str, first: Field) -> Affiliated:
    likeness = _likeness(text)
    is_place = likeness > 0 or (likeness == 0 and first is Field.ORGANISATION)
    return Affiliated(organisation=text) if is_place else Affiliated(role=text)


_PLACE_FIELDS = frozenset({Field.ORGANISATION, Field.ORGANISATION_ROLE, Field.ROLE_ORGANISATION})
_TELLS = tuple(
    (helix, re.compile(rf"(?<!\w)(?:{_LISTS.pattern(f'of_organisations.{helix}')})(?!\w)"))
    for helix in Helix
)


@dataclass(frozen=True, slots=True)
class HelixOfNew:
    """Which helix organisations get that are new here and of which no row says it."""

    others: Helix = Helix.END_USERS
    # By folded name, of those about which somebody said it.
    named: Mapping[str, Helix] = field(default_factory=dict)

    def of(self, name: str) -> Helix:
        """Return the helix of the organisation with this name."""
        return self.named.get(fold(name), self.others)


def helix_by_name(name: str) -> Helix | None:
    """Return the helix that the name of an organisation says by itself; none if it says none."""
    folded = fold(name)
    found = {helix for helix, tells in _TELLS if tells.search(folded)}
    # "Universiteit gemeente": where words say two things somebody is asked.
    return found.pop() if len(found) == 1 else None


def leaves_helix_open(table: Table, mapping: Mapping[str, Field | None]) -> bool:
    """Return whether a row names an organisation and has nothing in a column for its helix."""
    columns = [mapping.get(heading) for heading in table.headings]
    places = [at for at, held in enumerate(columns) if held in _PLACE_FIELDS]
    telling = [at for at, held in enumerate(columns) if held in {Field.HELIX, *CROSSES}]
    return any(
        any(cells[at] for at in places) and not any(cells[at] for at in telling)
        for cells in table.rows
    )
