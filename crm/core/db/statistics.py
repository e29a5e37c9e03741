"""What the database knows of its tables: it finds its way by that, and many new rows change it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

MANY = 1_000
# SQLite then reads this many rows of each index and no more, however large the table.
LOOKED_AT = 1_000


def refresh(active: Session, grown: dict[str, int]) -> None:
    """
    Let the database look anew at tables that got at least a thousand rows (name → new rows).

    Without it SQLite takes a project for ten rows and reads a whole project to find the tags of
    one person; PostgreSQL does so by itself, some minutes later.
    """
    tables = [name for name, rows in grown.items() if rows >= MANY]
    if not tables:
        return
    connection = active.connection()
    quote = connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA analysis_limit = {LOOKED_AT}"))
    for name in tables:
        connection.execute(text(f"ANALYZE {quote(name)}"))
