"""Where the address of a record leads that was merged into another."""

from sqlalchemy import select

from crm.core.db import session
from crm.core.errors import NotFound
from crm.core.undo import Step
from crm.stakeholders.models import FormerRecord, Kind

# The merge that is asked for has just been done.
MOST_LOOKED_AT = 20


def merge_of(kind: str, gone_id: int) -> int | None:
    """Return the step in which a record went into another, if it can still be undone."""
    statement = select(Step).where(Step.kind == kind).order_by(Step.id.desc()).limit(MOST_LOOKED_AT)
    found = (one for one in session().scalars(statement) if one.about["gone"] == gone_id)
    return next((one.id for one in found if one.can_be_undone), None)


def now_at(kind: Kind, old_id: int) -> int:
    """
    Return the id of the record that this one became, through however many merges.

    :raises NotFound: if none of the project in scope ever had this id
    """
    column = FormerRecord.person_id if kind is Kind.PERSON else FormerRecord.organisation_id
    statement = select(column).where(FormerRecord.old_id == old_id, column.is_not(None))
    found = session().scalar(statement.order_by(FormerRecord.id.desc()).limit(1))
    if found is None:
        raise NotFound
    return found
