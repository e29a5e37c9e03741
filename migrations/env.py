"""How Alembic reaches the database: one engine, models of every feature, batch mode on SQLite."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, text

import crm.features  # noqa: F401 - declares every table
from crm.core.db import Base
from crm.core.db.engine import make_engine

URL = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True)["url"]
# Tables of the full text index belong to the engine; no model declares them.
OWN = ("search_index",)


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether `alembic check` should look at this table, column or index."""
    return not (kind in {"table", "index", "column"} and (name or "").startswith(OWN))


def migrate(connection: Connection) -> None:
    """Run the migrations on `connection`, in one transaction."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Trap 2 of the stack notes: with foreign keys on, a batch migration deletes children.
        # Inside a transaction the pragma would do nothing, so it goes to the driver itself.
        driver: Any = connection.connection.driver_connection  # each driver has its own type
        driver.execute("PRAGMA foreign_keys = OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        include_name=ours,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
            message = "a migration left rows without their parent"
            raise RuntimeError(message)


engine = make_engine(URL)
with engine.connect().execution_options(kring_writing=True) as connection:
    migrate(connection)
    connection.commit()
engine.dispose()
