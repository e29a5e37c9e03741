"""Checks of columns that hold a word of a list, changed by migrations on both databases."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


def allow(
    op: Any, place: str, words: Sequence[str], *, instead_of: Sequence[str], name: str = ""
) -> None:
    """
    Let a column of a table hold other words than before; inside a migration.

    :param op: the operations of Alembic
    :param place: table and column, with a dot between them
    :param name: of the check, without its table; none: that of the column
    """
    table, _dot, column = place.partition(".")
    if op.get_bind().dialect.name == "sqlite":
        _rewrite(op.get_bind(), table, _check(column, instead_of), _check(column, words))
        return
    check = op.f(f"ck_{table}_{name or column}")
    op.drop_constraint(check, table, type_="check")
    op.create_check_constraint(check, table, _check(column, words))


def _check(column: str, words: Sequence[str]) -> str:
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


def _rewrite(connection: sa.Connection, table: str, old: str, new: str) -> None:
    """
    Change a check in the schema that SQLite keeps (sqlite.org/lang_altertable.html, section 7).

    To copy a table, as a batch does, would lose its other checks, which cannot be read back.
    """
    version = connection.execute(sa.text("PRAGMA schema_version")).scalar_one()
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text(
            "UPDATE sqlite_schema SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = :name"
        ),
        {"old": old, "new": new, "name": table},
    )
    # A new number lets every connection read the schema again.
    connection.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))
