"""The words of documents that only who sees private persons finds by, marked in the index."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from alembic import op
from sqlalchemy import text

from crm.core.search.question import indexed
from crm.core.search.writing import hidden, kind_word, words_in

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# Somebody without any role outside the end users is private on every day.
PRIVATE = (
    "SELECT id FROM person WHERE is_private OR hidden_at IS NOT NULL OR NOT EXISTS "
    "(SELECT 1 FROM affiliation WHERE person_id = person.id AND helix <> 'end_users')"
)
SET = 5_000


def upgrade() -> None:
    """Go to this schema."""
    private = {row_id for (row_id,) in _rows(PRIVATE)}
    addresses: Counter[int] = Counter()
    for person_id, address in _rows("SELECT person_id, address FROM email"):
        addresses[person_id] += len(indexed(address).split())

    def written(kind: str, subject_id: int, body: str) -> str:
        words = body.split()
        # The addresses stand at the end.
        shown = 0 if subject_id in private else max(0, len(words) - addresses[subject_id])
        if kind == "person":
            words[shown:] = [hidden(word) for word in words[shown:]]
        return " ".join([*words, kind_word(kind)])

    _write((row_id, written(*rest)) for row_id, *rest in _documents())


def downgrade() -> None:
    """Go back to the schema before: no word is hidden."""
    _write((row_id, " ".join(words_in(body))) for row_id, _kind, _id, body in _documents())


def _documents() -> Iterator[tuple[Any, ...]]:
    return _rows("SELECT id, kind, subject_id, body FROM search_document ORDER BY id")


def _write(bodies: Iterator[tuple[int, str]]) -> None:
    change = text("UPDATE search_document SET body = :body WHERE id = :id")
    rows = [{"id": row_id, "body": body} for row_id, body in bodies]
    for start in range(0, len(rows), SET):
        op.get_bind().execute(change, rows[start : start + SET])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO search_index(search_index) VALUES('rebuild')")


def _rows(question: str) -> Iterator[tuple[Any, ...]]:
    return iter([tuple(row) for row in op.get_bind().execute(text(question))])
