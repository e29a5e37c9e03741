"""Rows by their ids: among many, referred to, locked, or one within the project."""

import json
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Select, any_, func, inspect, literal, select, text
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.exc import ObjectDeletedError

from crm.core.db.models import Base, ProjectScoped
from crm.core.db.scope import NoProjectInScope, project_in_scope
from crm.core.db.sessions import session
from crm.core.errors import NotFound

Row = TypeVar("Row", bound=Base)
T = TypeVar("T")


def the_one(statement: Select[T]) -> T:
    """
    Return the row that a statement asks for.

    :raises NotFound: if the project in scope has no such row
    """
    found = session().scalar(statement)
    if found is None:
        raise NotFound
    return found


def among(
    column: InstrumentedAttribute[Any] | ColumnElement[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """
    Return the condition that a column has one of these numbers or texts, however many they are.

    A list of thousands of values, each one of its own, takes longer to write and to read than the
    question takes to answer; and SQLite takes no more than 32,766.
    """
    given = list(values)
    if session().get_bind().dialect.name == "sqlite":
        listed = func.json_each(json.dumps(given)).table_valued("value")
        return column.in_(select(listed.c.value))
    found: ColumnElement[bool] = column == any_(literal(given, ARRAY(column.type)))
    return found


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
    # What holds every question to the project does not see a text: this one holds itself to it.
    if project_id is None and any(issubclass(child, ProjectScoped) for child, *_rest in links):
        raise NoProjectInScope
    sqlite = session().get_bind().dialect.name == "sqlite"
    asked = {"ids": json.dumps(sorted(ids)), "project": project_id}
    found = session().connection().execute(text(_asking(tuple(links), sqlite=sqlite)), asked)
    # A union promises no order, and each engine has one of its own.
    return sorted(Referrer(*row) for row in found)


@cache
def _asking(links: tuple[Link, ...], *, sqlite: bool) -> str:
    given = "SELECT CAST(json_array_elements_text(CAST(:ids AS json)) AS integer)"
    if sqlite:
        given = "SELECT value FROM json_each(:ids)"
    parts: list[str] = []
    for place, (child, column, _ondelete) in enumerate(links):
        scope = " AND project_id = :project" if issubclass(child, ProjectScoped) else ""
        found = f'SELECT {place}, id, "{column}" FROM "{child.__tablename__}"'  # noqa: S608 - names of our own tables
        parts.append(f'{found} WHERE "{column}" IN ({given}){scope}')
    return " UNION ALL ".join(parts)


def lock(record: Base) -> None:
    """
    Wait until nobody else changes `record`, hold its row, and read it anew.

    On SQLite a unit of work has the whole database for itself already. The lock is a statement of
    its own, as PostgreSQL refuses one on what is joined to the record when that may be missing.

    :raises ObjectDeletedError: if somebody removed it meanwhile
    """
    model = type(record)
    session().scalar(select(model.id).where(model.id == record.id).with_for_update())
    read_anew(record)


def hold(name: str) -> None:
    """
    Wait until nobody else holds `name`, and hold it until the unit of work ends.

    For what no row stands for yet. On SQLite a unit of work has the database for itself already.
    """
    if session().get_bind().dialect.name == "postgresql":
        # Two names may share a number: then one waits for nothing, and no more goes wrong.
        session().execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def ids_of(records: Iterable[Base]) -> list[int]:
    """Return the ids of records that the database has, also of those that would be read anew."""
    keys = (inspect(record).identity for record in records)
    return [key[0] for key in keys if key is not None]


def read_anew(record: Base) -> None:
    """
    Read a record as it is now.

    :raises ObjectDeletedError: if somebody removed it meanwhile, which pages answer as not found
    """
    try:
        session().refresh(record)
    except InvalidRequestError as gone:
        raise ObjectDeletedError(inspect(record)) from gone
