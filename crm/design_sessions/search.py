"""What can be found of a session: title, place and goal."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from crm.core.db import among, session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.search import Document, Question, Result, SearchSource, Shown
from crm.design_sessions.models import DesignSession
from crm.design_sessions.policy import SessionPermission
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
        words = f"{row.title} {row.place} {row.goal}"
        yield Document(row.project_id, row.id, words, head=row.title)


def by_id(ids: Sequence[int]) -> Mapping[int, DesignSession]:
    """Return these sessions, by id; one statement."""
    wanted = select(DesignSession).where(among(DesignSession.id, ids)).order_by(DesignSession.id)
    return {one.id: one for one in session().scalars(wanted)}


def described(_actor: Actor, one: DesignSession, _question: Question) -> Result:
    """Return what everybody sees of a session."""
    return Result(one.id, one.title, (one.place,) if one.place else (), day=one.day)


SOURCE = SearchSource(
    KIND,
    documents,
    touched_by={DesignSession: "id"},
    shown=Shown(
        "sessions",
        _l("Sessions"),
        ("sessions.session", "session_id"),
        by_id,
        described,
        SessionPermission.READ,
    ),
)
