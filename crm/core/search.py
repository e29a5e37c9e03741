"""Full text: one table of folded documents, written by the flush listener, asked by words."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Connection,
    ForeignKey,
    Index,
    UniqueConstraint,
    delete,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from crm.core.db.inserting import insert_rows
from crm.core.db.models import Base
from crm.core.db.scope import project_in_scope, unscoped
from crm.core.db.sessions import Unit, current_unit, finishing, session
from crm.core.folding import fold

MOST_WORDS = 8
LONGEST_WORD = 40
SET_SIZE = 500
_OPTIONS = unscoped("each question to the index names its project itself")


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
    body: Mapped[str]


@dataclass(frozen=True, slots=True)
class Document:
    """What can be found of one record: its words, as they were typed."""

    project_id: int
    subject_id: int
    words: str


@dataclass(frozen=True, slots=True)
class SearchSource:
    """
    How one kind of record gets into the index.

    :param documents: gives the documents of the records with these ids, in a set
    :param touched_by: model → the column of it that holds the id of the record to index anew
    :param borrowed: model whose words a record borrows → which records do, by ids of the model
    """

    kind: str
    documents: Callable[[Sequence[int]], Iterable[Document]]
    touched_by: Mapping[type[Base], str]
    borrowed: Mapping[type[Base], Callable[[Collection[int]], Iterable[int]]] = field(
        default_factory=dict
    )


_sources: dict[str, SearchSource] = {}


def register(source: SearchSource) -> None:
    """Add a kind of record to the index."""
    _sources[source.kind] = source


def note(unit: Unit, model: type, row_id: int, values: Mapping[str, Any]) -> None:
    """Remember which documents a change of one row makes stale."""
    for source in _sources.values():
        column = source.touched_by.get(model)
        if column is not None:
            subject = row_id if column == "id" else values.get(column)
            if subject is not None:
                unit.touched.setdefault(source.kind, {})[int(subject)] = None


def links(model: type[Base]) -> set[str]:
    """Return the columns of `model` that hold ids of records to index anew when a row changes."""
    found = (source.touched_by.get(model) for source in _sources.values())
    return {column for column in found if column not in {None, "id"}}


def touch(kind: str, ids: Iterable[int]) -> None:
    """Mark documents as stale, inside a unit of work, where a word that they borrow has changed."""
    unit = current_unit()
    if unit is not None:
        unit.touched.setdefault(kind, {}).update(dict.fromkeys(ids))


def touch_borrowers(model: type[Base], ids: Collection[int]) -> None:
    """Mark as stale, inside a unit of work, what borrows words of these rows of `model`."""
    for source in _sources.values():
        borrowers = source.borrowed.get(model)
        if borrowers is not None:
            touch(source.kind, borrowers(ids))


def words_of(question: str) -> list[str]:
    """Return the folded words of a question, at most eight of forty characters."""
    return [word[:LONGEST_WORD] for word in fold(question[:500]).split()[:MOST_WORDS]]


def found(kind: str, question: str, *, limit: int = 1_000) -> list[int]:
    """
    Return the ids of at most `limit` records of `kind` in the project in scope.

    Each holds, for each word of `question`, a word that begins with it.
    """
    words = words_of(question)
    if not words:
        return []
    active = session()
    sqlite = active.get_bind().dialect.name == "sqlite"
    statement = text(_ASK_SQLITE if sqlite else _ASK_POSTGRESQL)
    asked = {
        "kind": kind,
        "project": project_in_scope(),
        "words": " ".join(f'"{word}"*' for word in words)
        if sqlite
        else " & ".join(f"'{word}':*" for word in words),
        "most": limit,
    }
    return list(active.execute(statement, asked, execution_options=_OPTIONS).scalars())


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
        WHERE d.search_index_words @@ to_tsquery('simple', :words)
        AND d.kind = :kind AND d.project_id = :project
    )
    SELECT subject_id FROM hit ORDER BY id LIMIT :most
"""


@event.listens_for(Session, "after_flush")
def _listen(active: Session, _context: UOWTransaction) -> None:
    unit: Unit | None = active.info.get("unit")
    if unit is None:
        return
    for row in (*active.new, *active.dirty, *active.deleted):
        if isinstance(row, Base):
            note(unit, type(row), row.id, _linked(row))


def _linked(row: Base) -> Mapping[str, Any]:
    state = inspect(row)
    loaded = state.dict
    return {key: loaded[key] for key in state.mapper.column_attrs.keys() if key in loaded}  # noqa: SIM118 - a collection of SQLAlchemy's, not a dict


@finishing.connect
def _write(active: Session, unit: Unit) -> None:
    """Write the stale documents anew, set by set."""
    name = SearchDocument.__tablename__
    unit.grown[name] = sum(len(stale) for stale in unit.touched.values())
    for kind, stale in unit.touched.items():
        source = _sources[kind]
        ids = sorted(stale)
        for start in range(0, len(ids), SET_SIZE):
            part = ids[start : start + SET_SIZE]
            _replace(active, kind, part, list(source.documents(part)))
    unit.touched.clear()


def _replace(active: Session, kind: str, ids: Sequence[int], documents: Sequence[Document]) -> None:
    table = SearchDocument.__table__
    known = (table.c.kind == kind) & table.c.subject_id.in_(ids)
    rows = [
        {
            "project_id": document.project_id,
            "kind": kind,
            "subject_id": document.subject_id,
            "body": fold(document.words),
        }
        for document in documents
    ]
    connection = active.connection()
    before = connection.execute(select(table.c.id, table.c.body).where(known)).all()
    _forget(connection, before)
    if before:
        connection.execute(delete(table).where(known))  # type: ignore[arg-type]  # a declared table is a Table
    if rows:
        _learn(connection, rows)


def _forget(connection: Connection, before: Sequence[Any]) -> None:
    if before and connection.dialect.name == "sqlite":
        connection.execute(
            text(
                "INSERT INTO search_index(search_index, rowid, body) VALUES('delete', :id, :body)"
            ),
            [{"id": row.id, "body": row.body} for row in before],
        )


def _learn(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    table = SearchDocument.__table__
    ids = insert_rows(connection, table, rows)
    indexed = [{"id": row_id, "body": row["body"]} for row_id, row in zip(ids, rows, strict=True)]
    if connection.dialect.name == "sqlite":
        connection.execute(
            text("INSERT INTO search_index(rowid, body) VALUES(:id, :body)"), indexed
        )


def rebuild(kind: str, ids: Sequence[int]) -> None:
    """Write the documents of these records anew, inside a unit of work."""
    active = session()
    for start in range(0, len(ids), SET_SIZE):
        part = ids[start : start + SET_SIZE]
        _replace(active, kind, part, list(_sources[kind].documents(part)))


def kinds() -> Iterator[str]:
    """Return the kinds of record that can be found."""
    return iter(_sources)
