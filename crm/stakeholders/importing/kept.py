"""What is kept of an import between its steps, as text: the table and the columns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.rows import Words
from crm.stakeholders.importing.tables import Table
from crm.stakeholders.models import Helix


@dataclass(frozen=True, slots=True)
class Choices:
    """
    What somebody chose: what each column holds, and the helix where the list gives none.

    :ivar words: what words of the list mean that somebody was asked about
    """

    columns: Mapping[str, Field | None]
    helix: Helix = Helix.END_USERS
    words: Words = field(default_factory=dict)


def table_text(table: Table) -> str:
    """Return a table as text."""
    return json.dumps([table.headings, table.rows, table.numbers], separators=(",", ":"))


@lru_cache(maxsize=1)
def table_of(text: str) -> Table:
    """Return the table that was kept as `text`."""
    headings, rows, numbers = json.loads(text)
    return Table(tuple(headings), tuple(map(tuple, rows)), tuple(numbers))


def choices_text(choices: Choices) -> str:
    """Return choices as text."""
    words = {one: dict(meanings) for one, meanings in choices.words.items()}
    return json.dumps({"columns": dict(choices.columns), "helix": choices.helix, "words": words})


def choices_of(text: str) -> Choices:
    """Return the choices that were kept as `text`."""
    found = json.loads(text)
    columns = {key: Field(one) if one else None for key, one in found["columns"].items()}
    words = {Field(one): meanings for one, meanings in found.get("words", {}).items()}
    return Choices(columns, Helix(found["helix"]), words)
