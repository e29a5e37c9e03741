"""Changes of areas."""

from crm.core.db import session
from crm.core.folding import fold
from crm.neighbourhoods import queries
from crm.neighbourhoods.models import Area


def area_for(name: str, *, code: str = "", year: int | None = None) -> Area | None:
    """Return the area with this name, made inside the command at hand if it is new."""
    name = " ".join(name.split())
    if not name:
        return None
    known = queries.area_named(name)
    if known is not None:
        return known
    area = Area(name=name, name_key=fold(name), code=code, year=year)
    session().add(area)
    session().flush()
    return area
