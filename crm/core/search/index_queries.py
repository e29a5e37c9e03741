"""Questions to the index: both databases answer the same, in the same order."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    quoted_name,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from crm.core.db.scope import project_in_scope, unscoped
from crm.core.db.sessions import session
from crm.core.search.question import Question, hidden, kind_word
from crm.core.search.question import literal as as_typed
from crm.core.search.sources import Sieve

_OPTIONS = unscoped("each question to the index names its project itself")
_KIND, _SUBJECT = literal_column("d.kind", String), literal_column("d.subject_id", Integer)
# So many hits that went through a sieve are put in order and counted; whoever has more is asked for
# another word.
MOST_SIFTED = 5_000


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
    """
    The ids of the wanted hits of one kind, the best first, and how many there are in all.

    :ivar is_capped: whether there are more, and these are among the first that were found
    """

    ids: list[int]
    total: int
    is_capped: bool = False


def found(kind: str, question: str | Question, *, limit: int = 1_000) -> list[int]:
    """
    Return the ids of at most `limit` records of `kind` in the project in scope.

    Each holds, for each word of `question`, a word that begins with it.
    """
    asked = as_typed(question) if isinstance(question, str) else question
    if not asked:
        return []
    hits = _materialized(_documents(_Match(asked).words, kind))
    statement = select(hits.c.subject_id).order_by(hits.c.id).limit(limit)
    return list(session().execute(statement, execution_options=_OPTIONS).scalars())


def openly_found(kind: str, question: Question) -> Select[int]:
    """Return the statement for the ids of all records of `kind` that have these words unhidden."""
    hits = _documents(_Match(question, openly=True).words, kind)
    return hits.with_only_columns(_column("subject_id"))


def found_of_kinds(
    question: Question, wanted: Mapping[str, Span], sieves: Mapping[str, Sieve] | None = None
) -> dict[str, Found]:
    """
    Return the hits of several kinds at once, each with the best first; one statement.

    Those come first whose name is what was asked for; then those whose name holds more of the
    words, whole ones before beginnings; then by name. Of a kind with a sieve only what that lets
    through is found, by words that are not hidden, and of more than five thousand hits those that
    are longest in the index.
    """
    if not question or not wanted:
        return {}
    match, score = _Match(question, openly=bool(sieves)), _score(question)
    statement: Any = _documents(match.words, "", score)
    if sieves:
        others = replace(match, but_kinds=tuple(sieves))
        # That the words say so already spares looking at each; the column is what is relied upon.
        rest = _documents(others.words, "", score).where(_KIND.not_in([*sieves]))
        parts = [_sifted(match, kind, sieve, score) for kind, sieve in sieves.items()]
        statement = union_all(rest, *parts)
    hit = _materialized(statement)
    hits: dict[str, Found] = {}
    rows = session().execute(_placed(hit, wanted), execution_options=_OPTIONS)
    for kind, subject_id, place, total in rows:
        most = MOST_SIFTED if sieves and kind in sieves else ALL
        of_kind = hits.setdefault(kind, Found([], min(total, most), is_capped=total > most))
        if wanted[kind].after < place <= min(wanted[kind].until, most):
            of_kind.ids.append(subject_id)
    return hits


def begun(kind: str, beginnings: Sequence[str], sieve: Sieve) -> set[str]:
    """Return of these beginnings those of an unhidden word of a record that the sieve lets by."""
    if not beginnings:
        return set()
    texts, sqlite = list(beginnings), _sqlite()
    if sqlite:
        asked = func.json_each(json.dumps(texts)).table_valued("value", name="asked")
    else:
        given = func.unnest(literal(texts, ARRAY(String)))
        asked = given.table_valued("value", name="asked").render_derived()
    value = cast(asked.c.value, String)
    before, after = ('"', '"*') if sqlite else ("'", "':*")
    words = literal(before) + value + literal(after)
    held = _documents(words, kind).where(sieve.holds(_SUBJECT))
    statement = select(value).select_from(asked).where(held.correlate(asked).exists())
    return set(session().execute(statement, execution_options=_OPTIONS).scalars())


@dataclass(frozen=True, slots=True)
class _Match:
    """What a document has to hold: the words of a question, hidden or not, and no kind of these."""

    question: Question
    openly: bool = False
    but_kinds: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The words in the language of the engine."""
        sqlite = _sqlite()
        both, either = (" AND ", " OR ") if sqlite else (" & ", " | ")
        begins, lacks = ('"{}"*', ' NOT "{}"') if sqlite else ("'{}':*", " & !'{}'")
        # Folded words are letters and digits alone: none can say anything in the language of an
        # engine.
        parts: list[str] = []
        for near in self.question.words:
            forms = (
                near if self.openly else [form for word in near for form in (word, hidden(word))]
            )
            parts.append(f"({either.join(map(begins.format, forms))})")
        unwanted = "".join(lacks.format(kind_word(kind)) for kind in self.but_kinds)
        return f"({both.join(parts)}){unwanted}"


