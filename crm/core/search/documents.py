"""Documents in the index and the words that they hold, kept beside what they are about."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from crm.core import derived_rows
from crm.core.audit import hold_chain
from crm.core.db.bulk import insert_rows
from crm.core.db.models import Base, SortKey
from crm.core.db.scope import unscoped
from crm.core.db.sessions import current_unit, session
from crm.core.derived_rows import Follower
from crm.core.search.question import body, indexed, words_in
from crm.core.search.sources import SearchSource, known

# The shortest that is repaired has four letters, of which one may be too many.
SHORTEST = 3
_OPTIONS = unscoped("each statement names its project itself")


class SearchWord(Base):
    """
    One word, and in how many documents of a kind it stands; it goes with the last of them.

    Ids are given once and rise, also where a word goes: who knows the words up to one needs only
    those after it.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        UniqueConstraint("project_id", "word", "kind"),
        Index("ix_search_word_project_id_id", "project_id", "id"),
        {"sqlite_autoincrement": True},
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    kind: Mapped[str]
    word: Mapped[str] = mapped_column(SortKey)
    documents: Mapped[int]


def kept_of(body: str) -> set[str]:
    """Return the words of a body that somebody may type wrong: numbers are not repaired."""
    return {word for word in words_in(body) if len(word) >= SHORTEST and word.isalpha()}


def write(active: Session, changes: Mapping[tuple[int, str, str], int]) -> None:
    """Add to the counts: (project, kind, word) → how many documents more; may be less."""
    sqlite = active.get_bind().dialect.name == "sqlite"
    places: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for (project_id, kind, word), more in changes.items():
        if more:
            places[project_id, kind][word] = more
    for (project_id, kind), words in sorted(places.items()):
        # Writers of one project wait for each other from here on, so ids rise as they commit.
        hold_chain(active, project_id)
        given = {"project": project_id, "kind": kind, "words": json.dumps(words)}
        adding = text(_ADD_SQLITE if sqlite else _ADD_POSTGRESQL)
        active.execute(adding, given, execution_options=_OPTIONS)
        if gone := [word for word, more in words.items() if more < 0]:
            removing = text(_REMOVE_SQLITE if sqlite else _REMOVE_POSTGRESQL)
            given["words"] = json.dumps(gone)
            active.execute(removing, given, execution_options=_OPTIONS)


# `WHERE true`: without it SQLite would take ON CONFLICT for the condition of a join.
_ADD_SQLITE = """
    INSERT INTO search_word (project_id, kind, word, documents)
    SELECT :project, :kind, key, value FROM json_each(:words) WHERE true
    ON CONFLICT (project_id, word, kind)
    DO UPDATE SET documents = search_word.documents + excluded.documents
"""
_ADD_POSTGRESQL = """
    INSERT INTO search_word (project_id, kind, word, documents)
    SELECT :project, :kind, key, CAST(value AS integer)
    FROM json_each_text(CAST(:words AS json))
    ON CONFLICT (project_id, word, kind)
    DO UPDATE SET documents = search_word.documents + excluded.documents
"""
_REMOVE_SQLITE = """
    DELETE FROM search_word WHERE project_id = :project AND kind = :kind AND documents <= 0
    AND word IN (SELECT value FROM json_each(:words))
"""
_REMOVE_POSTGRESQL = """
    DELETE FROM search_word WHERE project_id = :project AND kind = :kind AND documents <= 0
    AND word IN (SELECT json_array_elements_text(CAST(:words AS json)))
"""


def documents_with(
    active: Session, project_id: int | None, kinds: Iterable[str], beginnings: Iterable[str]
) -> dict[str, int]:
    """Return of these beginnings those of a word in a document of `kinds`, and in how many."""
    sqlite = active.get_bind().dialect.name == "sqlite"
    asked = {
        "project": project_id,
        "kinds": json.dumps(sorted(kinds)),
        "beginnings": json.dumps(sorted(set(beginnings))),
        # The last sign that there is: all words with a beginning stand between it and this.
        "last": chr(0x10FFFF),
    }
    statement = text(_COUNT_SQLITE if sqlite else _COUNT_POSTGRESQL)
    rows = active.execute(statement, asked, execution_options=_OPTIONS)
    return {beginning: int(number) for beginning, number in rows}


