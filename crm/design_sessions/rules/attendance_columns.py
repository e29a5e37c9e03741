"""What the columns and the words of an attendance list say."""

import json
from collections.abc import Mapping
from enum import StrEnum

from crm.contacts.rules.cell_text import is_crossed
from crm.contacts.rules.headings import SEVERAL, mapping_for
from crm.core import words
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.normalisation import fold
from crm.design_sessions.models import AttendanceStatus
from crm.intake.reading.tables import Table, held_once
from crm.stakeholders.rules.columns import FIELD_LABELS, Field


class ListField(StrEnum):
    """What only a column of an attendance list holds."""

    ATTENDANCE = "attendance"


Columns = Mapping[str, Field | ListField | None]
"""For each heading what its column holds, None for nothing."""
OFFERED: tuple[Field | ListField, ...] = (
    ListField.ATTENDANCE,
    Field.FULL_NAME,
    Field.SURNAME_FIRST,
    Field.FIRST_NAME,
    Field.INITIALS,
    Field.PREFIX,
    Field.SURNAME,
    Field.FORM_OF_ADDRESS,
    Field.EMAIL,
    Field.PHONE,
    Field.COUNTRY,
    Field.ORGANISATION,
    Field.ROLE,
    Field.HELIX,
)
LABELS = {**FIELD_LABELS, ListField.ATTENDANCE: _l("Attendance: who came")}
_NAMING = frozenset(
    {Field.FULL_NAME, Field.SURNAME_FIRST, Field.FIRST_NAME, Field.SURNAME, Field.EMAIL}
)


class NobodyNamed(Invalid):
    """No column says who a row is about."""

    message = _l("Choose at least one column that holds a name or an e-mail address.")


def proposed(table: Table) -> dict[str, Field | ListField | None]:
    """
    Return what the columns seem to hold by their headings.

    Of several that may say who came, it is the one with the most cells that do: Eventbrite writes
    "Attending" below "Attendee Status", and "Yes" below "Checked In".
    """
    found: dict[str, Field | ListField | None] = {
        heading: field if field in OFFERED else None
        for heading, field in mapping_for(list(table.headings)).items()
    }
    said = {
        heading: sum(status_of(row[place]) is not None for row in table.rows)
        for place, heading in enumerate(table.headings)
        if (asked := " ".join(word for word in fold(heading).split() if not word.isdigit()))
        in HEADINGS
        or f"{asked} ".startswith(_QUESTIONS)
    }
    if said:
        found[max(said, key=said.__getitem__)] = ListField.ATTENDANCE
    return found


def status_cells(table: Table, columns: Columns) -> list[str | None]:
    """
    Return for each row what it says of who came; nothing where no column says that.

    Where its cell is empty, a cross below "Afgemeld" beside it says what stands above that.
    """
    heading = next((key for key, field in columns.items() if field is ListField.ATTENDANCE), None)
    if heading is None:
        return [None] * len(table.rows)
    at = table.headings.index(heading)
    beside = [
        (place, label)
        for place, label in enumerate(table.headings)
        if columns.get(label) is None and status_of(label) is not None
    ]
    crossed = ([word for place, word in beside if is_crossed(row[place])] for row in table.rows)
    # Crosses below two of them say nothing for certain.
    return [
        row[at] or (words[0] if len(words) == 1 else "")
        for row, words in zip(table.rows, crossed, strict=True)
    ]


def check_columns(columns: Columns) -> None:
    """
    Hold the rules about columns; a refusal names the column by its place, from 0.

    :raises ColumnTwice: if two columns hold what one may hold
    :raises NobodyNamed: if no column says who a row is about
    """
    if held_once(columns.values(), SEVERAL).isdisjoint(_NAMING):
        raise NobodyNamed


def columns_text(columns: Columns) -> str:
    """Return columns as text."""
    return json.dumps(dict(columns))


def columns_of(text: str) -> dict[str, Field | ListField | None]:
    """Return the columns that were kept as `text`."""
    own = {field.value: field for field in ListField}
    return {
        heading: (own.get(value) or Field(value)) if value else None
        for heading, value in json.loads(text).items()
    }


_LISTS = words.read("design_sessions/attendance")
HEADINGS = frozenset(_LISTS.below("headings"))
"""Folded headings of a column that says who came."""
_QUESTIONS = tuple(f"{question} " for question in _LISTS.below("questions"))
"""How the question of a form begins, folded, with the space behind it."""
_STATUS_OF = _LISTS.meanings("status", AttendanceStatus)


def word_key(cell: str) -> str:
    """Return a cell as words are compared: folded, or a sign alone as it is."""
    return fold(cell) or cell.strip()[:1]


def status_of(cell: str) -> AttendanceStatus | None:
    """Return what a Dutch or English word, or a sign, says of somebody; nothing if unknown."""
    # Telephones write behind a sign that it is to be drawn in colour.
    return _STATUS_OF.get(cell.strip().rstrip("\ufe0f")) or _STATUS_OF.get(fold(cell))
