"""Conditions on many values at once, which the driver takes as one."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, any_, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.db.sessions import session


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
