"""Questions about what was remembered of earlier lists."""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from sqlalchemy import select

from crm.contacts.models import ContactImport, RememberedColumns, RememberedWord
from crm.contacts.rules import column_guess
from crm.contacts.rules.choices import Choices, choices_of
from crm.contacts.rules.column_guess import NUMBERED, mapping_of
from crm.contacts.rules.headings import mapping_for
from crm.contacts.rules.memory import WordQuestion, headings_key, word_questions
from crm.contacts.rules.tables import Table
from crm.core.db import project_in_scope, session, the_one
from crm.core.normalisation import fold
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import Field, Words


def columns_for(headings: Iterable[str], kind: str = "") -> RememberedColumns | None:
    """Return what was chosen last for the same headings, in lists of contacts or another kind."""
    key = headings_key(headings, kind)
    return session().scalar(select(RememberedColumns).where(RememberedColumns.headings_key == key))


def proposed_choices(table: Table) -> Choices:
    """
    Return what the columns of a list hold: as it was chosen last, or else by their headings.

    Of numbers and codes of Kring only the list itself says whether they are used: not where none
    of the numbers is of this project.
    """
    # What somebody chose once for these headings goes before what we would guess now.
    chosen, columns, remembered = Choices({}), mapping_of(table), columns_for(table.headings)
    if remembered is not None:
        chosen = choices_of(remembered.columns)
        by_key = {fold(heading): field for heading, field in chosen.columns.items()}
        columns = {
            heading: columns[heading] if columns[heading] in NUMBERED else by_key.get(fold(heading))
            for heading in table.headings
        }
    used = column_guess.without_strange_numbers(table, columns, project_in_scope() or 0)
    return Choices(used, chosen.helix)


def has_numbers_of_elsewhere(table: Table) -> bool:
    """Return whether the numbers of a list, by their headings, are all of elsewhere."""
    return column_guess.numbers_of_elsewhere(
        table, mapping_for(table.headings), project_in_scope() or 0
    )


def words() -> list[RememberedWord]:
    """Return the words that somebody explained, field by field."""
    statement = select(RememberedWord).order_by(RememberedWord.field, RememberedWord.word_key)
    # Lists of other kinds have fields of their own.
    return list(session().scalars(statement.where(RememberedWord.field.in_(list(Field)))))


def meanings_of(field: StrEnum) -> dict[str, str]:
    """Return word → meaning of a field that only lists of another kind have."""
    statement = select(RememberedWord.word_key, RememberedWord.meaning)
    rows = session().execute(statement.where(RememberedWord.field == field.value))
    return {row[0]: row[1] for row in rows}


def word(word_id: int) -> RememberedWord:
    """Return one word that somebody explained, or raise `NotFound`."""
    return the_one(select(RememberedWord).where(RememberedWord.id == word_id))


def known_words() -> Words:
    """Return what every word means that somebody explained."""
    return {field: found for field, found in _known().items() if field is not Field.ORGANISATION}


def as_known(choices: Choices) -> Choices:
    """Return choices with what is known by now of words and of organisations by their name."""
    known = _known()
    named = known.pop(Field.ORGANISATION, {})
    helixes = {name: Helix(meaning) for name, meaning in named.items()}
    return replace(choices, words=known, helixes=helixes)


def questions_of(contact_import: ContactImport) -> list[WordQuestion]:
    """Return words that nobody explained yet, and new organisations without a helix, of a list."""
    return word_questions(contact_import.asked_words, _known())


def _known() -> dict[Field, dict[str, str]]:
    found: dict[Field, dict[str, str]] = {}
    for word in words():
        found.setdefault(Field(word.field), {})[word.word_key] = word.meaning
    return found
