"""What in initiatives refers to a person or an organisation, and what becomes of it."""

from collections.abc import Hashable, Sequence

from crm.core.normalisation import fold
from crm.core.references import Blanked, Joined, Moved, Reference, Row
from crm.initiatives.models import Involvement


def _part(row: Row) -> Hashable:
    return row["initiative_id"], row["person_id"], row["organisation_id"], fold(row["role"])


def _at_once(one: Row, other: Row) -> bool:
    """Whether two periods have a day in common, as `Involvement.repeats` has it."""
    return _begins_by(one, other) and _begins_by(other, one)


def _begins_by(one: Row, other: Row) -> bool:
    return other["until"] is None or one["since"] is None or one["since"] <= other["until"]


def _whole_time(rows: Sequence[Row]) -> Row:
    starts, ends = [row["since"] for row in rows], [row["until"] for row in rows]
    return {
        "since": None if None in starts else min(starts),
        "until": None if None in ends else max(ends),
    }


INVOLVEMENTS = Joined(_part, meets=_at_once, together=_whole_time)
# An initiative is kept (retention list 6.1.9 and 6.2.3); who was in it goes with the stakeholder.
REFERENCES = (
    Reference(
        Involvement,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("initiative_id", "role", "since", "until"),
        blanked=Blanked.REMOVED,
        kept="as long as the person",
        joined=INVOLVEMENTS,
    ),
    Reference(
        Involvement,
        "organisation_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("initiative_id", "role", "since", "until"),
        blanked=Blanked.REMOVED,
        kept="as long as the organisation",
        joined=INVOLVEMENTS,
    ),
)
