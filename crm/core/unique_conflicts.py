"""What must be there once and was made by two at the same moment: the refusal of who came later."""

from sqlalchemy import Index, UniqueConstraint
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
    text = str(error.orig)
    if text.startswith(ON_SQLITE):
        named = [column.partition(".") for column in text.removeprefix(ON_SQLITE).split(", ")]
        table, columns = named[0][0], [column for _table, _dot, column in named]
    elif getattr(error.orig, "sqlstate", "") == UNIQUE_VIOLATION:
        told = error.orig.diag  # type: ignore[union-attr]  # the driver's own
        table = told.table_name
        # PostgreSQL names the key and not its columns: those are looked up.
        keys = [*Base.metadata.tables[table].indexes, *Base.metadata.tables[table].constraints]
        named_keys = {
            str(key.name): key for key in keys if isinstance(key, Index | UniqueConstraint)
        }
        key = named_keys.get(told.constraint_name)
        columns = key.columns.keys() if key is not None else [told.constraint_name]
    else:
        return None
    own = getattr(model_of(table), "__taken__", {})
    return next((own[name]() for name in columns if name in own), Conflict())
