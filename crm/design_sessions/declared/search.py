"""What can be found of a session: title, place and goal."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from crm.core import search
from crm.core.db import among, session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.search import Document, Lines, Question, Result, SearchSource, Shown
from crm.design_sessions.models import DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries.sessions import KIND


def documents(ids: Sequence[int]) -> Iterable[Document]:
    """Return the words of the sessions with these ids."""
    columns = DesignSession.title, DesignSession.place, DesignSession.goal
    statement = select(DesignSession.id, DesignSession.project_id, *columns)
    statement = statement.where(DesignSession.id.in_(ids)).order_by(DesignSession.id)
    for row in session().execute(statement):
        words = f"{row.title} {row.place} {row.goal}"
        yield Document(row.project_id, row.id, words, head=row.title)


def lines(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return the statement for what is told of these sessions in a line."""
    # The day of where it is held, which the moment in UTC may not be.
    day, held = DesignSession.starts_local, DesignSession
    told = search.line(held.id, title=held.title, place=held.place, day=day)
    return told.where(among(DesignSession.id, ids))


def described(_actor: Actor, row: Any, _question: Question) -> Result:
    """Return what everybody sees of a session."""
    day = datetime.fromisoformat(row.day).date()
    return Result(row.id, row.title, (row.place,) if row.place else (), day=day)


SOURCE = SearchSource(
    KIND,
    documents,
    touched_by={DesignSession: "id"},
    shown=Shown(
        "sessions",
        _l("Sessions"),
        ("sessions.session", "session_id"),
        Lines(lines),
        described,
        SessionPermission.READ,
    ),
)
