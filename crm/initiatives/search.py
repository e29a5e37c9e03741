"""What of an initiative can be found: its name, description and area; nobody's name."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.db import session
from crm.core.search import Document, SearchSource
from crm.initiatives.models import Initiative
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
        yield Document(found.project_id, found.id, words)


SOURCE = SearchSource(kind=KIND, documents=documents, touched_by={Initiative: "id"})
