"""Segments."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped


class Segment(Base, ProjectScoped, Audited):
    """Conditions on people under a name: whoever fits is in it, at every moment anew."""

    __tablename__ = "segment"
    __table_args__ = (UniqueConstraint("project_id", "account_id", "name"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    name: Mapped[str]
    conditions: Mapped[str]  # as they stand in an address
    # Whether everybody in the project finds it; else only who made it.
    is_shared: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
