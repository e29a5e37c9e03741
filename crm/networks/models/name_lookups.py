"""Names that a leader looked up although their person does not want to be shown."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped


class NameLookup(Base, ProjectScoped, Audited):
    """
    A leader asked who stands behind a pseudonym, and said why.

    :ivar reason: in the leader's words; the person may read it
    """

    __tablename__ = "name_lookup"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)
