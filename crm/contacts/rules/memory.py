"""What is remembered from one list for the next: what its columns hold and its words mean."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from crm.contacts.rules.organisations import helix_by_name
from crm.contacts.rules.plan import Plan, RowOutcome
from crm.contacts.rules.row_messages import Problem
from crm.core.normalisation import fold
from crm.intake.reading.tables import Table
from crm.stakeholders.rules.columns import (
    Field,
    Words,
    is_doubtful_helix,
    meant_helix,
)
from crm.stakeholders.values import languages, names

_HELIXES = frozenset({Field.HELIX, Field.SECOND_HELIX})
_ASKED: Mapping[Field, Callable[[str], bool]] = {
    Field.HELIX: is_doubtful_helix,
    Field.SECOND_HELIX: is_doubtful_helix,
    Field.LANGUAGE: lambda cell: not languages.meant(cell),
    Field.FORM_OF_ADDRESS: lambda cell: not names.knows_form_of_address(cell),
}
EXPLAINED = tuple(_ASKED)
"""Fields whose words are asked about, in this order."""
MOST_WORDS = 40
"""So many are asked about on one page."""
# More than anybody explains: enough that what is new is among them.
MOST_KEPT = 1_000
LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class WordQuestion:
    """A word of which somebody has to say what it means, once, and in how many rows it stands."""

    field: Field
    word: str
    count: int
    # What it means if nobody says so; nothing if it would be left out.
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


def asked_words(table: Table, mapping: Mapping[str, Field | None]) -> list[WordQuestion]:
    """Return the words that are asked about, known before or not, most frequent first."""
    counts: Counter[tuple[Field, str]] = Counter()
    shown: dict[tuple[Field, str], str] = {}
    for at, heading in enumerate(table.headings):
        field = mapping.get(heading)
        if field is None or field not in _ASKED:
            continue
        # Columns of words repeat a few of them: each is looked at once, whatever the rows.
        for cell, count in Counter(row[at] for row in table.rows).items():
            key = (field, fold(cell))
            if key[1] and _ASKED[field](cell):
                counts[key] += count
                shown.setdefault(key, " ".join(cell.split())[:LONGEST_WORD])
    found = []
    for (field, word), count in counts.items():
        guess = (meant_helix(word) if field in _HELIXES else None) or ""
        found.append(WordQuestion(field, shown[field, word], count, guess))
    return _most_frequent(found)


def _most_frequent(found: list[WordQuestion]) -> list[WordQuestion]:
    return sorted(found, key=lambda question: (-question.count, question.word))[:MOST_KEPT]


def asked_organisations(plan: Plan) -> list[WordQuestion]:
    """Return the new organisations of which no row says the helix, those in most rows first."""
    rows: Counter[str] = Counter()
    said: set[str] = set()
    for row in plan.rows:
        if row.outcome in {RowOutcome.NEW, RowOutcome.CHANGED}:
            key = fold(row.candidate.organisation)
            rows[key] += 1
            # A word that is not known is asked about itself, and the name is not.
            if any(told.problem is Problem.UNKNOWN_HELIX for told in row.candidate.messages):
                said.add(key)
    found = [
        WordQuestion(Field.ORGANISATION, new.name, rows[key], helix_by_name(new.name) or "")
        for key, new in plan.organisations.items()
        if new.id is None and not new.helixes and rows[key] and key not in said
    ]
    return _most_frequent(found)


def asked_words_text(found: Iterable[WordQuestion]) -> str:
    """Return words that are asked about as text."""
    return json.dumps([(asked.field, asked.word, asked.count, asked.guess) for asked in found])


def with_organisations(text: str, asked: Iterable[WordQuestion]) -> str:
    """Return words that were kept as `text` with these organisations that are asked about."""
    words_alone = [word for word in json.loads(text) if word[0] != Field.ORGANISATION]
    return json.dumps([*words_alone, *json.loads(asked_words_text(asked))])


def word_questions(text: str, known: Words) -> list[WordQuestion]:
    """Return what is asked, of what was kept as `text`, and nobody explained yet."""
    found = (WordQuestion(Field(field), *more) for field, *more in json.loads(text))
    return [asked for asked in found if asked.key not in known.get(asked.field, {})]