def _sqlite() -> bool:
    return session().get_bind().dialect.name == "sqlite"


def _column(name: str) -> ColumnElement[Any]:
    return literal_column(f"d.{name}").label(name)


def _documents(
    words: str | ColumnElement[str], kind: str = "", *more: ColumnElement[Any]
) -> Select[Any]:
    """Return the statement for the documents of the project in scope that match."""
    columns = [_column(name) for name in ("id", "kind", "subject_id", "head")]
    if _sqlite():
        # CROSS, so that SQLite begins with the words: without statistics it would begin with the
        # project, and ask the index about each of its documents.
        source = "search_index CROSS JOIN search_document AS d ON d.id = search_index.rowid"
        holds = literal_column("search_index", String).op("MATCH")(words)
    else:
        source = "search_document AS d"
        holds = literal_column("d.search_index_words").op("@@")(cast(words, TSQUERY))
    ours = literal_column("d.project_id") == project_in_scope()
    statement = (
        select(*columns, *more)
        .select_from(table(quoted_name(source, quote=False)))
        .where(holds, ours)
    )
    return statement.where(_KIND.in_([kind])) if kind else statement


def _sifted(match: _Match, kind: str, sieve: Sieve, score: ColumnElement[int]) -> Select[Any]:
    """Return the statement for the first hits in the index that the sieve lets by."""
    if _sqlite():
        # As the index gives them in this order, nobody behind those is looked at.
        found = _documents(match.words, kind, score).order_by(literal_column("search_index.rowid"))
    else:
        # In order first: the sieve is the dearest part, and is asked for as many as are needed.
        ordered = _documents(match.words, kind).order_by(literal_column("d.id")).offset(0)
        # Without the offset the planner would be free to sift before it puts in order.
        hit = ordered.subquery("d")
        found = select(*hit.c, score).order_by(hit.c.id)
    first = found.where(sieve.holds(_SUBJECT)).limit(MOST_SIFTED + 1).subquery()
    return select(*first.c)


def _materialized(statement: Any) -> Any:
    """
    Return what is found by the words as a table of its own, so that they decide how it is found.

    The planner takes rare words for common ones, and would walk through all documents in the order
    of their ids.
    """
    return statement.cte("hit").prefix_with("MATERIALIZED", dialect="postgresql")


def _score(question: Question) -> ColumnElement[int]:
    """Return the sum that puts the best first; a folded word holds no sign."""
    head = " ".join(words[0] for words in question.words)
    total: ColumnElement[Any] = case((literal_column("d.head", String) == head, 1), else_=0)
    padded = literal_column("(' ' || d.head || ' ')", String)
    for words in question.words:
        whole = or_(*(padded.like(f"% {word} %") for word in words))
        begun_with = or_(*(padded.like(f"% {word}%") for word in words))
        total = total + case((whole, 2), (begun_with, 1), else_=0)
    return total.label("score")


def _placed(hit: Any, wanted: Mapping[str, Span]) -> Select[Any]:
    order = (hit.c.score.desc(), hit.c.head, hit.c.subject_id)
    placed = select(
        hit.c.kind,
        hit.c.subject_id,
        func.row_number().over(partition_by=hit.c.kind, order_by=order).label("place"),
        func.count().over(partition_by=hit.c.kind).label("total"),
    ).subquery("placed")
    spans = [
        # The first comes along for the total, wherever the span begins.
        and_(
            placed.c.kind == kind,
            or_(placed.c.place == 1, placed.c.place.between(span.after + 1, span.until)),
        )
        for kind, span in wanted.items()
    ]
    return select(placed).where(or_(*spans)).order_by(placed.c.kind, placed.c.place)
