"""A worker that stops in the middle of one job, so that it can be killed there."""

import os
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import crm
from config import Config
from crm.core import jobs
from crm.core.db import Database


def do_one_job(
    module: ModuleType, name: str, busy: str, *, written: Callable[..., bool] = lambda *_given: True
) -> None:
    """
    Do one due job, and wait behind a function that is part of it.

    :param module: where that function is looked up, by `name`
    :param busy: what is said once it waits, for the test that listens
    :param written: is given what the function was given; whether to wait behind this call
    """
    app = crm.create_app(Config.from_environment(os.environ))
    database: Database = app.extensions["kring_database"]
    jobs._recurring.clear()
    do = vars(module)[name]

    def slowly(*given: Any, **named: Any) -> Any:
        done = do(*given, **named)
        if written(*given):
            print(busy, flush=True)  # noqa: T201 - the test listens
            time.sleep(60)
        return done

    vars(module)[name] = slowly
    jobs.run_due(database, "the one that is killed")
