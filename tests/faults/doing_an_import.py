"""A worker that carries out a long import, to be killed between two of its parts."""

from crm.contacts import jobs
from crm.contacts.services import import_parts
from tests.faults.halting import do_one_job

PART = 3
BUSY = "a part is done"


if __name__ == "__main__":
    import_parts.PART = PART
    do_one_job(jobs, "carry_out_part", BUSY)
