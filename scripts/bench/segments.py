"""A segment of five conditions at 100,000 persons, on both databases: page, count and ids."""

import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import databases
import register
from figures import Figures, median_seconds
from flask import Flask
from sqlalchemy import text

from crm.core.db import Database, project_scope, session, unit_of_work
from crm.core.pagination import COUNTED, count_of
from crm.core.permissions import system
from crm.design_sessions.models import Attendance, AttendanceStatus, DesignSession, SessionKind
from crm.stakeholders.models import Helix, Person, PersonTag
from crm.stakeholders.queries import condition_filter, persons
from crm.stakeholders.queries.persons import PersonFilter
from tests import factories
from tests.statements import counted

LARGE = 100_000
MOST_SECONDS, MOST_FOR_A_PAGE = 0.25, 0.1
TAGS = ("sport", "zorg", "groen", "jeugd")
SEGMENTS = {
    "many": "helix:business,!tag:zorg,!attended:1,email,any(tag:sport,tag:groen,attended)",
    "few": "helix:business:2024-05-01,tag:sport,attended:2,!attended:1,language:nl",
}


def fill(size: int) -> None:
    """Give a register tags and sessions."""
    middle = register.fill(size)
    first, chance = middle - size // 2, random.Random(3)
    begin = datetime(2024, 1, 1, 12, tzinfo=UTC)
    with unit_of_work(system(), "bench.fill"):
        start = register.put(DesignSession, [_session(begin, at) for at in range(40)])
        register.put(
            PersonTag,
            [
                {"person_id": first + at, "word": word, "word_key": word}
                for at in range(size)
                for word in chance.sample(TAGS, 1)
            ],
        )
        there = [
            _attendance(start + at, first + one)
            for at in range(40)
            for one in chance.sample(range(size), size // 100)
        ]
        register.put(Attendance, there)
        session().execute(text("ANALYZE"), execution_options=register.OPTIONS)


def _session(begin: datetime, number: int) -> dict[str, object]:
    day = begin + timedelta(days=7 * number)
    local = day.replace(tzinfo=None).isoformat(timespec="minutes")
    return {
        "title": f"Sessie {number}", "kind": SessionKind.DESIGN_SESSION, "starts_local": local,
        "ends_local": local, "starts_at": day, "ends_at": day,
    }  # fmt: skip


def _attendance(session_id: int, person_id: int) -> dict[str, object]:
    held = {"design_session_id": session_id, "person_id": person_id}
    return {**held, "helix": Helix.BUSINESS, "status": AttendanceStatus.PRESENT}


def measure(figures: Figures, name: str, url: str, size: int) -> None:
    """Measure what the list asks of each segment."""
    with databases.application(url) as app:
        database: Database = app.extensions["kring_database"]
        with app.app_context(), database.opened():
            project = factories.project()
            with project_scope(project.id):
                fill(size)
                for segment, where in SEGMENTS.items():
                    meant = condition_filter.read(where, system(project.id)).held()
                    _ask(figures, app, f"{name}: {segment}", PersonFilter(where=meant))


def _ask(figures: Figures, app: Flask, name: str, chosen: PersonFilter) -> None:
    first = persons.by_name(chosen).with_only_columns(Person.id).limit(COUNTED + 1)
    everybody = persons.by_name(chosen, of_all=True)
    asked: dict[str, Callable[[], object]] = {
        "first": lambda: list(session().scalars(first)),
        "count": lambda: count_of(everybody),
        "ids": lambda: persons.ids_of(chosen),
    }
    for what, run in asked.items():
        with counted(app) as sent:
            run()
        figures.exactly(f"{name}, {what}, statements", len(sent), 1)
        taken = median_seconds(run, times=7)
        figures.at_most(f"{name}, {what}, time", taken, MOST_SECONDS, "seconds")
    page = partial(persons.page_of_persons, system(), chosen, 1)
    taken = median_seconds(page, times=7)
    figures.at_most(f"{name}, page, time", taken, MOST_FOR_A_PAGE, "seconds")


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where it is installed."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    figures = Figures()
    for name, fresh in databases.each():
        measure(figures, name, fresh(), size)
    figures.leave()


if __name__ == "__main__":
    main()
