"""How entries are chained: the digest of values, and the hash that covers the entry before."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

REVISION = "revision"
NEVER = frozenset({REVISION})
_PLAIN = frozenset({str, int, bool, float, type(None)})
CHAINED = (
    "project_id", "number", "at", "account_id", "action", "reason", "table", "row_id",
    "operation", "fields", "digest",
)  # fmt: skip


def _plain(value: object) -> object:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value


def plain_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row as JSON can hold them; counters of revisions are left out."""
    return {key: _plain(value) for key, value in row.items() if key not in NEVER}


# One for all: a bulk change writes many thousands of lines.
_encoder = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=_plain)


def _json(value: object) -> str:
    return _encoder.encode(value)


def digest(salt: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return the salted digest of old and new values."""
    return hashlib.sha256(f"{salt}{_json([old, new])}".encode()).hexdigest()


def next_hash(chained: str, line: Mapping[str, Any]) -> str:
    """Return the hash of an entry that covers the one before."""
    return hashlib.sha256(f"{chained}{_json(line)}".encode()).hexdigest()
