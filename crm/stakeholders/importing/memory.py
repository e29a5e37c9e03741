"""What is remembered from one list for the next: what its columns hold and its words mean."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crm.core.normalisation import fold
from crm.stakeholders import names
from crm.stakeholders.importing import value_words
from crm.stakeholders.importing.column_guess import by_values, names_that_are_addresses
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.headings import second_people
from crm.stakeholders.importing.layouts import mapping_for
from crm.stakeholders.importing.new_organisations import helix_by_name
from crm.stakeholders.importing.plan import Plan, RowOutcome
from crm.stakeholders.importing.round_trip import meant_by
from crm.stakeholders.importing.row_messages import Problem
from crm.stakeholders.importing.row_reader import Words
from crm.stakeholders.importing.tables import Table

_HELIXES = frozenset({Field.HELIX, Field.SECOND_HELIX})
_NOBODY = frozenset({"", "anonymous", "anoniem"})
NUMBERED = frozenset({Field.RECORD, Field.CODE})
"""What only a list that left Kring holds: what its numbers mean, no earlier list can say."""
MOST_WORDS = 40
"""So many are asked about on one page."""
# More than anybody explains: enough that what is new is among them.
MOST_KEPT = 1_000
LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class WordQuestion:
    """
    A word of which somebody has to say what it means, once.

    :param count: in how many rows it stands
    :param guess: what it means if nobody says so; nothing if it would be left out
    """

    field: Field
    word: str
    count: int
    guess: str

    @property
    def key(self) -> str:
        """The word as it is compared."""
        return fold(self.word)


def headings_key(headings: Iterable[str], kind: str = "") -> str:
    """
    Return what lists with the same set of headings have in common, in whatever order.

    :param kind: of lists that are about something else than contacts
    """
    key = "|".join(sorted(map(fold, headings)))
    return f"{kind}: {key}" if kind else key


def mapping_of(table: Table) -> dict[str, Field | None]:
    """
    Return what each column holds by its heading, and where that says nothing by its values.

    An empty column makes way for one that is filled: forms put an empty "Naam" and "anonymous"
    before the answers to what they asked.
    """
    usual = mapping_for(table.headings)
    blank = {
        heading
        for at, heading in enumerate(table.headings)
        if all(fold(row[at]) in _NOBODY for row in table.rows)
    }
    logins = {one for one in names_that_are_addresses(table, usual) if one not in blank}
    if logins:
        others = mapping_for([one for one in table.headings if one not in logins | blank])
        has_email = Field.EMAIL in others.values()
        found = dict.fromkeys(logins, None if has_email else Field.EMAIL)
        return by_values(table, {one: {**found, **others}.get(one) for one in table.headings})
    filled = mapping_for([one for one in table.headings if one not in blank])
    taken = set(filled.values()) - {None}
    makes_way = any(usual[one] in taken for one in blank)
    if not makes_way and blank.isdisjoint(second_people(table.headings, usual)):
        return by_values(table, usual)
    return by_values(table, {one: filled.get(one) for one in table.headings})


def numbers_of_elsewhere(
    table: Table, columns: Mapping[str, Field | None], project_id: int
) -> bool:
    """Return whether a list has numbers by which Kring knows people, and none is of a project."""
    cells = [
        row[at].strip()
        for at, heading in enumerate(table.headings)
        if columns.get(heading) is Field.RECORD
        for row in table.rows
    ]
    return any(cells) and not any(meant_by(project_id, cell) for cell in cells)


def without_strange_numbers(
    table: Table, columns: Mapping[str, Field | None], project_id: int
) -> dict[str, Field | None]:
    """Return the columns, numbers and codes left out where no number is of the project."""
    if not numbers_of_elsewhere(table, columns, project_id):
        return dict(columns)
    return {key: None if field in NUMBERED else field for key, field in columns.items()}


def asked_words(table: Table, mapping: Mapping[str, Field | None]) -> list[WordQuestion]:
    """Return the words that are asked about, known before or not, most frequent first."""
    counts: Counter[tuple[Field, str]] = Counter()
    shown: dict[tuple[Field, str], str] = {}
    for at, heading in enumerate(table.headings):
        field = mapping.get(heading)
        if field not in EXPLAINED:
            continue
        for cell, count in Counter(row[at] for row in table.rows).items():
            key = (field, fold(cell))
            if key[1] and _is_asked(field, cell):
                counts[key] += count
                shown.setdefault(key, " ".join(cell.split())[:LONGEST_WORD])
    found = [
        WordQuestion(key[0], shown[key], count, _guess(key[0], key[1]))
        for key, count in counts.items()
    ]
    return sorted(found, key=lambda one: (-one.count, one.word))[:MOST_KEPT]


def asked_organisations(plan: Plan) -> list[WordQuestion]:
    """
    Return the new organisations of which no row says the helix, those in most rows first.

    Where a row says it in a word that is not known, that word is asked about and not the name.
    """
    rows: Counter[str] = Counter()
    said: set[str] = set()
    for row in plan.rows:
        if row.outcome in {RowOutcome.NEW, RowOutcome.CHANGED}:
            key = fold(row.candidate.organisation)
            rows[key] += 1
            if any(one.problem is Problem.UNKNOWN_HELIX for one in row.candidate.messages):
                said.add(key)
    found = [
        WordQuestion(Field.ORGANISATION, one.name, rows[key], helix_by_name(one.name) or "")
        for key, one in plan.organisations.items()
        if one.id is None and not one.helixes and rows[key] and key not in said
    ]
    return sorted(found, key=lambda one: (-one.count, one.word))[:MOST_KEPT]


def asked_words_text(found: Iterable[WordQuestion]) -> str:
    """Return words that are asked about as text."""
    return json.dumps([(one.field, one.word, one.count, one.guess) for one in found])


def with_organisations(text: str, asked: Iterable[WordQuestion]) -> str:
    """Return words that were kept as `text` with these organisations that are asked about."""
    words_alone = [one for one in json.loads(text) if one[0] != Field.ORGANISATION]
    return json.dumps([*words_alone, *json.loads(asked_words_text(asked))])


def word_questions(text: str, known: Words) -> list[WordQuestion]:
    """Return what is asked, of what was kept as `text`, and nobody explained yet."""
    found = (WordQuestion(Field(field), *more) for field, *more in json.loads(text))
    return [one for one in found if one.key not in known.get(one.field, {})]


def _is_asked(field: Field, cell: str) -> bool:
    if field in _HELIXES:
        return value_words.is_doubtful_helix(cell)
    if field is Field.LANGUAGE:
        return not value_words.language(cell)
    return not names.knows_form_of_address(cell)


def _guess(field: Field, word: str) -> str:
    return value_words.guessed_helix(word) if field in _HELIXES else ""


EXPLAINED = (Field.HELIX, Field.SECOND_HELIX, Field.LANGUAGE, Field.FORM_OF_ADDRESS)
"""Fields whose words are asked about, in this order."""
