"""Questions about areas."""

from sqlalchemy import Select, select

from crm.core.db import session
from crm.core.folding import fold
from crm.neighbourhoods.models import Area


def by_name() -> Select[Area]:
    """Return the statement for all areas by name."""
    return select(Area).order_by(Area.name_key, Area.code, Area.id)


def area_named(name: str) -> Area | None:
    """Return the area with this name, whatever its case and accents."""
    return session().scalar(
        select(Area).where(Area.name_key == fold(name)).order_by(Area.code.desc()).limit(1)
    )
