"""
A list that left Kring, was edited, and came back: which cells were changed there, and which here.

The file carries two columns of its own. The number says which person or organisation of which
project a row is about; it is signed, so no number of elsewhere means anybody here. The code holds a
digest of each cell as it left, made with the secret of the installation: a cell that differs from
it was changed in the file, and a value here that differs from it was changed here since.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from crm.core import tokens
from crm.core.cleaning import clean_line, clean_lines
from crm.core.errors import Invalid
from crm.core.formulas import as_it_left
from crm.core.normalisation import fold
from crm.stakeholders.models import Kind, Organisation, Person
from crm.stakeholders.rules.columns import NAME_PARTS, Field, NotAHelix, read_helix
from crm.stakeholders.values import addresses, names, phones

FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    Kind.PERSON: (
        Field.FORM_OF_ADDRESS,
        *NAME_PARTS,
        Field.NAME_USE,
        Field.ORGANISATION,
        Field.ROLE,
        Field.HELIX,
        Field.AREA,
        Field.TAGS,
        Field.EMAIL,
        Field.PHONE,
        Field.LANGUAGE,
        Field.NOTE,
    ),
    Kind.ORGANISATION: (
        Field.ORGANISATION,
        Field.KIND,
        Field.HELIX,
        Field.SECOND_HELIX,
        Field.WEBSITE,
        Field.STREET,
        Field.POSTCODE,
        Field.TOWN,
        Field.AREA,
        Field.TAGS,
        Field.NOTE,
    ),
}
"""The fields that are compared of each kind, in the order in which the code has them."""
_LETTERS: Mapping[Kind, str] = {Kind.PERSON: "P", Kind.ORGANISATION: "O"}
# What is signed of a kind, so that the number of one never is that of another.
_SIGNED: Mapping[Kind, str] = {Kind.PERSON: "number", Kind.ORGANISATION: "organisation"}
CALLED = (Field.INITIALS, Field.FIRST_NAME, Field.SURNAME, Field.PARTNER_SURNAME)
# Short, as they stand in cells that people see.
SIGNS, MARK = 10, 6
_NUMBER = re.compile(r"([PO])(\d{1,9})-([0-9a-f]{10})")
_BETWEEN = re.compile(r"[;\n]")
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
    return "".join(mark(field, cells.get(field, "")) for field in FIELDS[kind_of(number)])


def left_so(number: str, code: str, field: Field, text: str) -> bool:
    """Return whether a cell is as it left: the code, which only we can make, says so."""
    left = _left(number, code).get(field)
    return left is not None and _marker(number)(field, text) == left


def cells_of(person: Person, day: date) -> dict[Field, str]:
    """Return what a person has in each column, in words that do not depend on a language."""
    role, parts = person.main_affiliation(day), person.name_parts
    place = role.organisation if role else None
    return {
        **{field: str(getattr(parts, field)) for field in FIELDS[Kind.PERSON][:8]},
        Field.ORGANISATION: place.name if place else "",
        Field.ROLE: role.role if role else "",
        Field.HELIX: person.helix_on(day).value,
        Field.AREA: person.area.name if person.area else "",
        Field.TAGS: "; ".join(tag.word for tag in person.tags),
        Field.EMAIL: "; ".join(email.address for email in person.emails),
        Field.PHONE: "; ".join(phone.number or phone.raw for phone in person.phones),
        Field.LANGUAGE: person.language,
        Field.NOTE: person.note,
    }


def cells_of_organisation(one: Organisation, area: str, tags: Iterable[str]) -> dict[Field, str]:
    """Return what an organisation has in each column; its area and tags were read already."""
    return {
        Field.ORGANISATION: one.name,
        Field.KIND: one.kind,
        Field.HELIX: one.helix.value,
        Field.SECOND_HELIX: one.second_helix.value if one.second_helix else "",
        Field.WEBSITE: one.website,
        Field.STREET: one.street,
        Field.POSTCODE: one.postcode,
        Field.TOWN: one.town,
        Field.AREA: area,
        Field.TAGS: "; ".join(tags),
        Field.NOTE: one.note,
    }


def returned(number: str, code: str, there: Cells, here: Cells) -> list[Returned]:
    """Return the cells of a row that were changed in the file, each once it really differs."""
    left, mark = _left(number, code), _marker(number)
    found = []
    for field in FIELDS[kind_of(number)]:
        if field not in there:
            continue
        typed, own = usual(field, there[field]), usual(field, here.get(field, ""))
        if typed == own or (left and mark(field, there[field]) == left[field]):
            continue
        # Saved as CSV, a sheet loses letters that nobody edited.
        if _lost_letters(there[field], here.get(field, "")):
            continue
        # Without a code nobody knows what left: what differs counts as changed in the file.
        changed_here = bool(left) and mark(field, here.get(field, "")) != left[field]
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


def parts_of(text: str, *, more: str = "") -> list[str]:
    """Return the values in a cell."""
    pieces = _BETWEEN.split(text.replace(more, ";") if more else text)
    return list(filter(None, map(clean_line, pieces)))


def _read(how: Callable[[str], str]) -> Callable[[str], str]:
    """Return what reads a text as it is kept; what it refuses is compared as it stands."""

    def read(text: str) -> str:
        try:
            return how(clean_line(text))
        except (Invalid, NotAHelix):
            return clean_line(text)

    return read


_helix = _read(lambda text: read_helix(text) or "")
_USUAL: Mapping[Field, Callable[[str], str]] = {
    Field.HELIX: _helix,
    Field.SECOND_HELIX: _helix,
    Field.WEBSITE: _read(addresses.website),
    Field.POSTCODE: _read(addresses.postcode),
    Field.TOWN: _read(addresses.town),
    Field.FORM_OF_ADDRESS: lambda text: names.form_of_address(text).value,
    Field.NAME_USE: lambda text: names.name_use(text).value,
    # The first address is the one that is written to: order counts, and capitals do not.
    Field.EMAIL: lambda text: ";".join(map(str.lower, parts_of(text))),
    Field.PHONE: lambda text: ";".join(phones.read(raw).number or raw for raw in parts_of(text)),
    # Tags have no order: a spreadsheet that sorted them changed nothing.
    Field.TAGS: lambda text: ";".join(sorted(set(map(fold, parts_of(text, more=","))))),
    Field.NOTE: clean_lines,
}


def _sign(project_id: int, meant: Meant) -> str:
    return tokens.digest(f"{_SIGNED[meant.kind]}|{project_id}|{meant.id}")[:SIGNS]


def _left(number: str, code: str) -> dict[Field, str]:
    """Return the mark with which each cell left; nothing where that is not known."""
    fields = FIELDS[kind_of(number)]
    # A code of another length was cut off, or left before there was one more field.
    if len(code) != len(fields) * MARK:
        return {}
    return {field: code[at * MARK : (at + 1) * MARK] for at, field in enumerate(fields)}


def _marker(number: str) -> Callable[[Field, str], str]:
    """Return what gives the mark of a cell in one row: the secret is asked once for all of them."""
    key = tokens.digest(f"cells|{number}").encode()

    def mark(field: Field, text: str) -> str:
        told = f"{field.value}|{usual(field, text)}".encode("utf-8", "replace")
        return blake2b(told, key=key, digest_size=MARK // 2).hexdigest()

    return mark
