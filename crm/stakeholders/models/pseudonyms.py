"""The numbers that were given to persons, for as long as the project lasts."""

from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from crm.core.db.models import Base, ProjectScoped


class GivenPseudonym(Base, ProjectScoped):
    """
    A number under which a person is or was shown; nobody else ever gets it.

    It stays while the person is away, undone or merged, and who reads it later means one person.
    """

    __tablename__ = "given_pseudonym"
    __table_args__ = (UniqueConstraint("project_id", "number"),)
    __stays__: ClassVar[bool] = True

    number: Mapped[int]
