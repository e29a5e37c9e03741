"""
A list that left Kring, was edited, and came back: which cells were changed there, and which here.

The file carries two columns of its own. The number says which person or organisation of which
project a row is about; it is signed, so no number of elsewhere means anybody here. The code holds a
digest of each cell as it left, made with the secret of the installation: a cell that differs from
it was changed in the file, and a value here that differs from it was changed here since.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple, cast

from crm.core import fields, tokens
from crm.core.cleaning import clean_line
from crm.core.formulas import as_it_left
from crm.core.i18n import LazyString
from crm.stakeholders.models import Kind, Organisation, Person
from crm.stakeholders.rules.columns import FIELD_LABELS, NAME_PARTS, Field
from crm.stakeholders.rules.fields import ORGANISATION, PERSON

DECLARED = {Kind.PERSON: PERSON, Kind.ORGANISATION: ORGANISATION}
# As columns stood in the code before its marks had keys, and as they stand in files.
_FIRST: Mapping[Kind, tuple[str, ...]] = {
    Kind.PERSON: (
        *("form_of_address", *NAME_PARTS, "name_use", "organisation", "role", "helix"),
        *("area", "tags", "email", "phone", "language", "note"),
    ),
    Kind.ORGANISATION: (
        *("organisation", "kind_of_organisation", "helix", "second_helix", "website", "street"),
        *("postcode", "town", "area", "tags", "note"),
    ),
}


def in_file(kind: Kind, declared: Iterable[fields.Field]) -> list[fields.Field]:
    """Return the fields that a file has, in its order: those that came since stand last."""
    found = [one for one in declared if fields.Where.FILE in one.where]
    return sorted(found, key=lambda one: (*_FIRST[kind], one.column).index(one.column))


def heading_of(one: fields.Field) -> LazyString:
    """Return what stands above the column of a field in a file."""
    return FIELD_LABELS[Field(one.column)] if one.column in list(Field) else one.label


_BY_COLUMN = {
    kind: {Field(one.column): one for one in in_file(kind, declared) if one.column in list(Field)}
    for kind, declared in DECLARED.items()
}
FIELDS: Mapping[Kind, tuple[Field, ...]] = {kind: tuple(of) for kind, of in _BY_COLUMN.items()}
"""The columns that are compared of each kind, in their order."""
_KEYS = {
    column: blake2b(column.encode(), digest_size=2).hexdigest()
    for columns in FIELDS.values()
    for column in columns
}
_LETTERS: Mapping[Kind, str] = {Kind.PERSON: "P", Kind.ORGANISATION: "O"}
# What is signed of a kind, so that the number of one never is that of another.
_SIGNED: Mapping[Kind, str] = {Kind.PERSON: "number", Kind.ORGANISATION: "organisation"}
CALLED = (Field.INITIALS, Field.FIRST_NAME, Field.SURNAME, Field.PARTNER_SURNAME)
# Short, as they stand in cells that people see.
SIGNS, MARK, KEY = 10, 6, 4
# Before a code whose marks say of which column they are.
_KEYED = "k"
_NUMBER = re.compile(r"([PO])(\d{1,9})-([0-9a-f]{10})")
Cells = Mapping[Field, str]


class CellState(StrEnum):
    """What became of a cell since it left: changed there, also changed here, or emptied there."""

    CHANGED = "changed"
    CONFLICT = "conflict"
    EMPTIED = "emptied"


@dataclass(frozen=True, slots=True)
class Returned:
    """One cell that came back other than it is here."""

    field: Field
    here: str
    there: str
    state: CellState


class Meant(NamedTuple):
    """The record that a number means."""

    kind: Kind
    id: int


def number_of(project_id: int, meant: Meant) -> str:
    """Return the number by which a person or organisation of a project is known in files."""
    return f"{_LETTERS[meant.kind]}{meant.id}-{_sign(project_id, meant)}"


def meant_by(project_id: int, number: str) -> Meant | None:
    """Return whom or what of this project a number means; none for a number of elsewhere."""
    found = _NUMBER.fullmatch(number.strip())
    if found is None:
        return None
    meant = Meant(kind_of(number), int(found[2]))
    return meant if found[3] == _sign(project_id, meant) else None


def kind_of(number: str) -> Kind:
    """Return of which kind a number is, by its letter; what is no number counts as a person's."""
    is_place = number.strip().startswith(_LETTERS[Kind.ORGANISATION])
    return Kind.ORGANISATION if is_place else Kind.PERSON


