"""Questions about areas, and which of them a project uses."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import cast

from sqlalchemy import Integer, Select, bindparam, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.db import Base, among, session
from crm.core.errors import NotFound
from crm.core.i18n import LazyString
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods.models import Area
from crm.projects.models import Project

# So many names go into one statement: databases limit how many values it may hold.
SET_SIZE = 500


@dataclass(frozen=True, slots=True)
class AreaUse:
    """
    What lies in an area: a model of a higher feature with a column `area_id`.

    :param label: the heading of its number on the page of areas, in the plural
    :param endpoint: the list that shows those behind the number, filtered by `?area=`
    """

    model: type[Base]
    label: LazyString
    endpoint: str


@dataclass(frozen=True, slots=True)
class AreaInProject:
    """An area, and how many of each kind lie in it in one project."""

    area: Area
    counts: tuple[int, ...]


_uses: dict[type[Base], AreaUse] = {}


def register_use(use: AreaUse) -> None:
    """Let what lies in an area count on the page of areas and in the filters by area."""
    _uses[use.model] = use


def uses() -> list[AreaUse]:
    """Return what can lie in an area, in the order in which features declare it."""
    return list(_uses.values())


def area(area_id: int) -> Area:
    """Return one area; `NotFound` if there is none with this id."""
    found = session().get(Area, area_id)
    if found is None:
        raise NotFound
    return found


def by_name() -> Select[Area]:
    """Return the statement for all areas by name."""
    return select(Area).order_by(Area.name_key, Area.code, Area.year, Area.id)


def names() -> list[str]:
    """Return the name of each area once, for a field in which an area is typed."""
    return list(dict.fromkeys(session().scalars(by_name().with_only_columns(Area.name))))


def area_named(name: str) -> Area | None:
    """Return the area with this name, whatever its case and accents; the newest of several."""
    key = fold(name)
    return session().scalar(_named([key]).limit(1)) if key else None


def areas_by_key(keys: Iterable[str]) -> dict[str, Area]:
    """Return folded name → area for those of these folded names that are known."""
    wanted = sorted(set(keys))
    found: dict[str, Area] = {}
    for start in range(0, len(wanted), SET_SIZE):
        for known in session().scalars(_named(wanted[start : start + SET_SIZE])):
            # The first of a name is the newest.
            found.setdefault(known.name_key, known)
    return found


def in_use(project: Project) -> list[Area]:
    """Return the areas in which anything of `project` lies, by name; for filters."""
    return list(session().scalars(_lying_in(tuple(_uses)), {"project": project.id}))


# Every list asks this, and making the statement took longer than the answer.
@cache
def _lying_in(models: tuple[type[Base], ...]) -> Select[Area]:
    project_id = bindparam("project", type_=Integer)
    held = [
        exists().where(_area_id(_uses[model]) == Area.id, _project_id(_uses[model]) == project_id)
        for model in models
    ]
    return by_name().where(or_(false(), *held))


def areas_of(project: Project) -> list[AreaInProject]:
    """Return all areas with what lies in each of them in `project`, in the order of `uses()`."""
    counts: list[dict[int | None, int]] = []
    for use in uses():
        area_id, in_project = _area_id(use), _project_id(use) == project.id
        statement = select(area_id, func.count()).where(in_project).group_by(area_id)
        rows = session().execute(statement.order_by(area_id))
        counts.append({row[0]: row[1] for row in rows})
    return [
        AreaInProject(found, tuple(count.get(found.id, 0) for count in counts))
        for found in session().scalars(by_name())
    ]


def is_taken(name: str, code: str, year: int | None, *, by_other_than: Area | None) -> bool:
    """Whether another area than the one given has this name, code and year."""
    statement = select(Area.id).where(Area.name_key == fold(name), Area.code == code)
    found = set(session().scalars(statement.where(Area.year.is_not_distinct_from(year))))
    return bool(found - {by_other_than.id if by_other_than else None})


def _named(keys: list[str]) -> Select[Area]:
    newest_first = Area.year.desc().nulls_last()
    return select(Area).where(Area.name_key.in_(keys)).order_by(newest_first, Area.code, Area.id)


# Through the mapper, for a higher feature's model is here no more than a class with these columns.
def _area_id(use: AreaUse) -> InstrumentedAttribute[int | None]:
    found = use.model.__mapper__.attrs["area_id"]
    return cast("InstrumentedAttribute[int | None]", found.class_attribute)


def _project_id(use: AreaUse) -> InstrumentedAttribute[int]:
    found = use.model.__mapper__.attrs["project_id"]
    return cast("InstrumentedAttribute[int]", found.class_attribute)


def names_of(_actor: Actor, ids: Collection[int]) -> dict[int, str]:
    """Return the names of these areas."""
    found = select(Area.id, Area.name).where(among(Area.id, ids))
    return {row.id: row.name for row in session().execute(found)}
