"""Areas, which belong to the installation and serve every project."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Audited, Base


class Area(Base, Audited):
    """A neighbourhood: a name, and maybe the CBS code with the year that it is of."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("name", "code", "year"),)

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(default="")
    year: Mapped[int | None]
