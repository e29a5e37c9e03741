"""A worker that notes a long attendance list, to be killed in the middle of one part."""

from typing import Any

from crm.core.db import session
from crm.design_sessions.services import attendance_lists
from tests.faults.halting import do_one_job

PART = 3
BUSY = "a part is written and not yet kept"


def second_is_written(_actor: Any, listed: Any, *_given: object) -> bool:
    """Write the second part, without keeping it; say whether it was that."""
    if listed.handled:
        session().flush()
    return bool(listed.handled)


if __name__ == "__main__":
    attendance_lists.PART = PART
    do_one_job(attendance_lists, "note_rows", BUSY, written=second_is_written)
