"""What the database knows of its tables: it finds its way by that, and many new rows change it."""

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

MANY = 1_000
# While a table grows it is looked at again when so many times more rows came in.
TIMES = 3
# SQLite then reads this many rows of each index and no more, however large the table.
LOOKED_AT = 1_000


def keep_up(active: Session, grown: dict[str, int], looked: dict[str, int], name: str) -> None:
    """
    Let PostgreSQL look anew at a table as soon as it is several times what it was in this unit.

    It would go on finding its way by what the table was before: the rows of a long import that
    were just written would be read in full for each set that follows.

    :param grown: name → new rows
    :param looked: name → new rows when it looked last
    """
    rows, before = grown.get(name, 0), looked.get(name, 0)
    if rows - before < max(MANY, TIMES * before) or active.get_bind().dialect.name == "sqlite":
        return
    _look(active.connection(), name)
    looked[name] = rows


def refresh(active: Session, grown: dict[str, int], looked: dict[str, int]) -> None:
    """
    Let the database look anew at tables that got at least a thousand rows (name → new rows).

    Those of earlier units of work of the same session count too, as long work writes small parts; a
    table that grows on is looked at each time that as many rows came in as before.

    Without it SQLite takes a project for ten rows and reads a whole project to find the tags of
    one person; PostgreSQL does so by itself, some minutes later.
    """
    tables = [name for name, rows in grown.items() if _is_many(active, name, rows, looked)]
    if not tables:
        return
    connection = active.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA analysis_limit = {LOOKED_AT}"))
    for name in tables:
        _look(connection, name)


def _is_many(active: Session, name: str, rows: int, looked: dict[str, int]) -> bool:
    """Whether a table got many rows in a session since it was looked at last."""
    since, before = active.info.setdefault("grown", {}).get(name, (0, 0))
    since += rows - looked.get(name, 0)
    is_many: bool = since >= max(MANY, before)
    active.info["grown"][name] = (0, before + since) if is_many else (since, before)
    return is_many


def _look(connection: Connection, name: str) -> None:
    # Somebody else who looks at this table holds it until they are done, and looks for us too.
    how = "" if connection.dialect.name == "sqlite" else "(SKIP_LOCKED) "
    connection.execute(text(f"ANALYZE {how}{connection.dialect.identifier_preparer.quote(name)}"))
