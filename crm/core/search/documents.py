"""The table of folded documents, written by the flush listener."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    ForeignKey,
    Index,
    UniqueConstraint,
    delete,
    event,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column

from crm.core.db.flush_changes import flushed, named
from crm.core.db.inserting import insert_rows
from crm.core.db.models import Base, SortKey
from crm.core.db.sessions import Unit, current_unit, finishing, session
from crm.core.search import words
from crm.core.search.question import indexed
from crm.core.search.sources import Document, known
from crm.core.search.writing import body

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


def note(unit: Unit, model: type, row_id: int, values: Mapping[str, Any]) -> None:
    """Remember which documents a change of one row makes stale."""
    for source in known().values():
        column = source.touched_by.get(model)
        if column is not None:
            subject = row_id if column == "id" else values.get(column)
            if subject is not None:
                unit.touched.setdefault(source.kind, {})[int(subject)] = None


def links(model: type[Base]) -> set[str]:
    """Return the columns of `model` that hold ids of records to index anew when a row changes."""
    found = (source.touched_by.get(model) for source in known().values())
    return {column for column in found if column not in {None, "id"}}


def touch(kind: str, ids: Iterable[int]) -> None:
    """Mark documents as stale, inside a unit of work, where a word that they borrow has changed."""
    unit = current_unit()
    if unit is not None:
        unit.touched.setdefault(kind, {}).update(dict.fromkeys(ids))


def reindex_dependents(model: type[Base], ids: Collection[int]) -> None:
    """Mark as stale, inside a unit of work, what borrows words of these rows of `model`."""
    for source in known().values():
        borrowers = source.borrowed.get(model)
        if borrowers is not None:
            touch(source.kind, borrowers(ids))


def rebuild(kind: str, ids: Sequence[int]) -> None:
    """Write the documents of these records anew, inside a unit of work."""
    counts: Counts = Counter()
    _write_anew(session(), kind, ids, counts)
    words.write(session(), counts)


@event.listens_for(Session, "after_flush")
def _listen(active: Session, context: UOWTransaction) -> None:
    unit: Unit | None = active.info.get("unit")
    if unit is None:
        return
    for row, _operation in flushed(active, context):
        for values in named(row, links(type(row))):
            note(unit, type(row), row.id, values)


@finishing.connect
def _write(active: Session, unit: Unit) -> None:
    """Write the stale documents anew, set by set."""
    name = SearchDocument.__tablename__
    unit.grown[name] = sum(len(stale) for stale in unit.touched.values())
    counts: Counts = Counter()
    for kind, stale in unit.touched.items():
        _write_anew(active, kind, sorted(stale), counts)
    words.write(active, counts)
    unit.touched.clear()


def _write_anew(active: Session, kind: str, ids: Sequence[int], counts: Counts) -> None:
    source = known()[kind]
    for start in range(0, len(ids), SET_SIZE):
        part = ids[start : start + SET_SIZE]
        _replace(active, kind, part, list(source.documents(part)), counts)


def _replace(
    active: Session, kind: str, ids: Sequence[int], documents: Sequence[Document], counts: Counts
) -> None:
    table = SearchDocument.__table__
    stale = (table.c.kind == kind) & table.c.subject_id.in_(ids)
    rows = [_row(kind, document) for document in documents]
    connection = active.connection()
    before = connection.execute(
        select(table.c.id, table.c.project_id, table.c.body).where(stale)
    ).all()
    _forget(connection, before)
    if before:
        connection.execute(delete(table).where(stale))  # type: ignore[arg-type]  # a declared table is a Table
    if rows:
        _learn(connection, rows)
    for old in before:
        counts.subtract((old.project_id, kind, word) for word in words.kept_of(old.body))
    for row in rows:
        counts.update((row["project_id"], kind, word) for word in words.kept_of(row["body"]))


def _row(kind: str, document: Document) -> dict[str, Any]:
    return {
        "project_id": document.project_id,
        "kind": kind,
        "subject_id": document.subject_id,
        "head": indexed(document.head),
        "body": body(kind, document.words, document.hidden, document.numbers),
    }


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
    if connection.dialect.name == "sqlite":
        connection.execute(
            text("INSERT INTO search_index(rowid, body) VALUES(:id, :body)"),
            [{"id": row_id, "body": row["body"]} for row_id, row in zip(ids, rows, strict=True)],
        )
