"""Rows that refer to others, asked of all tables that could hold any in one statement."""

import json
from collections.abc import Collection, Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import text

from crm.core.db.models import Base, ProjectScoped
from crm.core.db.scope import NoProjectInScope, project_in_scope
from crm.core.db.sessions import session

Link = tuple[type[Base], str, str | None]


class Referrer(NamedTuple):
    """
    A row that refers to another.

    :ivar place: by which of the links that were asked for
    """

    place: int
    row_id: int
    parent_id: int


def referrers(links: Sequence[Link], ids: Collection[int]) -> list[Referrer]:
    """
    Return, link by link, the rows in scope that refer to a row with one of these ids.

    Some twenty tables refer to a person, and all but a few hold nothing about most: a question for
    each would take long work longer than what it is about.

    :param links: as `referring` gives them: all of rows of one model
    """
    if not links or not ids:
        return []
    project_id = project_in_scope()
    if project_id is None and any(issubclass(child, ProjectScoped) for child, *_rest in links):
        raise NoProjectInScope
    sqlite = session().get_bind().dialect.name == "sqlite"
    asked = {"ids": json.dumps(sorted(ids)), "project": project_id}
    found = session().connection().execute(text(_asking(tuple(links), sqlite=sqlite)), asked)
    return sorted(Referrer(*row) for row in found)


@cache
def _asking(links: tuple[Link, ...], *, sqlite: bool) -> str:
    return " UNION ALL ".join(
        _asking_one(place, child, column, sqlite=sqlite)
        for place, (child, column, _ondelete) in enumerate(links)
    )


def _asking_one(place: int, child: type[Base], column: str, *, sqlite: bool) -> str:
    scope = " AND project_id = :project" if issubclass(child, ProjectScoped) else ""
    given = (
        "IN (SELECT value FROM json_each(:ids))"
        if sqlite
        else "IN (SELECT CAST(json_array_elements_text(CAST(:ids AS json)) AS integer))"
    )
    return f'SELECT {place}, id, "{column}" FROM "{child.__tablename__}" WHERE "{column}" {given}{scope}'  # noqa: S608, E501 - names of our own tables
