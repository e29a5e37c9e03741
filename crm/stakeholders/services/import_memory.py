"""Changes of what is remembered of lists: columns by their headings, words by their field."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from crm.core import clock
from crm.core.commands import command
from crm.core.db import add_missing, change_many, remove_many
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.stakeholders.importing.choices import Choices, choices_text
from crm.stakeholders.importing.column_guess import NUMBERED
from crm.stakeholders.importing.headings import mapping_for
from crm.stakeholders.importing.memory import LONGEST_WORD, headings_key
from crm.stakeholders.models import RememberedColumns, RememberedWord
from crm.stakeholders.policy import StakeholderPermission


@dataclass(frozen=True, slots=True)
class Explained:
    """
    What a word in a column means: a member of its field, or nothing.

    :ivar field: a field of lists of contacts, or one that lists of another kind have
    """

    field: StrEnum
    word: str
    meaning: str


@command(StakeholderPermission.EDIT)
def forget_word(_actor: Actor, word: RememberedWord) -> None:
    """Forget what a word means: the next list that has it asks again."""
    remove_many(RememberedWord, RememberedWord.id == word.id)


def remember_columns(choices: Choices) -> None:
    """
    Remember what somebody chose for the headings of a list, inside a command.

    What is proposed for these headings anyway is not kept; whether numbers of Kring are used is for
    each list itself to say.
    """
    key, usual = headings_key(choices.columns), mapping_for(choices.columns)
    columns = {
        one: usual[one] if usual[one] in NUMBERED else field
        for one, field in choices.columns.items()
    }
    if (columns, choices.helix) == (usual, Choices({}).helix):
        forget_columns_of(key)
        return
    keep_columns(key, choices_text(Choices(columns, choices.helix)))


def keep_columns(key: str, text: str) -> None:
    """Keep what was chosen for the headings with this key, inside a command."""
    row = {"headings_key": key, "columns": text, "chosen_at": clock.now()}
    added = add_missing(RememberedColumns, [row], unique=("project_id", "headings_key"))
    if not added:
        change_many(RememberedColumns, RememberedColumns.headings_key == key, row)


def forget_columns_of(key: str) -> None:
    """Forget what was chosen for the headings with this key, inside a command."""
    remove_many(RememberedColumns, RememberedColumns.headings_key == key)


def remember_words(explained: Iterable[Explained]) -> None:
    """Remember what words mean, inside a command."""
    for one in explained:
        row = {
            "field": one.field.value,
            "word_key": fold(one.word),
            "word": one.word[:LONGEST_WORD],
            "meaning": one.meaning,
            "chosen_at": clock.now(),
        }
        is_it = (RememberedWord.field == one.field.value) & (
            RememberedWord.word_key == row["word_key"]
        )
        unique = ("project_id", "field", "word_key")
        if not add_missing(RememberedWord, [row], unique=unique):
            change_many(RememberedWord, is_it, row)
