"""The audit trail: who changed what, when and why, chained row by row."""

from crm.core.audit import writing
from crm.core.audit.listener import note
from crm.core.audit.models import GENESIS, AuditChain, AuditEntry, AuditValue, Change
from crm.core.audit.trail import broken_entry, entries_of, version_of

__all__ = [
    "GENESIS",
    "AuditChain",
    "AuditEntry",
    "AuditValue",
    "Change",
    "broken_entry",
    "entries_of",
    "note",
    "version_of",
    "writing",
]