def code_of(number: str, cells: Cells) -> str:
    """Return the code that holds how the cells of a row leave."""
    mark = _marker(number)
    columns = FIELDS[kind_of(number)]
    return _KEYED + "".join(_KEYS[one] + mark(one, cells.get(one, "")) for one in columns)


def left_so(number: str, code: str, field: Field, text: str) -> bool:
    """Return whether a cell is as it left: the code, which only we can make, says so."""
    left = _left(number, code).get(field)
    return left is not None and _marker(number)(field, text) == left


def cells_as_left(columns: Iterable[fields.Field], values: Iterable[Any]) -> Cells:
    """Return the values of a row as the code has them, of those columns that can come back."""
    told = zip(columns, values, strict=True)
    cells = {one.column: one.kind.write(value) for one, value in told if value is not None}
    return cast("Cells", cells)


def cells_of(
    record: Person | Organisation, day: date, *, without: Collection[Field] = ()
) -> dict[Field, str]:
    """Return what a record has in each column, in words that do not depend on a language."""
    kind = Kind.PERSON if isinstance(record, Person) else Kind.ORGANISATION
    return {
        column: one.kind.write(one.store.values([record], day)[record.id])
        for column, one in _BY_COLUMN[kind].items()
        if column not in without
    }


def returned(number: str, code: str, there: Cells, here: Cells) -> list[Returned]:
    """Return the cells of a row that were changed in the file, each once it really differs."""
    left, mark = _left(number, code), _marker(number)
    found = []
    for field in FIELDS[kind_of(number)]:
        if field not in there:
            continue
        typed, own = usual(field, there[field]), usual(field, here.get(field, ""))
        if typed == own or mark(field, there[field]) == left.get(field):
            continue
        # Saved as CSV, a sheet loses letters that nobody edited.
        if _lost_letters(there[field], here.get(field, "")):
            continue
        # Without a code nobody knows what left: what differs counts as changed in the file. Of a
        # column that the code does not know, it may have been changed on either side.
        changed_here = bool(left) and mark(field, here.get(field, "")) != left.get(field)
        state = CellState.CONFLICT if changed_here else CellState.CHANGED
        state = state if typed else CellState.EMPTIED
        found.append(Returned(field, here.get(field, ""), there[field], state))
    return found


def _lost_letters(there: str, here: str) -> bool:
    """Whether a cell is what is here with ? for letters: Excel writes that for what CSV lacks."""
    saved, own = there.strip(), here.strip()
    pairs = zip(saved, own, strict=False)
    is_own = all(sign == letter or (sign == "?" and not letter.isascii()) for sign, letter in pairs)
    return len(saved) == len(own) and is_own


def usual(field: Field, text: str) -> str:
    """Return a cell as it is compared: words by what they mean, numbers by what is dialled."""
    return _USUAL.get(field, clean_line)(as_it_left(text))


_USUAL: Mapping[Field, Callable[[str], str]] = {
    column: one.kind.usual for of in _BY_COLUMN.values() for column, one in of.items()
}


def _sign(project_id: int, meant: Meant) -> str:
    return tokens.digest(f"{_SIGNED[meant.kind]}|{project_id}|{meant.id}")[:SIGNS]


def _left(number: str, code: str) -> dict[Field, str]:
    """Return the mark with which each cell left; nothing where that is not known."""
    kind = kind_of(number)
    if code.startswith(_KEYED):
        known = {_KEYS[column]: column for column in FIELDS[kind]}
        pieces = (code[at : at + KEY + MARK] for at in range(len(_KEYED), len(code), KEY + MARK))
        marks = {piece[:KEY]: piece[KEY:] for piece in pieces}
        return {known[key]: mark for key, mark in marks.items() if key in known}
    columns = _FIRST[kind]
    # A code of another length was cut off.
    if len(code) != len(columns) * MARK:
        return {}
    return {Field(one): code[at * MARK : (at + 1) * MARK] for at, one in enumerate(columns)}


def _marker(number: str) -> Callable[[Field, str], str]:
    """Return what gives the mark of a cell in one row: the secret is asked once for all of them."""
    key = tokens.digest(f"cells|{number}").encode()

    def mark(field: Field, text: str) -> str:
        told = f"{field.value}|{usual(field, text)}".encode("utf-8", "replace")
        return blake2b(told, key=key, digest_size=MARK // 2).hexdigest()

    return mark
