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
        words = f"{row.title} {row.place} {row.goal}"
        yield Document(row.project_id, row.id, words, head=row.title)


def lines(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return the statement for what is told of these sessions in a line."""
    told = search.line(
        DesignSession.id,
        title=DesignSession.title,
        place=DesignSession.place,
        day=DesignSession.starts_local,
    )
    return told.where(among(DesignSession.id, ids))


def described(_actor: Actor, one: Any, _question: Question) -> Result:
    """Return what everybody sees of a session."""
    day = datetime.fromisoformat(one.day).date()
    return Result(one.id, one.title, (one.place,) if one.place else (), day=day)


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
