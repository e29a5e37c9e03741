"""Databases of an older Kring, with the rows of the demo in them."""

from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    create_engine,
    func,
    insert,
    inspect,
    literal,
    select,
)

from crm.core.db import Base


def fill(url: str, demo_file: Path) -> dict[str, int]:
    """Put the rows of the demo into an older schema; return by table how many there are."""
    source, target = create_engine(f"sqlite:///{demo_file}"), create_engine(url)
    with source.connect() as from_here, target.begin() as to_there:
        there = inspect(to_there)
        for table in Base.metadata.sorted_tables:
            if there.has_table(table.name):
                had = there.get_columns(table.name)
                known = {column["name"] for column in had}
                columns = [column for column in table.columns if column.name in known]
                # What went since had no value of its own in the demo.
                gone = [
                    Column(column["name"], column["type"])
                    for column in had
                    if column["name"] not in table.columns and not column["nullable"]
                ]
                asked = select(*columns, *(literal("").label(one.name) for one in gone))
                rows = [dict(row) for row in from_here.execute(asked).mappings()]
                if rows:
                    # Without what the models fill in today, for which there is no column yet.
                    older = Table(
                        table.name, MetaData(), *(Column(c.name, c.type) for c in columns), *gone
                    )
                    to_there.execute(insert(older), rows)
        counted = counts(to_there)
    source.dispose()
    target.dispose()
    return counted


def counts(connection: Connection) -> dict[str, int]:
    """Return by table how many rows there are."""
    there = inspect(connection)
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
        if there.has_table(table.name)
    }


def counted_at(url: str) -> dict[str, int]:
    """Return by table how many rows the database at `url` holds."""
    engine = create_engine(url)
    with engine.connect() as connection:
        counted = counts(connection)
    engine.dispose()
    return counted
