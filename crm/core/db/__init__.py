"""The database: models' base, sessions, project scope and the doors for changes."""

from crm.core.db.bulk import add_many, add_missing, change_many, remove_many, set_many, take
from crm.core.db.engine import Database, asked_once
from crm.core.db.foreign_keys import model_of, referring
from crm.core.db.locks import hold, ids_of, lock
from crm.core.db.models import (
    Audited,
    Base,
    ProjectScoped,
    Revised,
    SortKey,
    UtcDateTime,
    enum_type,
    is_audited,
)
from crm.core.db.referrers import referrers
from crm.core.db.scope import (
    AroundTheDoor,
    NoProjectInScope,
    UnscopedStatement,
    project_in_scope,
    project_scope,
    unscoped,
)
from crm.core.db.sessions import (
    NoSession,
    Unit,
    WriteOutsideCommand,
    allow_long_hold,
    current_unit,
    last_hold,
    session,
    unit_of_work,
)
from crm.core.db.sets import among

__all__ = [
    "AroundTheDoor",
    "Audited",
    "Base",
    "Database",
    "NoProjectInScope",
    "NoSession",
    "ProjectScoped",
    "Revised",
    "SortKey",
    "Unit",
    "UnscopedStatement",
    "UtcDateTime",
    "WriteOutsideCommand",
    "add_many",
    "add_missing",
    "allow_long_hold",
    "among",
    "asked_once",
    "change_many",
    "current_unit",
    "enum_type",
    "hold",
    "ids_of",
    "is_audited",
    "last_hold",
    "lock",
    "model_of",
    "project_in_scope",
    "project_scope",
    "referrers",
    "referring",
    "remove_many",
    "session",
    "set_many",
    "take",
    "unit_of_work",
    "unscoped",
]
