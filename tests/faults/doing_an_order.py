"""A worker that changes many people, to be killed in the middle of one part."""

import os
import time
from typing import Any

import crm
from config import Config
from crm.core import jobs
from crm.core.db import Database, session
from crm.stakeholders.services import bulk_orders

BUSY = "a part is written and not yet kept"


def main() -> None:
    """Do one due job, and wait where a part is written but not committed."""
    app = crm.create_app(Config.from_environment(os.environ))
    database: Database = app.extensions["kring_database"]
    jobs._recurring.clear()
    count = bulk_orders._count

    def slowly(*given: Any) -> None:
        count(*given)
        session().flush()
        print(BUSY, flush=True)  # noqa: T201 - the test listens
        time.sleep(60)

    vars(bulk_orders)["_count"] = slowly
    jobs.run_due(database, "the one that is killed")


if __name__ == "__main__":
    main()
