"""The report of an import, part by part: what would become, or became, of each row."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, ProjectScoped


class ReportPart(Base, ProjectScoped):
    """
    Some lines of the report of an import after each other, as text.

    :ivar number: the place of the part, from 0
    :ivar first_row: the number of the row that its first line is about
    """

    __tablename__ = "contact_import_part"
    __table_args__ = (UniqueConstraint("contact_import_id", "number"),)
    # It is thrown away after a week, and does not come back when the import is undone.
    __stays__ = True

    contact_import_id: Mapped[int] = mapped_column(
        ForeignKey("contact_import.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    first_row: Mapped[int]
    text: Mapped[str]
