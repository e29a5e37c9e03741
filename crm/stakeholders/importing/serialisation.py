"""What is kept of an import between its steps, as text: the table and the columns."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.new_organisations import HelixOfNew
from crm.stakeholders.importing.row_reader import Words
from crm.stakeholders.importing.tables import Table
from crm.stakeholders.models import Helix


@dataclass(frozen=True, slots=True)
class Choices:
    """
    What somebody chose: what each column holds, and the helix where the list gives none.

    :ivar helix: that of new organisations; none as long as nobody chose one
    :ivar words: what words of the list mean that somebody was asked about
    :ivar helixes: by folded name, those of organisations that somebody was asked about
    """

    columns: Mapping[str, Field | None]
    helix: Helix | None = None
    words: Words = field(default_factory=dict)
    helixes: Mapping[str, Helix] = field(default_factory=dict)

    @property
    def helix_of_new(self) -> HelixOfNew:
        """The helix of new organisations; where nobody said anything they count as end users."""
        return HelixOfNew(self.helix or Helix.END_USERS, self.helixes)


def table_text(table: Table) -> str:
    """Return a table as text."""
    return json.dumps([table.headings, table.rows, table.numbers], separators=(",", ":"))


def table_of(text: str) -> Table:
    """Return the table that was kept as `text`: the same one as long as anybody has it at hand."""
    found = _at_hand.get(text)
    if found is None:
        headings, rows, numbers = json.loads(text)
        found = Table(tuple(headings), tuple(map(tuple, rows)), tuple(numbers))
        _at_hand[text] = found
    return found


# A page asks for its table several times; a process that serves pages must not keep a whole list.
_at_hand: WeakValueDictionary[str, Table] = WeakValueDictionary()


def choices_text(choices: Choices) -> str:
    """Return choices as text."""
    words = {one: dict(meanings) for one, meanings in choices.words.items()}
    kept = {"columns": dict(choices.columns), "helix": choices.helix, "words": words}
    return json.dumps({**kept, "helixes": dict(choices.helixes)})


def choices_of(text: str) -> Choices:
    """Return the choices that were kept as `text`."""
    found = json.loads(text)
    columns = {key: Field(one) if one else None for key, one in found["columns"].items()}
    words = {Field(one): meanings for one, meanings in found.get("words", {}).items()}
    helixes = {name: Helix(one) for name, one in found.get("helixes", {}).items()}
    return Choices(columns, Helix(found["helix"]) if found["helix"] else None, words, helixes)
