"""A worker that carries out a long import, to be killed between two of its parts."""

import os
import time
from typing import Any

import crm
from config import Config
from crm.core import jobs
from crm.core.db import Database
from crm.stakeholders import jobs as stakeholder_jobs
from crm.stakeholders.services import import_parts

PART = 3
BUSY = "a part is done"


def main() -> None:
    """Do one due job, and wait after its first part."""
    app = crm.create_app(Config.from_environment(os.environ))
    database: Database = app.extensions["kring_database"]
    jobs._recurring.clear()
    import_parts.PART = PART
    carry_out = import_parts.carry_out_part

    def slowly(*given: Any, **named: Any) -> bool:
        goes_on = carry_out(*given, **named)
        print(BUSY, flush=True)  # noqa: T201 - the test listens
        time.sleep(60)
        return goes_on

    vars(stakeholder_jobs)["carry_out_part"] = slowly
    jobs.run_due(database, "the one that is killed")


if __name__ == "__main__":
    main()
