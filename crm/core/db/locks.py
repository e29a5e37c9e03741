"""One record held for oneself until the unit of work ends."""

from sqlalchemy import select

from crm.core.db.models import Base
from crm.core.db.sessions import session


def lock(record: Base) -> None:
    """
    Wait until nobody else changes `record`, hold its row, and read it anew.

    On SQLite a unit of work has the whole database for itself already. The lock is a statement of
    its own, as PostgreSQL refuses one on what is joined to the record when that may be missing.
    """
    model = type(record)
    session().scalar(select(model.id).where(model.id == record.id).with_for_update())
    session().refresh(record)
