"""Questions to the index: both databases answer the same, in the same order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, TextualSelect, text

from crm.core.db.scope import project_in_scope, unscoped
from crm.core.db.sessions import session
from crm.core.search.question import Question, literal

_OPTIONS = unscoped("each question to the index names its project itself")


@dataclass(frozen=True, slots=True)
class Span:
    """Which hits of a kind are wanted: those behind the first `after`, up to the `until`th."""

    after: int
    until: int


# More than there can be, for who looks at each hit before some are shown: cut first, and of a word
# that many have, those might be gone that may be seen.
ALL = 10_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of the wanted hits of one kind, the best first, and how many there are in all."""

    ids: list[int]
    total: int


def found(kind: str, question: str | Question, *, limit: int = 1_000) -> list[int]:
    """
    Return the ids of at most `limit` records of `kind` in the project in scope.

    Each holds, for each word of `question`, a word that begins with it.
    """
    asked = literal(question) if isinstance(question, str) else question
    if not asked:
        return []
    hits = matching(kind, asked, limit=limit)
    return list(session().execute(hits, execution_options=_OPTIONS).scalars())


def matching(kind: str, question: Question, *, limit: int) -> TextualSelect:
    """Return the statement for what `found` gives, to be part of another; it asks for a word."""
    sqlite = session().get_bind().dialect.name == "sqlite"
    words = _in_sqlite(question) if sqlite else _in_postgresql(question)
    statement = text(_ASK_SQLITE if sqlite else _ASK_POSTGRESQL).columns(subject_id=Integer)
    return statement.bindparams(kind=kind, project=project_in_scope(), most=limit, words=words)


def found_of_kinds(question: Question, wanted: Mapping[str, Span]) -> dict[str, Found]:
    """
    Return the hits of several kinds at once, each with the best first; one statement.

    Those come first whose name is what was asked for; then those whose name holds more of the
    words, whole ones before beginnings; then by name.
    """
    if not question or not wanted:
        return {}
    sqlite = session().get_bind().dialect.name == "sqlite"
    score, names = _score(question)
    spans, places = _spans(wanted)
    matching = (_MATCHING_SQLITE if sqlite else _MATCHING_POSTGRESQL).format(score=score)
    words = _in_sqlite(question) if sqlite else _in_postgresql(question)
    given = {"project": project_in_scope(), "words": words, **names, **places}
    statement = text(matching + _PLACED.format(spans=spans))
    rows = session().execute(statement, given, execution_options=_OPTIONS)
    hits: dict[str, Found] = {}
    for kind, subject_id, place, total in rows:
        of_kind = hits.setdefault(kind, Found([], total))
        if wanted[kind].after < place <= wanted[kind].until:
            of_kind.ids.append(subject_id)
    return hits


def _in_sqlite(question: Question) -> str:
    return " AND ".join(
        "(" + " OR ".join(f'"{word}"*' for word in words) + ")" for words in question.words
    )


def _in_postgresql(question: Question) -> str:
    return " & ".join(
        "(" + " | ".join(f"'{word}':*" for word in words) + ")" for words in question.words
    )


def _score(question: Question) -> tuple[str, dict[str, str]]:
    """Return the sum that puts the best first, and its values; a folded word holds no sign."""
    parts = ["CASE WHEN d.head = :head THEN 1 ELSE 0 END"]
    values = {"head": " ".join(words[0] for words in question.words)}
    for number, words in enumerate(question.words):
        whole, begun = f"w{number}_", f"b{number}_"
        values |= {f"{whole}{place}": f"% {word} %" for place, word in enumerate(words)}
        values |= {f"{begun}{place}": f"% {word}%" for place, word in enumerate(words)}
        parts.append(
            f"CASE WHEN {_any(whole, words)} THEN 2 WHEN {_any(begun, words)} THEN 1 ELSE 0 END"
        )
    return " + ".join(parts), values


def _any(name: str, words: Sequence[str]) -> str:
    head = "(' ' || d.head || ' ')"
    return " OR ".join(f"{head} LIKE :{name}{place}" for place in range(len(words)))


def _spans(wanted: Mapping[str, Span]) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {}
    parts = []
    for number, (kind, span) in enumerate(wanted.items()):
        values |= {f"k{number}": kind, f"a{number}": span.after, f"u{number}": span.until}
        between = f"place > :a{number} AND place <= :u{number}"
        # The first comes along for the total, wherever the span begins.
        parts.append(f"(kind = :k{number} AND (place = 1 OR ({between})))")
    return " OR ".join(parts), values


# With ids in order, as the index has them.
_ASK_SQLITE = """
    SELECT d.subject_id FROM search_index JOIN search_document AS d ON d.id = search_index.rowid
    WHERE search_index MATCH :words AND d.kind = :kind AND d.project_id = :project
    ORDER BY search_index.rowid LIMIT :most
"""
# Materialized, so that the words decide how it is found: the planner takes rare words for common
# ones, and would walk through all documents in the order of their ids.
_ASK_POSTGRESQL = """
    WITH hit AS MATERIALIZED (
        SELECT d.id, d.subject_id FROM search_document AS d
        WHERE d.search_index_words @@ CAST(:words AS tsquery)
        AND d.kind = :kind AND d.project_id = :project
    )
    SELECT subject_id FROM hit ORDER BY id LIMIT :most
"""
# CROSS, so that SQLite begins with the words: without statistics it would begin with the project,
# and ask the index about each of its documents.
_MATCHING_SQLITE = """
    WITH hit AS (
        SELECT d.kind, d.subject_id, d.head, {score} AS score
        FROM search_index CROSS JOIN search_document AS d ON d.id = search_index.rowid
        WHERE search_index MATCH :words AND d.project_id = :project
    )
"""
_MATCHING_POSTGRESQL = """
    WITH hit AS MATERIALIZED (
        SELECT d.kind, d.subject_id, d.head, {score} AS score FROM search_document AS d
        WHERE d.search_index_words @@ CAST(:words AS tsquery) AND d.project_id = :project
    )
"""
_PLACED = """
    SELECT kind, subject_id, place, total FROM (
        SELECT kind, subject_id,
            row_number() OVER (PARTITION BY kind ORDER BY score DESC, head, subject_id) AS place,
            count(*) OVER (PARTITION BY kind) AS total
        FROM hit
    ) AS placed WHERE {spans} ORDER BY kind, place
"""
