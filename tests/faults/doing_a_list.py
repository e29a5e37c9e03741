"""A worker that notes a long attendance list, to be killed in the middle of one part."""

import os
import time
from typing import Any

import crm
from config import Config
from crm.core import jobs
from crm.core.db import Database, session
from crm.design_sessions.services import attendance_lists, list_parts

PART = 3
BUSY = "a part is written and not yet kept"


def main() -> None:
    """Do one due job, and wait where its second part is written but not committed."""
    app = crm.create_app(Config.from_environment(os.environ))
    database: Database = app.extensions["kring_database"]
    jobs._recurring.clear()
    list_parts.PART = PART
    note_rows = attendance_lists.note_rows

    def slowly(actor: Any, listed: Any, *given: Any) -> None:
        note_rows(actor, listed, *given)
        if listed.handled:
            session().flush()
            print(BUSY, flush=True)  # noqa: T201 - the test listens
            time.sleep(60)

    vars(list_parts)["note_rows"] = slowly
    jobs.run_due(database, "the one that is killed")


if __name__ == "__main__":
    main()
