"""A worker that carries out a long import, to be killed between two of its parts."""

from itertools import count

from crm.contacts.services import import_parts
from crm.core import jobs
from tests.faults.halting import do_one_job

PART = 3
BUSY = "a part is done"
_calls = count()


def some_rows_are_in(*_given: object) -> bool:
    """Whether rows came in already: what there is to tell of the list is kept first."""
    return next(_calls) > 0


if __name__ == "__main__":
    import_parts.PART = PART
    # What is called behind a part: it is killed before anybody knows that it got on.
    vars(jobs)["reset_attempts"] = bool
    do_one_job(jobs, "reset_attempts", BUSY, written=some_rows_are_in)
