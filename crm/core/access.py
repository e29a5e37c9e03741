"""The access log: which card of a private person was opened and what was exported, by whom."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db.engine import WRITING, Database
from crm.core.db.models import Base
from crm.core.db.sessions import session
from crm.core.permissions import Actor

_KEY = "kring_accesses"


class AccessEntry(Base):
    """One look at personal data; kept after the record is gone, without any of its values."""

    __tablename__ = "access_entry"

    at: Mapped[datetime]
    account_id: Mapped[int | None]
    project_id: Mapped[int | None] = mapped_column(index=True)
    what: Mapped[str]
    subject_id: Mapped[int | None]
    purpose: Mapped[str]


@dataclass(frozen=True, slots=True)
class Access:
    """
    A look at personal data.

    :param what: the kind of page or file, such as person.card
    :param purpose: the processing activity it belongs to
    :param subject_id: the record that was looked at; none for a whole list
    """

    what: str
    purpose: str
    subject_id: int | None = None


def note(access: Access) -> None:
    """Put `access` on the list that the edge writes before it shows what was read."""
    session().info.setdefault(_KEY, []).append(access)


def write(database: Database, actor: Actor) -> None:
    """
    Write what was noted, in a transaction of its own beside the one that read.

    :raises sqlalchemy.exc.DBAPIError: if it cannot be written; what was read is then not shown
    """
    noted: list[Access] = session().info.pop(_KEY, [])
    if not noted:
        return
    by = {"at": clock.now(), "account_id": actor.account_id, "project_id": actor.project_id}
    rows = [{**by, **asdict(access)} for access in noted]
    # The session at hand only reads (ADR 1): the database would refuse this line in it.
    with database.engine.connect().execution_options(**{WRITING: True}) as connection:
        connection.execute(insert(AccessEntry), rows)
        connection.commit()
