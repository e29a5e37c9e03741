"""A worker in a process of its own, to be killed: `python -m tests.faults.doing_a_job`."""

import os
import time
from collections.abc import Mapping
from typing import Any

import crm
from config import Config
from crm.core import jobs
from crm.core.db import Database, session, unit_of_work
from crm.core.permissions import system
from crm.projects.models import Project

KIND = "tests.make_project"
BUSY = "in the middle of it"
SLUG = "gemaakt-door-een-taak"


def handle(payload: Mapping[str, Any]) -> None:
    """Make a project, and say so before it is committed."""
    with unit_of_work(system(), KIND):
        session().add(Project(name="Gemaakt", slug=SLUG))
        session().flush()
        print(BUSY, flush=True)  # noqa: T201 - the test listens
        time.sleep(payload["seconds"])


def main() -> None:
    """Do one due job."""
    app = crm.create_app(Config.from_environment(os.environ))
    database: Database = app.extensions["kring_database"]
    jobs._recurring.clear()
    jobs.register(KIND, handle)
    jobs.run_due(database, "the one that is killed")


if __name__ == "__main__":
    main()
