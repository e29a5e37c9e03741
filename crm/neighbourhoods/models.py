"""Areas, which belong to the installation and serve every project."""

import hashlib
import re
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Audited, Base
from crm.core.errors import Conflict, DomainError, Invalid
from crm.core.i18n import _l
from crm.core.normalisation import fold

# GM: municipality, WK: district, BU: neighbourhood, with the digits that Statistics Netherlands
# (CBS) gives them in "Kerncijfers wijken en buurten".
CODE = re.compile(r"GM[0-9]{4}|WK[0-9]{6}|BU[0-9]{8}")
FIRST_YEAR, LAST_YEAR = 1995, 2100


class AreaNameMissing(Invalid):
    """An area needs a name with at least one letter or digit."""

    message = _l("Fill in the name of the area.")
    field = "name"


class NotACode(Invalid):
    """It is not a code of Statistics Netherlands."""

    message = _l("This is no CBS code. A code looks like BU01060101, WK010601 or GM0106.")
    field = "code"


class YearMissing(Invalid):
    """A code says something only with the year of the division it is of."""

    message = _l("Fill in the year as well: codes change from year to year.")
    field = "year"


class YearUnlikely(Invalid):
    """The year lies outside those in which codes are given."""

    message = _l("Fill in a year from 1995 on, such as 2023.")
    field = "year"


class AreaKnown(Conflict):
    """There is an area with this name, code and year."""

    message = _l("There is already an area with this name, code and year.")
    field = "name"


class Area(Base, Audited):
    """A neighbourhood: a name, and maybe the CBS code with the year that it is of."""

    __tablename__ = "area"
    __taken__: ClassVar[dict[str, type[DomainError]]] = {"name": AreaKnown}
    __table_args__ = (UniqueConstraint("name", "code", "year"),)

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(default="")
    year: Mapped[int | None]

    @property
    def revision(self) -> str:
        """A mark that differs when anything of the area differs, to notice a change meanwhile."""
        values = f"{self.name}\n{self.code}\n{self.year}"
        return hashlib.sha256(values.encode()).hexdigest()[:16]

    def describe(self, name: str, code: str, year: int | None) -> None:
        """
        Give the area a name, and maybe a code with its year.

        :raises AreaNameMissing: if the name holds no letter or digit
        :raises NotACode: if the code is none
        :raises YearMissing: if a code has no year
        :raises YearUnlikely: if no codes were given in that year
        """
        name = " ".join(name.split())
        code = "".join(code.split()).upper()
        if not fold(name):
            raise AreaNameMissing
        if code and not CODE.fullmatch(code):
            raise NotACode
        if code and year is None:
            raise YearMissing
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            raise YearUnlikely
        self.name, self.name_key, self.code, self.year = name, fold(name), code, year
