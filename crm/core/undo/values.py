"""Values of the trail, which are JSON, as the columns that they come from take them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, Enum, LargeBinary
from sqlalchemy.types import TypeDecorator

from crm.core.db import Base


def as_kept(model: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of the trail as Python has them; columns that exist no more are left out."""
    columns = model.__table__.columns
    return {name: _value(columns[name], one) for name, one in values.items() if name in columns}


def _value(column: ColumnElement[Any], value: Any) -> Any:
    if value is None:
        return None
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return bytes.fromhex(value)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return value
