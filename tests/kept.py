"""Everything that the database holds, to see that something changed nothing."""

from flask import Flask
from sqlalchemy import select

from crm.core.db import Base, Database


def everything(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, in the order of their keys."""
    database: Database = app.extensions["kring_database"]
    with database.engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Base.metadata.sorted_tables
        }
