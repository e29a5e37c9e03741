"""A worker that undoes a step, to be killed when everything went back and nothing is kept yet."""

from crm.core.db import session
from crm.core.undo import execution
from tests.faults.halting import do_one_job

BUSY = "everything is written and not yet kept"


def written(*_given: object) -> bool:
    """Write all that went back, without keeping it."""
    session().flush()
    return True


if __name__ == "__main__":
    do_one_job(execution, "_write", BUSY, written=written)
