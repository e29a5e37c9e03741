"""Records held for oneself until the unit of work ends, and read as they are now."""

from collections.abc import Iterable

from sqlalchemy import func, inspect, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm.exc import ObjectDeletedError

from crm.core.db.models import Base
from crm.core.db.sessions import session


def lock(record: Base) -> None:
    """
    Wait until nobody else changes `record`, hold its row, and read it anew.

    On SQLite a unit of work has the whole database for itself already. The lock is a statement of
    its own, as PostgreSQL refuses one on what is joined to the record when that may be missing.

    :raises ObjectDeletedError: if somebody removed it meanwhile
    """
    model = type(record)
    session().scalar(select(model.id).where(model.id == record.id).with_for_update())
    read_anew(record)


def hold(name: str) -> None:
    """
    Wait until nobody else holds `name`, and hold it until the unit of work ends.

    For what no row stands for yet. On SQLite a unit of work has the database for itself already.
    """
    if session().get_bind().dialect.name == "postgresql":
        session().execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def ids_of(records: Iterable[Base]) -> list[int]:
    """Return the ids of records that the database has, also of those that would be read anew."""
    keys = (inspect(one).identity for one in records)
    return [key[0] for key in keys if key is not None]


def read_anew(record: Base) -> None:
    """
    Read a record as it is now.

    :raises ObjectDeletedError: if somebody removed it meanwhile, which pages answer as not found
    """
    try:
        session().refresh(record)
    except InvalidRequestError as gone:
        raise ObjectDeletedError(inspect(record)) from gone
