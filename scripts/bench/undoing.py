"""Importing 10,000 rows that all update, against the same rows new; and undoing that."""

import time
from collections.abc import Callable
from dataclasses import replace

import databases
from figures import Figures
from importing import HEADINGS, ROWS, workbook

from crm.contacts.models import ContactImport
from crm.contacts.rules.choices import Choices
from crm.contacts.rules.headings import mapping_for
from crm.contacts.rules.reading import read
from crm.contacts.services import imports
from crm.core.db import Database, project_scope, session
from crm.core.permissions import system
from crm.core.undo import Step
from crm.intake.reading.tables import Table
from crm.projects.models import Project
from crm.steps.services import take_back
from tests import factories
from tests.long_tasks import work

ROUNDS = 3
MOST_TIMES_UPDATING = 2.0
MOST_TIMES_UNDOING = 1.0
# What is known of everybody before: name and address; the rest of the list is news.
KNOWN = ("Voornaam", "Achternaam", "E-mail")


def without_news(table: Table) -> Table:
    """Return the list with empty cells where it would bring news."""
    kept = {HEADINGS.index(name) for name in KNOWN}
    rows = (
        tuple(cell if place in kept else "" for place, cell in enumerate(row)) for row in table.rows
    )
    return replace(table, rows=tuple(rows))


def imported(project: Project, table: Table) -> tuple[ContactImport, float]:
    """Import a list that was read, and return the seconds of all steps together."""
    actor = system(project.id)
    start = time.perf_counter()
    choices = Choices(mapping_for(table.headings))
    kept = imports.receive(actor, project, file_name="lijst.xlsx", table=table, choices=choices)
    imports.choose_columns(actor, kept, choices=choices)
    work(kept.task)
    imports.carry_out(actor, kept, project=project)
    return kept, time.perf_counter() - start


def undone(project: Project, made: ContactImport) -> float:
    """Undo an import, and return the seconds."""
    step = session().get_one(Step, made.step_id)
    start = time.perf_counter()
    take_back(system(project.id), step)
    return time.perf_counter() - start


def one_round(fresh: Callable[[], str], table: Table) -> tuple[float, float, float]:
    """Return the seconds of the rows new, of the rows as updates, and of undoing these."""
    with databases.application(fresh()) as app, app.app_context():
        database: Database = app.extensions["kring_database"]
        with database.opened():
            first, second = factories.project(), factories.project()
            with project_scope(first.id):
                made, new = imported(first, table)
                expect(made.new)
            with project_scope(second.id):
                imported(second, without_news(table))
                changing, updating = imported(second, table)
                expect(changing.changed)
                return new, updating, undone(second, changing)


def expect(rows: int) -> None:
    """Stop where a list did something else than was to be measured."""
    if rows != ROWS:
        raise SystemExit(f"{rows} of {ROWS} rows did as they should")


def main() -> None:
    """Measure on SQLite, and on PostgreSQL."""
    figures = Figures()
    table = read(workbook(), "lijst.xlsx")
    for name, fresh in databases.each():
        rounds = [one_round(fresh, table) for _ in range(ROUNDS)]
        # The least disturbed run of each: a busy machine makes the longer one longer still.
        new, updating, undoing = (min(times) for times in zip(*rounds, strict=True))
        told = f"{updating:.2f} s, new {new:.2f} s"
        figures.at_most(
            f"{name}: {ROWS:,} rows that update", updating / new, MOST_TIMES_UPDATING, "times", told
        )
        told = f"{undoing:.2f} s, import {updating:.2f} s"
        figures.at_most(
            f"{name}: undoing them", undoing / updating, MOST_TIMES_UNDOING, "times", told
        )
    figures.leave()


if __name__ == "__main__":
    main()
