"""A worker that carries out a long import, to be killed between two of its parts."""

from crm.contacts.services import import_parts
from crm.core import jobs
from tests.faults.halting import do_one_job

PART = 3
BUSY = "a part is done"


if __name__ == "__main__":
    import_parts.PART = PART
    # What is called behind a part: it is killed before anybody knows that it got on.
    vars(jobs)["reset_attempts"] = bool
    do_one_job(jobs, "reset_attempts", BUSY)
