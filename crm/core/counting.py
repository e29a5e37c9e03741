"""
How often something was done within a time, counted for all processes together.

The numbers stand in the database, each written in a short transaction of its own: beside the one of
a request, and never inside a command, which on SQLite would wait for itself.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock, tokens
from crm.core.db import Base, Database, session
from crm.core.db.engine import WRITING


class UseCount(Base):
    """How often one thing was done until a moment; of what it is, only a digest is kept."""

    __tablename__ = "use_count"

    name: Mapped[str] = mapped_column(unique=True)
    uses: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


# Any: they have the same methods, but no type that says so.
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def add(database: Database, name: str, amount: int, *, within: timedelta) -> int:
    """
    Count something, and return how often it was done since its time began.

    :param amount: fewer than none gives back what was counted too much
    :param within: how long it counts from the first time
    """
    now = clock.now()
    row = _INSERT[database.engine.dialect.name](UseCount).values(
        name=tokens.digest(name), uses=max(amount, 0), ends_at=now + within
    )
    is_past, sum_ = UseCount.ends_at <= now, UseCount.uses + amount
    # One statement, so that of two processes which count at once neither loses what the other
    # added.
    counted = row.on_conflict_do_update(
        index_elements=[UseCount.name],
        set_={
            "uses": case((is_past, row.excluded.uses), (sum_ < 0, 0), else_=sum_),
            "ends_at": case((is_past, row.excluded.ends_at), else_=UseCount.ends_at),
        },
    ).returning(UseCount.uses)
    with database.engine.connect().execution_options(**{WRITING: True}) as connection:
        uses: int = connection.scalars(counted).one()
        connection.commit()
    return uses


def read(database: Database, name: str) -> tuple[int, datetime]:
    """Return how often something was done, and until when that counts."""
    now = clock.now()
    statement = select(UseCount.uses, UseCount.ends_at).where(
        UseCount.name == tokens.digest(name), UseCount.ends_at > now
    )
    with database.engine.connect() as connection:
        row = connection.execute(statement).one_or_none()
    return (row.uses, row.ends_at) if row else (0, now)


def forget(database: Database, name: str) -> None:
    """Forget how often something was done."""
    with database.engine.connect().execution_options(**{WRITING: True}) as connection:
        connection.execute(delete(UseCount).where(UseCount.name == tokens.digest(name)))
        connection.commit()


def clear_past() -> None:
    """Delete, in the unit of work at hand, what counts no more."""
    session().execute(delete(UseCount).where(UseCount.ends_at <= clock.now()))
