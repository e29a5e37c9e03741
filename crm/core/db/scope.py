"""The project in scope: every question is held to it, and fails closed without one."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, TextClause, UpdateBase, event, false
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql import visitors
from sqlalchemy.sql.visitors import ExternallyTraversible

from crm.core.db.models import Base, ProjectScoped, is_audited, model_of
from crm.core.db.sessions import Unit, session

_KEY = "project_id"
_UNSCOPED = "kring_unscoped"
DOOR = "kring_door"


class NoProjectInScope(RuntimeError):
    """A row of a project was asked for while no project is in scope."""


class AroundTheDoor(RuntimeError):
    """A bulk statement would change rows without the line that the trail holds of each."""


class UnscopedStatement(RuntimeError):
    """A statement outside the mapped models reaches rows of projects."""


@contextmanager
def project_scope(project_id: int) -> Iterator[None]:
    """Hold every question inside a `with` block to one project."""
    info = session().info
    before = info.get(_KEY)
    info[_KEY] = project_id
    try:
        yield
    finally:
        info[_KEY] = before


def enter_project(project_id: int) -> None:
    """Hold every further question of the session in use to one project."""
    session().info[_KEY] = project_id


def project_in_scope() -> int | None:
    """Return the project that questions are held to, if any."""
    project_id: int | None = session().info.get(_KEY)
    return project_id


def unscoped(reason: str) -> dict[str, Any]:
    """Return the execution options of a statement that may cross projects; `reason` says why."""
    return {_UNSCOPED: reason}


@event.listens_for(Session, "do_orm_execute")
def _hold_to_project(state: ORMExecuteState) -> None:
    _refuse_around_the_doors(state)
    if state.execution_options.get(_UNSCOPED):
        return
    if not state.is_orm_statement:
        for element in visitors.iterate(cast("ExternallyTraversible", state.statement)):
            # Nobody can tell which tables a text reaches.
            if isinstance(element, TextClause):
                raise UnscopedStatement(element.text)
            if isinstance(element, Table) and _KEY in element.c:
                raise UnscopedStatement(element.name)
        return
    if state.is_column_load or state.is_relationship_load or state.is_insert:
        return
    project_id = state.session.info.get(_KEY)
    if project_id is None:
        for mapper in state.all_mappers:
            if issubclass(mapper.class_, ProjectScoped):
                message = f"{mapper.class_.__name__} was asked for without a project in scope"
                raise NoProjectInScope(message)
    state.statement = state.statement.options(_held_to(project_id))


# Every question carries it, and making one takes as long as half of a small question.
@lru_cache(maxsize=256)
def _held_to(project_id: int | None) -> ORMOption:
    """Return what holds a statement to the rows of a project, or without one to no row."""
    if project_id is None:
        return with_loader_criteria(ProjectScoped, lambda _model: false(), include_aliases=True)
    # Aliases too: a table that is asked twice is held to the project each time.
    return with_loader_criteria(
        ProjectScoped, lambda model: model.project_id == project_id, include_aliases=True
    )


def _refuse_around_the_doors(state: ORMExecuteState) -> None:
    changes = state.is_insert or state.is_update or state.is_delete
    if not changes or state.execution_options.get(DOOR):
        return
    unit: Unit | None = state.session.info.get("unit")
    in_step = unit is not None and unit.step_id is not None
    if state.is_orm_statement:
        models: list[type[Base] | None] = [mapper.class_ for mapper in state.all_mappers]
    else:
        # A statement may name a bare table too.
        table = cast("UpdateBase", state.statement).table
        models = [model_of(table.name)] if isinstance(table, Table) else []
    for model in models:
        if model is not None and is_audited(model, in_step=in_step):
            doors = "change_many, add_many, remove_many"
            message = f"{model.__name__} stands in the trail: use {doors}"
            raise AroundTheDoor(message)


@event.listens_for(Session, "before_flush")
def _stamp_project(active: Session, _context: UOWTransaction, _instances: object) -> None:
    scope = active.info.get(_KEY)
    for row in active.new:
        if not isinstance(row, ProjectScoped):
            continue
        if row.project_id is None:
            row.project_id = scope
        if row.project_id is None and row.__may_lack_project__:
            continue
        if row.project_id != scope or scope is None:
            message = f"{type(row).__name__} belongs to another project than the one in scope"
            raise NoProjectInScope(message)