_COUNT_SQLITE = """
    SELECT asked.value, sum(w.documents) FROM json_each(:beginnings) AS asked
    JOIN search_word AS w ON w.project_id = :project
        AND w.word >= asked.value AND w.word < asked.value || :last
    WHERE w.kind IN (SELECT value FROM json_each(:kinds))
    GROUP BY asked.value ORDER BY asked.value
"""
# Sign by sign, as the column is (`SortKey`): by the rules of a locale the span would be another.
_COUNT_POSTGRESQL = """
    SELECT asked.value, sum(w.documents)
    FROM json_array_elements_text(CAST(:beginnings AS json)) AS asked (value)
    JOIN search_word AS w ON w.project_id = :project
        AND w.word >= asked.value COLLATE "C"
        AND w.word < (asked.value || CAST(:last AS text)) COLLATE "C"
    WHERE w.kind IN (SELECT json_array_elements_text(CAST(:kinds AS json)))
    GROUP BY asked.value ORDER BY asked.value COLLATE "C"
"""


SET_SIZE = 500
Counts = Counter[tuple[int, str, str]]


class SearchDocument(Base):
    """The folded words of one record; the engines index its body."""

    __tablename__ = "search_document"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_search_document_project_kind", "project_id", "kind"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    kind: Mapped[str]
    subject_id: Mapped[int]
    head: Mapped[str] = mapped_column(SortKey, default="")
    body: Mapped[str]


def register(source: SearchSource) -> None:
    """Add a kind of record to the index, which follows what changes."""
    known()[source.kind] = source
    write = partial(_write, source.kind)
    derived_rows.register([Follower(f"search.{source.kind}", write, source.touched_by)])


def touch(kind: str, ids: Iterable[int]) -> None:
    """Mark documents as stale, inside a unit of work, where a word that they borrow has changed."""
    unit = current_unit()
    if unit is not None:
        stale = unit.followed.setdefault(f"search.{kind}", {})
        for key in ids:
            stale.setdefault(key, False)


def reindex_dependents(model: type[Base], ids: Collection[int]) -> None:
    """Mark as stale, inside a unit of work, what borrows words of these rows of `model`."""
    for source in known().values():
        borrowers = source.borrowed.get(model)
        if borrowers is not None:
            touch(source.kind, borrowers(ids))


def rebuild(kind: str, ids: Sequence[int]) -> None:
    """Write the documents of these records anew, inside a unit of work."""
    for start in range(0, len(ids), SET_SIZE):
        _write(kind, ids[start : start + SET_SIZE])


def _write(kind: str, ids: Sequence[int], new: Collection[int] = ()) -> None:
    """Write the documents of a set of records anew; those that are new have none yet."""
    active = session()
    counts: Counts = Counter()
    unit = current_unit()
    if unit is not None:
        name = SearchDocument.__tablename__
        unit.grown[name] = unit.grown.get(name, 0) + len(ids)
    documents = known()[kind].documents(ids)
    table = SearchDocument.__table__
    there = [key for key in ids if key not in new]
    stale = (table.c.kind == kind) & table.c.subject_id.in_(there)
    rows: list[dict[str, Any]] = [
        {
            "project_id": document.project_id,
            "kind": kind,
            "subject_id": document.subject_id,
            "head": indexed(document.head),
            "body": body(kind, document.words, document.hidden, document.numbers),
        }
        for document in documents
    ]
    connection = active.connection()
    has_index = connection.dialect.name == "sqlite"
    kept = select(table.c.id, table.c.project_id, table.c.body)
    before = connection.execute(kept.where(stale)).all() if there else ()
    if before and has_index:
        # It keeps no text of its own: to forget a row it has to be told what that held.
        gone = "INSERT INTO search_index(search_index, rowid, body) VALUES('delete', :id, :body)"
        connection.execute(text(gone), [{"id": row.id, "body": row.body} for row in before])
    if before:
        connection.execute(delete(table).where(stale))  # type: ignore[arg-type]  # a declared table is a Table
    made = insert_rows(connection, table, rows)
    if rows and has_index:
        held = [{"id": row_id, "body": row["body"]} for row_id, row in zip(made, rows, strict=True)]
        connection.execute(text("INSERT INTO search_index(rowid, body) VALUES(:id, :body)"), held)
    for old in before:
        counts.subtract((old.project_id, kind, word) for word in kept_of(old.body))
    for row in rows:
        counts.update((row["project_id"], kind, word) for word in kept_of(row["body"]))
    write(active, counts)
