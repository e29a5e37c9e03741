"""A worker that undoes a step, to be killed when everything went back and nothing is kept yet."""

import os
import time
from typing import Any

import crm
from config import Config
from crm.core import jobs
from crm.core.db import Database, session
from crm.core.undo import carrying

BUSY = "everything is written and not yet kept"


def main() -> None:
    """Do one due job, and wait where all is written but not committed."""
    app = crm.create_app(Config.from_environment(os.environ))
    database: Database = app.extensions["kring_database"]
    jobs._recurring.clear()
    write = carrying._write

    def slowly(*given: Any) -> None:
        write(*given)
        session().flush()
        print(BUSY, flush=True)  # noqa: T201 - the test listens
        time.sleep(60)

    vars(carrying)["_write"] = slowly
    jobs.run_due(database, "the one that is killed")


if __name__ == "__main__":
    main()
