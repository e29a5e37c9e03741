"""What must be there once and was made by two at the same moment: the refusal of who came later."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError

from crm.core.db import Base, model_of
from crm.core.errors import Conflict, DomainError

# As SQLite says it: `UNIQUE constraint failed: project.slug`, with a comma between more columns.
ON_SQLITE = "UNIQUE constraint failed: "
UNIQUE_VIOLATION = "23505"


def refusal_of(error: IntegrityError) -> DomainError | None:
    """
    Return the refusal for values that another row has had since it was looked up.

    A model says by `__taken__` which of its columns have one of their own. Nothing is returned for
    what no parallel change explains, as that is a fault of ours.
    """
    table, columns = _on_sqlite(error) or _on_postgresql(error)
    if not columns:
        return None
    model = model_of(table)
    own = getattr(model, "__taken__", {})
    return next((own[name]() for name in columns if name in own), Conflict())


def _on_sqlite(error: IntegrityError) -> tuple[str, list[str]] | None:
    text = str(error.orig)
    if not text.startswith(ON_SQLITE):
        return None
    named = [column.partition(".") for column in text.removeprefix(ON_SQLITE).split(", ")]
    return named[0][0], [column for _table, _dot, column in named]


def _on_postgresql(error: IntegrityError) -> tuple[str, list[str]]:
    if getattr(error.orig, "sqlstate", "") != UNIQUE_VIOLATION:
        return "", []
    told = error.orig.diag  # type: ignore[union-attr]  # the driver's own
    table = Base.metadata.tables[told.table_name]
    # PostgreSQL names the key and not its columns: those are looked up.
    columns = {str(key.name): key.columns.keys() for key in table.indexes}
    unique = (key for key in table.constraints if isinstance(key, UniqueConstraint))
    columns |= {str(key.name): key.columns.keys() for key in unique}
    return table.name, columns.get(told.constraint_name, [told.constraint_name])
