"""No id is given twice on SQLite either: what was removed may come back with its own."""

import re

from alembic import op
from sqlalchemy import text

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = re.compile(r",\s*(CONSTRAINT \w+ )?PRIMARY KEY \(id\)")
NUMBER = re.compile(r"\bid INTEGER NOT NULL\b")
TABLES = text(
    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
)
PARTS = text(
    "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') "
    "AND tbl_name = :table AND sql IS NOT NULL"
)


def upgrade() -> None:
    """Go to this schema."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for name, declared in connection.execute(TABLES).all():
        if "AUTOINCREMENT" not in declared and KEY.search(declared) and NUMBER.search(declared):
            _make_anew(name, declared)


def downgrade() -> None:
    """Go back to the schema before: nothing to do, for tables that number once do no harm."""


def _make_anew(name: str, declared: str) -> None:
    # As SQLite's own manual says it: a new table, the rows, away with the old one, its name. The
    # statement stays as it was written, for a batch of Alembic's would lose the checks.
    connection = op.get_bind()
    parts = connection.execute(PARTS, {"table": name}).scalars().all()
    fresh = f"fresh_{name}"
    numbered = NUMBER.sub("id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", KEY.sub("", declared), 1)
    head = re.compile(rf'CREATE TABLE ("{name}"|{name}\b)')
    columns = connection.execute(text(f"PRAGMA table_info({name})")).all()
    names = ", ".join(f'"{column.name}"' for column in columns)
    for statement in (
        head.sub(f"CREATE TABLE {fresh}", numbered, 1),
        f"INSERT INTO {fresh} ({names}) SELECT {names} FROM {name} ORDER BY id",  # noqa: S608 - names of our own tables
        f"DROP TABLE {name}",
        f"ALTER TABLE {fresh} RENAME TO {name}",
        *parts,
    ):
        connection.exec_driver_sql(statement)
