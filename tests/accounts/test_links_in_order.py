"""Changes that end several links at one moment wait for each other, and never in a circle."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread, current_thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from crm.accounts import queries, services
from crm.accounts.models import LinkPurpose, LinkUsed
from crm.accounts.services import LinkDetails, Newcomer
from crm.core.db import Database, session
from crm.core.permissions import NOBODY, Actor, system
from crm.projects.models import Project
from tests import factories

pytestmark = pytest.mark.both_engines("locks")

GOOD = "paard fiets wolk kaars"
HOUR = timedelta(hours=1)
LATEST = 10  # seconds
# As long as whoever comes second gets to run into what the first one holds.
MEANWHILE = 0.3


class Run(Thread):
    """A change in a thread of its own, on a connection of its own, and how it ended."""

    def __init__(self, app: Flask, change: Callable[[], object]) -> None:
        super().__init__()
        self.app, self.change = app, change
        self.ended = ""

    def run(self) -> None:
        database: Database = self.app.extensions["kring_database"]
        with self.app.app_context(), database.opened():
            try:
                self.change()
            except LinkUsed:
                self.ended = "too late"
            except Exception as error:  # noqa: BLE001 - such as a deadlock: told by the assertion
                self.ended = str(error)
            else:
                self.ended = "done"


def at_once(app: Flask, first: Callable[[], object], other: Callable[[], object]) -> list[str]:
    """Begin `other` just when `first` has used up a link, and return how both ended."""
    database: Database = app.extensions["kring_database"]
    runs = [Run(app, first), Run(app, other)]
    taken, goes_on = Event(), Event()

    def wait(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if current_thread() is runs[0] and statement.startswith("UPDATE access_link"):
            taken.set()
            goes_on.wait(LATEST)

    event.listen(database.engine, "after_cursor_execute", wait)
    runs[0].start()
    assert taken.wait(LATEST)
    runs[1].start()
    runs[1].join(MEANWHILE)
    goes_on.set()
    for run in runs:
        run.join()
    return [run.ended for run in runs]


def test_a_link_is_used_while_who_made_it_is_disabled(app: Flask, project: Project) -> None:
    factories.account(administrator=True)
    maker, who = factories.account("Mak Er", administrator=True), factories.account("Ada Proef")
    by = Actor(maker.id, maker.name, is_administrator=True)
    details = LinkDetails(LinkPurpose.RESET, HOUR, account_id=who.id, email=who.email)
    _earlier, token = [services.make_link(by, None, details=details) for _one in range(2)]
    maker_id, kept = maker.id, services.hash_for(who, GOOD)
    session().rollback()

    def use() -> None:
        link = queries.link_by_token(token)
        services.choose_password(NOBODY, link, password=kept, token=token, device="")

    def disable() -> None:
        services.set_active(system(), queries.account(maker_id), is_active=False)

    assert at_once(app, use, disable) == ["done", "done"]


@pytest.mark.parametrize("which", [[0, 1], [1, 0]])
def test_of_two_links_to_the_first_administrator_one_is_used(
    app: Flask, project: Project, which: list[int]
) -> None:
    details = LinkDetails(LinkPurpose.FIRST_ADMINISTRATOR, HOUR)
    made = [services.make_link(system(), None, details=details) for _one in range(2)]
    session().rollback()

    def using(number: int) -> Callable[[], object]:
        told = Newcomer("Cor", email=f"cor{number}@kring.example")
        kept = services.hash_for(told, GOOD)

        def use() -> None:
            link = queries.link_by_token(made[number])
            services.accept_as_newcomer(
                NOBODY, link, newcomer=told, password=kept, token=made[number], device=""
            )

        return use

    assert at_once(app, *map(using, which)) == ["done", "too late"]
