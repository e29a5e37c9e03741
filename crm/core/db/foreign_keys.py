"""Which tables refer to which, and what a row holds that names only some of its columns."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import ColumnDefault

from crm.core.db.models import Base

_models: dict[str, type[Base]] = {}


def model_of(table: str) -> type[Base] | None:
    """Return the model of a table, if it still has one."""
    if table not in _models:
        # Asked for every row of long lists: looked up once for each table.
        models = [mapper.class_ for mapper in Base.registry.mappers]
        _models.update({getattr(one, "__tablename__", ""): one for one in models})
    return _models.get(table)


@cache
def referring(model: type[Base]) -> tuple[tuple[type[Base], str, str | None], ...]:
    """Return what refers to `model`: a model, its column, and what the database does on delete."""
    # Asked for each part of long work, and putting all tables in order takes a while.
    return tuple(
        (child, key.parent.name, key.ondelete)
        for table in Base.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda one: one.parent.name)
        if key.column.table is model.__table__ and (child := model_of(table.name)) is not None
    )


def whole(model: type[Base], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a new row with what its other columns get, where that is the same for every row."""
    return {**_defaults(model), **row}


@cache
def _defaults(model: type[Base]) -> dict[str, Any]:
    return {
        column.name: column.default.arg if isinstance(column.default, ColumnDefault) else None
        for column in model.__table__.columns
        if column.name != "id" and (column.default is None or column.default.is_scalar)
    }
