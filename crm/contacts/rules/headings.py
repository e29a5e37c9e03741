"""Headings of columns: what they mean in lists from Excel, address books and known programs."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crm.core import words
from crm.core.errors import Invalid
from crm.core.i18n import LazyString, _, _l
from crm.core.normalisation import fold
from crm.intake.reading.tables import held_once
from crm.stakeholders.rules.columns import NAMES, Field

SEVERAL = frozenset({Field.EMAIL, Field.PHONE, Field.STREET, Field.TAGS, Field.NOTE})
"""Fields that more than one column may hold; a street and its number often stand in two."""
_LISTS = words.read("contacts/headings")
_FIELD_OF = _LISTS.meanings("fields", Field)
_PARTS = {
    name: frozenset(_LISTS.below(f"parts.{name}"))
    for name in ("house_numbers", "numbers", "bare_names", "bare_first_names", "birth_names")
}
_AROUND = frozenset(_LISTS.below("around"))
_HOME, _OTHER = map(frozenset, map(_LISTS.below, ("around.home", "around.other")))
_BRACKETS = re.compile(r"\([^()]*\)")
_SQUARE = re.compile(r"\[([^\[\]]+)\]\s*$")
_APART = re.compile(r"[/|]")
_TWO_IN_ONE = re.compile(
    r"[/|+&,\n]|\s-\s|\s(?:en|and|und|et|of|or|bij|at|met|with)\s", re.IGNORECASE
)
_BOTH: Mapping[tuple[Field, ...], Field] = {
    (Field.ORGANISATION, Field.ROLE): Field.ORGANISATION_ROLE,
    (Field.ROLE, Field.ORGANISATION): Field.ROLE_ORGANISATION,
    # What stands behind a name is looked at for each.
    (Field.FULL_NAME, Field.ORGANISATION): Field.FULL_NAME,
    # Numbers among addresses are told apart when they are read.
    (Field.EMAIL, Field.PHONE): Field.EMAIL,
    (Field.PHONE, Field.EMAIL): Field.EMAIL,
}
_ASKED_FOR = frozenset(_LISTS.below("questions.asked_for"))
_NOT_FOR_PEOPLE = re.compile(
    rf"\((?:{_LISTS.pattern('questions.not_for_people')})\)", re.IGNORECASE
)
# As directories and databases write them: "givenName".
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Microsoft Forms counts questions that are asked more than once: "Organisatie2".
_STUCK_NUMBER = re.compile(r"(?<=[^\W\d_]{3})\d{1,2}$")
_BEHIND = re.compile(r"\s+-\s+|:\s+")
_WHOSE = frozenset(_LISTS.below("questions.whose"))
_SECOND = re.compile(r"\b([2-9])\)?$")
_NUMBERED = re.compile(r" \(\d{1,3}\)$")


def field_of(heading: str) -> Field | None:
    """Return what a column with this heading usually holds; "Telefoon (werk) 2" is a telephone."""
    # The forms go from the most telling to the least: an exact heading before a part of one.
    if _NOT_FOR_PEOPLE.match(heading):
        return None
    if _FIELD_OF.get(fold(heading)) is Field.SORT:
        return Field.SORT
    # LimeSurvey: "Wat is uw naam? [Voornaam]".
    asked = _SQUARE.search(heading)
    found = _exactly(fold(asked[1])) if asked else _of_whom(heading)
    if not (asked or found):
        # "Organisatie / functie" and "Functie en organisatie" ask for both, in this order.
        parts = _TWO_IN_ONE.split(_BRACKETS.sub(" ", heading))
        found = _BOTH.get(tuple(filter(None, map(_exactly, map(fold, parts)))))
    found = found or _exactly(fold(_NUMBERED.sub("", heading))) or _in_part(heading)
    parted = _STUCK_NUMBER.sub("", _CAMEL.sub(" ", heading))
    return found or (field_of(parted) if parted != heading else None)


def _of_whom(heading: str) -> Field | None:
    """Return what stands behind of whom it is: "Person - Email - Work", "Contactpersoon: Naam"."""
    whose, is_told, what = _BEHIND.sub("\n", heading, count=1).partition("\n")
    if not is_told or fold(whose) not in _WHOSE:
        return None
    found = _exactly(fold(what))
    is_its_name = found is Field.FULL_NAME and _FIELD_OF.get(fold(whose)) is Field.ORGANISATION
    return Field.ORGANISATION if is_its_name else found


def _in_part(heading: str) -> Field | None:
    """Return what "Bedrijf / organisatie", "Naam (verplicht)" or a question asks for."""
    parts = _APART.split(_BRACKETS.sub(" ", heading))
    fields = set(filter(None, map(_exactly, map(fold, parts))))
    if fields == {Field.POSTCODE, Field.TOWN}:  # "9401 AB Assen" is parted when it is read
        return Field.POSTCODE
    if not fields and heading.rstrip().endswith("?"):
        asked = [_FIELD_OF[word] for word in fold(heading).split() if word in _ASKED_FOR]
        # "Welke rol heb je binnen deze organisatie?" asks for the first.
        fields = set(asked[:1] if set(asked) == {Field.ROLE, Field.ORGANISATION} else asked)
    return fields.pop() if len(fields) == 1 else None


def _exactly(words: str) -> Field | None:
    if words in _FIELD_OF:
        return _FIELD_OF[words]
    bare = [word for word in words.split() if not word.isdigit()]
    # "Contactpersoon 1" is a name; before "telefoon" the word only says whose.
    if (found := _FIELD_OF.get(" ".join(bare))) is not None:
        return found
    return _FIELD_OF.get(" ".join(word for word in bare if word not in _AROUND))


def propose_mapping(
    headings: Iterable[str], layout: Mapping[str, Field | None] | None = None
) -> dict[str, Field | None]:
    """
    Return what each column seems to hold, nothing for a heading that is not known.

    :param layout: what the columns of a known layout hold, by folded heading
    """
    named = list(headings)
    known = layout or {}
    found = {
        heading: known[folded]
        if (folded := fold(_NUMBERED.sub("", heading))) in known
        else field_of(heading)
        for heading in named
    }
    _take_bare_names(found)
    proposed = {key: field if field in SEVERAL else None for key, field in found.items()}
    taken: set[Field] = set()
    # Of several columns for a field that takes one, the first in the list gets it, as sorting keeps
    # their order; an address at home only where there is no other.
    for heading in sorted(named, key=_distance):
        field = found[heading]
        if field is not None and field not in taken:
            proposed[heading] = field
            taken.add(field)
    _join_streets(proposed)
    # Nothing of another person in the row is taken: "E-mail 2" where "Voornaam 2" is.
    others = set(second_people(found, proposed).values())
    strange = [key for key in found if (number := _SECOND.search(key)) and number[1] in others]
    # A whole name is only used where no column has the surname.
    if {Field.SURNAME, Field.FULL_NAME} <= taken:
        strange += [key for key, field in proposed.items() if field is Field.FULL_NAME]
    return {**proposed, **dict.fromkeys(strange)}


def _take_bare_names(found: dict[str, Field | None]) -> None:
    """Take "Naam" beside initials for the surname, and "Nome" without one for the whole name."""
    fields = set(found.values())
    if Field.SURNAME in fields:
        return
    parts = fields & {Field.FIRST_NAME, Field.INITIALS, Field.PREFIX}
    for heading in found:
        if fold(heading) in _PARTS["birth_names"]:
            found[heading] = Field.SURNAME
        elif fold(heading) in _PARTS["bare_first_names"]:
            found[heading] = Field.FULL_NAME
        elif fold(heading) in _PARTS["bare_names"] and parts:
            found[heading] = Field.SURNAME


def _distance(heading: str) -> int:
    """Return 0 for a heading without more or about work, 1 about home, 2 about another address."""
    words = set(fold(heading).split())
    return 2 if words & _OTHER else int(bool(words & _HOME))


def second_people(headings: Iterable[str], held: Mapping[str, Field | None]) -> dict[str, str]:
    """Return the columns with the name of another person in the row, and which: "Voornaam 2"."""
    return {
        heading: found[1]
        for heading in headings
        if held.get(heading) is None and (found := _SECOND.search(heading))
        if field_of(heading) in {Field.FIRST_NAME, Field.FULL_NAME}
    }


def _join_streets(proposed: dict[str, Field | None]) -> None:
    """Leave one street, with the columns for its number behind it."""
    streets = [heading for heading, field in proposed.items() if field is Field.STREET]
    if not streets:
        return
    # Several columns may hold a street, but home and work make no address together.
    chosen = min(streets, key=_distance)
    for heading in streets:
        if heading != chosen:
            proposed[heading] = None
    before = ""
    for heading in proposed:
        # "Nummer" elsewhere counts the rows, or members.
        is_behind = proposed.get(before) is Field.STREET
        is_number = is_behind and fold(heading) in _PARTS["numbers"]
        if is_number or fold(heading) in _PARTS["house_numbers"]:
            proposed[heading] = Field.STREET
        before = heading


@dataclass(frozen=True, slots=True)
class Layout:
    """What a layout is called, by which folded headings it is known, and what is special."""

    label: str | LazyString
    # A list that has all headings of one of these sets has this layout.
    known_by: tuple[frozenset[str], ...]
    # What columns hold that elsewhere mean something else, by folded heading.
    columns: Mapping[str, Field | None]


# The first that fits is taken: a plain list with Dutch headings, which fits most, stands last.
_LABELS: Mapping[str, str | LazyString] = {
    "google": _l("Google Contacts"),
    "google_old": _l("Google Contacts (before 2024)"),
    "outlook": "Outlook",
    "directory": _l("a directory (LDAP)"),
    "mail": _l("messages from Outlook"),
    "linkedin": "LinkedIn",
    "teams": "Microsoft Teams",
    "nl_excel": _l("a list with Dutch headings"),
}
_LAYOUTS = words.read("contacts/layouts")
LAYOUTS: Mapping[str, Layout] = {
    name: Layout(
        label,
        _LAYOUTS.sets(f"{name}.known_by"),
        _LAYOUTS.meanings(
            f"{name}.columns", lambda value: None if value == "nothing" else Field(value)
        ),
    )
    for name, label in _LABELS.items()
}


class LayoutUnknown(Invalid):
    """No layout has this name."""


class LayoutDiffers(Invalid):
    """The file has none of the columns of the layout."""


def recognised(headings: Iterable[str]) -> Layout | None:
    """Return the layout that these are the headings of, if we know it."""
    folded = {fold(heading) for heading in headings}
    for layout in LAYOUTS.values():
        if any(known <= folded for known in layout.known_by):
            return layout
    return None


def mapping_for(headings: Iterable[str], layout: str = "") -> dict[str, Field | None]:
    """
    Return what each column holds by the layout with this name; without a name by its heading.

    :raises LayoutUnknown: if no layout has this name
    :raises LayoutDiffers: if the file has no column of the layout
    """
    named = list(headings)
    if not layout:
        found = recognised(named)
        return propose_mapping(named, found.columns if found else None)
    if layout not in LAYOUTS:
        text = _(
            "There is no layout %(name)s. Known: %(known)s.", name=layout, known=", ".join(LAYOUTS)
        )
        raise LayoutUnknown(text)
    if not any(map(field_of, named)):
        raise LayoutDiffers(_("This file has none of the columns of %(name)s.", name=layout))
    return propose_mapping(named, LAYOUTS[layout].columns)


class NoNameColumn(Invalid):
    """No column says who a row is about."""

    message = _l(
        "Choose at least one column that holds a name, an organisation or an e-mail address."
    )


# A prefix alone names nobody.
_NAMING = frozenset(NAMES) - {Field.PREFIX, Field.PARTNER_PREFIX} | {
    Field.SURNAME_FIRST,
    Field.ORGANISATION_ROLE,
    Field.ROLE_ORGANISATION,
    Field.EMAIL,
    Field.RECORD,
}


def check_mapping(mapping: Mapping[str, Field | None]) -> None:
    """
    Hold the rules about a mapping; a refusal names the column by its place, from 0.

    :raises ColumnTwice: if two columns hold a field that takes one
    :raises NoNameColumn: if no column holds a name
    """
    held_once(mapping.values(), SEVERAL)
    if _NAMING.isdisjoint(mapping.values()):
        raise NoNameColumn
