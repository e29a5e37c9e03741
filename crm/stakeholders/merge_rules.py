"""What is left in the register where two records that are merged both have it."""

from collections.abc import Hashable, Sequence
from typing import Any

from crm.core.normalisation import fold
from crm.core.references import GONE, Joined, Row
from crm.stakeholders.models import Basis, Kind, PairState

# The stricter one comes first: nobody is written to against what they once said.
STRICTEST = (
    Basis.WITHDRAWN, Basis.DECLINED, Basis.NOT_ASKED, Basis.CONSENT, Basis.PUBLIC_TASK
)  # fmt: skip


def _role(row: Row) -> Hashable:
    """Return what a role says: one in the same place and time, as the same, for the same helix."""
    where = row["person_id"], row["organisation_id"], fold(row["role"])
    return (*where, row["helix"], row["since"], row["until"])


def _one_role(rows: Sequence[Row]) -> Row:
    reasons = [row["helix_reason"] for row in rows if row["helix_reason"]]
    is_main = any(row["is_main"] for row in rows)
    return {"is_main": is_main, "helix_reason": next(iter(reasons), "")}


def _one_main(rows: Sequence[Row]) -> dict[int, Row]:
    """Let each person have one main role: that of the record that stays, where both have one."""
    mains: dict[int, list[Row]] = {}
    for row in rows:
        if row["is_main"]:
            mains.setdefault(row["person_id"], []).append(row)
    others = (row for found in mains.values() for row in sorted(found, key=_from_gone)[1:])
    return {row["id"]: {"is_main": False} for row in others}


def _numbered(rows: Sequence[Row]) -> dict[int, Row]:
    """Put those of the record that stays first, in their order: the first one is used."""
    ordered = sorted(rows, key=lambda row: (_from_gone(row), row["position"], row["id"]))
    return {row["id"]: {"position": number} for number, row in enumerate(ordered)}


def _two(row: Row) -> Hashable | None:
    """Return whom a pair is about; what was found of the one that goes is found anew."""
    person, organisation = Kind.PERSON.value, Kind.ORGANISATION.value
    kind = person if row["person_id"] is not None else organisation
    ends = frozenset({row[f"{kind}_id"], row[f"other_{kind}_id"]})
    if row["state"] is PairState.NOT_THE_SAME:
        return (kind, ends) if len(ends) > 1 else None
    return None if row[GONE] else row["id"]


def _strictness(row: Row) -> Any:
    return STRICTEST.index(row["basis"]), -row["at"].timestamp()


def _from_gone(row: Row) -> bool:
    return bool(row[GONE])


AFFILIATIONS = Joined(_role, together=_one_role, settled=_one_main)
ADDRESSES = Joined(lambda row: row["address_key"], settled=_numbered)
NUMBERS = Joined(lambda row: row["number"] or row["raw"], settled=_numbered)
TAGS = Joined(lambda row: row["word_key"])
GROUNDS = Joined(lambda row: row["purpose"], order=_strictness)
# The first time counts.
OBJECTIONS = Joined(lambda row: row["person_id"], order=lambda row: row["at"])
PAIRS = Joined(_two)
