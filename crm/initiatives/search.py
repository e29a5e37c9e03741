"""What of an initiative can be found: its name, description and area; nobody's name."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from crm.core import search
from crm.core.db import among, session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.search import Document, Lines, Question, Result, SearchSource, Shown
from crm.initiatives.models import Initiative
from crm.initiatives.policy import InitiativePermission
from crm.initiatives.queries import KIND
from crm.neighbourhoods.models import Area


def documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return the documents of the initiatives with these ids."""
    statement = (
        select(Initiative)
        .where(Initiative.id.in_(ids))
        .options(joinedload(Initiative.area))
        .order_by(Initiative.id)
    )
    for found in session().scalars(statement):
        area = found.area.name if found.area else ""
        words = f"{found.name} {found.description} {area}"
        yield Document(found.project_id, found.id, words, head=found.name)


def lines(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return the statement for what is told of these initiatives in a line."""
    told = search.line(Initiative.id, title=Initiative.name, place=Area.name)
    return told.outerjoin(Initiative.area).where(among(Initiative.id, ids))


def described(_actor: Actor, one: Any, _question: Question) -> Result:
    """Return what everybody sees of an initiative."""
    return Result(one.id, one.title, (one.place,) if one.place else ())


SOURCE = SearchSource(
    kind=KIND,
    documents=documents,
    touched_by={Initiative: "id"},
    shown=Shown(
        "initiatives",
        _l("Initiatives"),
        ("initiatives.initiative", "initiative_id"),
        Lines(lines),
        described,
        InitiativePermission.READ,
    ),
)
