"""Questions to the trail: its version, its entries, and whether it is whole."""

from sqlalchemy import Select, select

from crm.core.audit.chain import CHAINED, digest, next_hash
from crm.core.audit.models import GENESIS, OPTIONS, AuditChain, AuditEntry, AuditValue
from crm.core.db.sessions import session


def version_of(project_id: int) -> str:
    """Return a mark that differs after every audited change in the project."""
    statement = select(AuditChain.length, AuditChain.head).where(
        AuditChain.project_id == project_id
    )
    row = session().execute(statement, execution_options=OPTIONS).first()
    return f"{row.length}.{row.head[:16]}" if row else "0"


def entries_of(project_id: int) -> Select[AuditEntry]:
    """Return the statement for a project's trail, newest first."""
    return (
        select(AuditEntry)
        .where(AuditEntry.project_id == project_id)
        .order_by(AuditEntry.number.desc())
    )


def broken_entry(project_id: int) -> int | None:
    """
    Return the number of the first entry that does not fit the chain, or none if all do.

    Where values are still kept, their digest is checked as well.
    """
    chained = GENESIS
    number = 0
    for entry, value in session().execute(_with_values(project_id), execution_options=OPTIONS):
        number += 1
        line = {key: getattr(entry, key) for key in CHAINED}
        right_digest = value is None or entry.digest == digest(value.salt, value.old, value.new)
        chained = next_hash(chained, line)
        if entry.number != number or entry.chained != chained or not right_digest:
            return number
    chain = session().scalar(
        select(AuditChain).where(AuditChain.project_id == project_id), execution_options=OPTIONS
    )
    length, head = (chain.length, chain.head) if chain else (0, GENESIS)
    return None if (length, head) == (number, chained) else number + 1


def _with_values(project_id: int) -> Select[AuditEntry, AuditValue]:
    return (
        select(AuditEntry, AuditValue)
        .outerjoin(AuditValue, AuditValue.entry_id == AuditEntry.id)
        .where(AuditEntry.project_id == project_id)
        .order_by(AuditEntry.number)
    )
