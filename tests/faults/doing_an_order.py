"""A worker that changes many people, to be killed in the middle of one part."""

from crm.core.db import session
from crm.stakeholders.services import bulk
from crm.tasks import services
from tests.faults.halting import do_one_job

PART = 3
BUSY = "a part is written and not yet kept"


def written(*_given: object) -> bool:
    """Write a part, without keeping it."""
    session().flush()
    return True


if __name__ == "__main__":
    bulk.PART = PART
    do_one_job(services, "go_on", BUSY, written=written)
