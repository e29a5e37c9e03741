"""The words of what can be found, notes among it, and one way of cutting words on both engines."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from crm.core.search.question import indexed
from crm.core.search.words import kept_of

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SET = 5_000
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
# What a record is called, by kind: a folded name that its table holds, or one that is folded here.
NAMED = {"person": ("person", "name_key"), "organisation": ("organisation", "name_key")}
TITLED = {"session": ("design_session", "title"), "initiative": ("initiative", "name")}
NOTES = {"person_note": "person", "organisation_note": "organisation"}


def upgrade() -> None:
    """Go to this schema."""
    _drop_index()
    op.add_column("search_document", sa.Column("head", KEY, nullable=False, server_default=""))
    with op.batch_alter_table("search_document") as batch:
        batch.alter_column("head", server_default=None, existing_type=KEY, existing_nullable=False)
    _make_words()
    _add_heads()
    _add_notes()
    _cut_long_words()
    _make_index()
    _count_words()


def downgrade() -> None:
    """Go back to the schema before: the words and the notes leave the index."""
    op.drop_table("search_word")
    op.execute("DELETE FROM search_document WHERE kind IN ('person_note', 'organisation_note')")
    with op.batch_alter_table("search_document") as batch:
        batch.drop_column("head")


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _drop_index() -> None:
    if _sqlite():
        op.execute("DROP TABLE search_index")
    else:
        op.execute("ALTER TABLE search_document DROP COLUMN search_index_words")


def _make_index() -> None:
    """Cut at spaces alone: what is folded has no other sign, and no rule of an engine matters."""
    if _sqlite():
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "body, content='search_document', content_rowid='id', "
            "tokenize='ascii', prefix='2 3 4')"
        )
        op.execute("INSERT INTO search_index(search_index) VALUES('rebuild')")
    else:
        op.execute(
            "ALTER TABLE search_document ADD COLUMN search_index_words tsvector GENERATED ALWAYS "
            "AS (array_to_tsvector(string_to_array(body, ' '))) STORED"
        )
        op.execute(
            "CREATE INDEX search_index_words_gin ON search_document USING gin (search_index_words)"
        )


def _make_words() -> None:
    op.create_table(
        "search_word",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("word", KEY, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], op.f("fk_search_word_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
        sa.UniqueConstraint(
            "project_id", "word", "kind", name=op.f("uq_search_word_project_id_word_kind")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_search_word_project_id_id", "search_word", ["project_id", "id"])


def _add_heads() -> None:
    for kind, (table, column) in NAMED.items():
        op.execute(
            f"UPDATE search_document SET head = (SELECT {column} FROM {table} "  # noqa: S608 - names that stand above
            f"WHERE {table}.id = search_document.subject_id) WHERE kind = '{kind}' "
            f"AND EXISTS (SELECT 1 FROM {table} WHERE {table}.id = search_document.subject_id)"
        )
    for kind, (table, column) in TITLED.items():
        rows = _rows(f"SELECT id, {column} FROM {table}")  # noqa: S608 - as above
        change = text(
            f"UPDATE search_document SET head = :head WHERE kind = '{kind}' AND subject_id = :id"  # noqa: S608 - as above
        )
        for row_id, title in rows:
            op.get_bind().execute(change, {"id": row_id, "head": indexed(title)})


def _add_notes() -> None:
    for kind, table in NOTES.items():
        made = [
            {"project": project_id, "kind": kind, "id": row_id, "body": indexed(note)}
            for row_id, project_id, note in _rows(
                f"SELECT id, project_id, note FROM {table} WHERE note <> '' AND NOT EXISTS "  # noqa: S608 - as above
                f"(SELECT 1 FROM search_document WHERE kind = '{kind}' AND subject_id = {table}.id)"
            )
        ]
        if made:
            op.get_bind().execute(
                text(
                    "INSERT INTO search_document (project_id, kind, subject_id, head, body) "
                    "VALUES (:project, :kind, :id, '', :body)"
                ),
                made,
            )


def _cut_long_words() -> None:
    change = text("UPDATE search_document SET body = :body WHERE id = :id")
    for row_id, body in _rows("SELECT id, body FROM search_document WHERE length(body) > 40"):
        cut = indexed(body)
        if cut != body:
            op.get_bind().execute(change, {"id": row_id, "body": cut})


def _count_words() -> None:
    counts: Counter[tuple[int, str, str]] = Counter()
    for project_id, kind, body in _rows("SELECT project_id, kind, body FROM search_document"):
        counts.update((project_id, kind, word) for word in kept_of(body))
    rows = [
        {"project": project_id, "kind": kind, "word": word, "documents": documents}
        for (project_id, kind, word), documents in sorted(counts.items())
    ]
    insert = text(
        "INSERT INTO search_word (project_id, kind, word, documents) "
        "VALUES (:project, :kind, :word, :documents)"
    )
    for start in range(0, len(rows), SET):
        op.get_bind().execute(insert, rows[start : start + SET])


def _rows(question: str) -> Iterator[tuple[Any, ...]]:
    return iter([tuple(row) for row in op.get_bind().execute(text(question))])
