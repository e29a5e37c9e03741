"""Changes of areas."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.core.commands import command
from crm.core.db import hold, session
from crm.core.errors import StaleRecord
from crm.core.events import announce
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods import queries
from crm.neighbourhoods.events import AreaRenamed
from crm.neighbourhoods.models import Area, AreaKnown
from crm.neighbourhoods.policy import NeighbourhoodPermission
from crm.projects.models import Project


@dataclass(frozen=True, slots=True)
class AreaDetails:
    """What is asked about an area."""

    name: str
    code: str = ""
    year: int | None = None


@command(NeighbourhoodPermission.ADD)
def add(_actor: Actor, _project: Project, *, details: AreaDetails) -> Area:
    """
    Add an area; every project of the installation can use it.

    :raises AreaKnown: if there is one with this name, code and year
    """
    hold("areas")  # of two without a year the database would keep both
    area = Area()
    _describe(area, details)
    session().add(area)
    session().flush()
    return area


@command(NeighbourhoodPermission.EDIT)
def edit(_actor: Actor, area: Area, *, details: AreaDetails, revision: str) -> None:
    """
    Change name, code and year of an area, for every project.

    :raises StaleRecord: if somebody else changed it since `revision` was read
    :raises AreaKnown: if another has this name, code and year
    """
    session().refresh(area, with_for_update=True)
    if revision != area.revision:
        raise StaleRecord(area)
    name = area.name
    _describe(area, details)
    if area.name != name:
        session().flush()
        announce(AreaRenamed(area.id))


def area_for(name: str, *, code: str = "", year: int | None = None) -> Area | None:
    """Return the area with this name, inside a command; made there if it is new."""
    known = queries.area_named(name)
    return known or _made(AreaDetails(name, code, year))


def areas_for(names: Iterable[str]) -> dict[str, Area]:
    """Return folded name → area, inside a command; made there where new, in few statements."""
    by_key = {fold(name): name for name in names if fold(name)}
    found = queries.areas_by_key(by_key)
    for key, name in by_key.items():
        made = None if key in found else _made(AreaDetails(name))
        if made is not None:
            found[key] = made
    return found


def _made(details: AreaDetails) -> Area | None:
    if not fold(details.name):
        return None
    area = Area()
    area.describe(details.name, details.code, details.year)
    session().add(area)
    session().flush()
    return area


def _describe(area: Area, details: AreaDetails) -> None:
    area.describe(details.name, details.code, details.year)
    other = area if area.id else None
    if queries.is_taken(area.name, area.code, area.year, by_other_than=other):
        raise AreaKnown
