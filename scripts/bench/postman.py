"""
A worker that hands messages over, in a process of its own, until it is ended or killed.

Its leases end after seconds instead of minutes, so that what a killed one held is soon free.
"""

import sys
from datetime import timedelta

from figures import ROOT  # its import lets our own modules be found

import crm
from crm.core import leases
from crm.messages.jobs import loop
from crm.messages.jobs.loop import Deliverer

LEASE = timedelta(seconds=3)


def main() -> None:
    """Work on the messages of the database that the environment names."""
    leases.LEASE = LEASE
    loop.RENEWED_BELOW = timedelta(seconds=1)  # type: ignore[attr-defined]  # it is only taken there
    app = crm.create_app()
    Deliverer(app.extensions["kring_database"], app.app_context, 0.05).run()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
