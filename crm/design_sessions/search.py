"""What can be found of a session: title, place and goal."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from crm.core.db import session
from crm.core.search import Document, SearchSource
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries import KIND


def documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return the words of the sessions with these ids."""
    statement = (
        select(
            DesignSession.id,
            DesignSession.project_id,
            DesignSession.title,
            DesignSession.place,
            DesignSession.goal,
        )
        .where(DesignSession.id.in_(ids))
        .order_by(DesignSession.id)
    )
    for row in session().execute(statement):
        yield Document(row.project_id, row.id, f"{row.title} {row.place} {row.goal}")


SOURCE = SearchSource(KIND, documents, touched_by={DesignSession: "id"})
