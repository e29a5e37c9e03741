"""What of an initiative can be found: its name, description and area; nobody's name."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import among, session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.search import Document, Question, Result, SearchSource, Shown
from crm.initiatives.models import Initiative
from crm.initiatives.policy import InitiativePermission
from crm.initiatives.queries import KIND


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


def by_id(ids: Sequence[int]) -> Mapping[int, Initiative]:
    """Return these initiatives with their areas, by id; one statement."""
    wanted = select(Initiative).where(among(Initiative.id, ids)).order_by(Initiative.id)
    return {one.id: one for one in session().scalars(wanted.options(joinedload(Initiative.area)))}


def described(_actor: Actor, one: Initiative, _question: Question) -> Result:
    """Return what everybody sees of an initiative."""
    return Result(one.id, one.name, (one.area.name,) if one.area else ())


SOURCE = SearchSource(
    kind=KIND,
    documents=documents,
    touched_by={Initiative: "id"},
    shown=Shown(
        "initiatives",
        _l("Initiatives"),
        ("initiatives.initiative", "initiative_id"),
        by_id,
        described,
        InitiativePermission.READ,
    ),
)
