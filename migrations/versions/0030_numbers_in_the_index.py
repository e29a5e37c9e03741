"""The telephone numbers of persons in the index, found by their last digits."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from alembic import op
from sqlalchemy import text

from crm.core.search.question import number_word
from crm.core.search.writing import hidden

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

NUMBERS = "SELECT person_id, CASE WHEN number <> '' THEN number ELSE raw END FROM phone ORDER BY id"
DOCUMENTS = "SELECT id, subject_id, body FROM search_document WHERE kind = 'person' ORDER BY id"
SET = 5_000


def upgrade() -> None:
    """Go to this schema."""
    words: dict[int, list[str]] = defaultdict(list)
    for person_id, number in _rows(NUMBERS):
        if word := number_word(number):
            words[person_id].append(hidden(word))
    found = [one for one in _rows(DOCUMENTS) if one.subject_id in words]
    # The word of the kind stands last.
    _write((one.id, _with(one.body.split(), words[one.subject_id])) for one in found)


def downgrade() -> None:
    """Go back to the schema before."""
    mark = hidden(number_word("000000")[0])
    found = [one for one in _rows(DOCUMENTS) if mark in one.body]
    _write(
        (one.id, " ".join(word for word in one.body.split() if not word.startswith(mark)))
        for one in found
    )


def _with(body: list[str], words: list[str]) -> str:
    return " ".join([*body[:-1], *words, body[-1]])


def _write(bodies: Iterable[tuple[int, str]]) -> None:
    change = text("UPDATE search_document SET body = :body WHERE id = :id")
    rows = [{"id": row_id, "body": body} for row_id, body in bodies]
    for start in range(0, len(rows), SET):
        op.get_bind().execute(change, rows[start : start + SET])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO search_index(search_index) VALUES('rebuild')")


def _rows(question: str) -> list[Any]:
    return list(op.get_bind().execute(text(question)))
