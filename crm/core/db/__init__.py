"""The database: models' base, sessions, project scope and the doors for changes."""

from crm.core.db.bulk import add_many, add_missing, change_many, remove_many, set_many, take
from crm.core.db.engine import Database, asked_once
from crm.core.db.models import (
    Audited,
    Base,
    ProjectScoped,
    Revised,
    SortKey,
    UtcDateTime,
    enum_type,
    is_audited,
    model_of,
    referring,
)
from crm.core.db.rows import among, hold, ids_of, lock, referrers, the_one
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
