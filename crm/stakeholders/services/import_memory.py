"""Changes of what is remembered of lists: columns by their headings, words by their field."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_

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
    """What a word in a column of a list of any kind means: a member of its field, or nothing."""

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
        heading: usual[heading] if usual[heading] in NUMBERED else field
        for heading, field in choices.columns.items()
    }
    if (columns, choices.helix) == (usual, Choices({}).helix):
        remove_many(RememberedColumns, RememberedColumns.headings_key == key)
        return
    keep_columns(key, choices_text(Choices(columns, choices.helix)))


def keep_columns(key: str, text: str) -> None:
    """Keep what was chosen for the headings with this key, inside a command."""
    row = {"headings_key": key, "columns": text, "chosen_at": clock.now()}
    if not add_missing(RememberedColumns, [row], unique=("project_id", "headings_key")):
        change_many(RememberedColumns, RememberedColumns.headings_key == key, row)


def remember_words(explained: Iterable[Explained]) -> None:
    """Remember what words mean, inside a command."""
    for said in explained:
        own = {"field": said.field.value, "word_key": fold(said.word)}
        told = {"word": said.word[:LONGEST_WORD], "meaning": said.meaning}
        row = {**own, **told, "chosen_at": clock.now()}
        if not add_missing(RememberedWord, [row], unique=("project_id", *own)):
            is_it = (getattr(RememberedWord, column) == value for column, value in own.items())
            change_many(RememberedWord, and_(*is_it), row)
