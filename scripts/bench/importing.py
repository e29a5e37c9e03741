"""Importing 10,000 rows of xlsx, against reading the file and a bare `executemany` of the rows."""

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import databases
import xlsxwriter
from figures import Figures
from sqlalchemy import Engine, create_engine, inspect, text

from crm.contacts.rules.choices import Choices
from crm.contacts.rules.headings import mapping_for
from crm.contacts.rules.reading import read
from crm.contacts.services import imports
from crm.core import migrations
from crm.core.db import Base, Database, project_scope
from crm.core.permissions import system
from crm.projects.models import Project
from tests import factories
from tests.long_tasks import work

ROWS = 10_000
ROUNDS = 3
MOST_TIMES = 12.0
HEADINGS = (
    "Voornaam", "Achternaam", "Organisatie", "Functie", "Helix", "E-mail", "Telefoon", "Postcode",
    "Plaats", "Wijk", "Trefwoorden", "Opmerking",
)  # fmt: skip
FIRST = ("Anna", "Bert", "Chris", "Dewi", "Emre", "Fenna", "Gijs", "Hanna", "Ilse", "Joost")
LAST = ("Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Vos", "Peters", "Dekker")
HELIXES = ("overheid", "onderzoek", "bedrijfsleven", "eindgebruikers")
INDEX = "search_index"


@dataclass(frozen=True, slots=True)
class Filled:
    """The rows that an import put into one table."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def workbook() -> bytes:
    """Return a list of contacts as Excel saves it."""
    chance = random.Random(1)
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        for number in range(ROWS):
            sheet.write_row(number + 1, 0, cells_of(number, chance))
    return file.getvalue()


def cells_of(number: int, chance: random.Random) -> tuple[str, ...]:
    """Return the cells of one row."""
    first, last = chance.choice(FIRST), f"{chance.choice(LAST)}{number % 997}"
    return (
        first, last, f"Organisatie {number % 1000}", chance.choice(("adviseur", "bewoner", "")),
        HELIXES[number % 4], f"{first}.{last}.{number}@kring.example".lower(),
        f"06{10_000_000 + number}", f"94{number % 90 + 10} ZZ", "ASSEN", f"Wijk {number % 20}",
        "buurt, sport" if number % 3 else "buurt", f"Opmerking bij rij {number}",
    )  # fmt: skip


def imported(database: Database, content: bytes) -> float:
    """Import a file as the pages do, and return the seconds of all steps together."""
    with database.opened():
        project = factories.project()
        with project_scope(project.id):
            start = time.perf_counter()
            _import(project, content)
            return time.perf_counter() - start


def _import(project: Project, content: bytes) -> None:
    actor = system(project.id)
    table = read(content, "lijst.xlsx")
    choices = Choices(mapping_for(table.headings))
    kept = imports.receive(actor, project, file_name="lijst.xlsx", table=table, choices=choices)
    imports.choose_columns(actor, kept, choices=choices)
    work(kept.task)
    imports.carry_out(actor, kept, project=project)
    if kept.new != ROWS:
        raise SystemExit(f"{kept.new} of {ROWS} rows came in")


def filled(engine: Engine) -> list[Filled]:
    """Return what stands in every table, in the order in which tables refer to each other."""
    names = [table.name for table in Base.metadata.sorted_tables]
    columns = {name: _given_columns(engine, name) for name in names}
    if engine.dialect.name == "sqlite":
        columns[INDEX] = ("rowid", "body")
    with engine.connect() as connection:
        found = [
            Filled(name, chosen, [tuple(map(_plain, row)) for row in connection.execute(asked)])
            for name, chosen in columns.items()
            for asked in [text(f'SELECT {", ".join(map(_quoted, chosen))} FROM "{name}"')]  # noqa: S608 - names of our own tables
        ]
    return [one for one in found if one.rows]


def _given_columns(engine: Engine, table: str) -> tuple[str, ...]:
    # What the database works out itself takes no value.
    columns = inspect(engine).get_columns(table)
    return tuple(column["name"] for column in columns if "computed" not in column)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _plain(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value


def inserted(engine: Engine, content: bytes, tables: Sequence[Filled]) -> float:
    """Read the file and insert the rows with the driver alone; return the seconds."""
    mark = "?" if engine.dialect.name == "sqlite" else "%s"
    connection = engine.raw_connection()
    cursor = connection.cursor()
    start = time.perf_counter()
    read(content, "lijst.xlsx")
    for one in tables:
        columns = ", ".join(map(_quoted, one.columns))
        marks = ", ".join([mark] * len(one.columns))
        cursor.executemany(f'INSERT INTO "{one.table}" ({columns}) VALUES ({marks})', one.rows)  # noqa: S608 - names of our own tables
    connection.commit()
    taken = time.perf_counter() - start
    connection.close()
    return taken


def measure(figures: Figures, name: str, fresh: Callable[[], str]) -> None:
    """Measure both ways in turn on one engine, each time in a database of its own."""
    content = workbook()
    rounds = [_both_ways(fresh, content) for _ in range(ROUNDS)]
    # The least disturbed run of each: a busy machine makes the longer one longer still.
    ours, bare = (min(times) for times in zip(*rounds, strict=True))
    detail = f"{ours:.2f} s, bare {bare:.2f} s"
    figures.at_most(f"{name}: import of {ROWS:,} rows", ours / bare, MOST_TIMES, "times", detail)


def _both_ways(fresh: Callable[[], str], content: bytes) -> tuple[float, float]:
    """Return the seconds of an import, and of inserting what it filled with the driver alone."""
    with databases.application(fresh()) as app, app.app_context():
        database: Database = app.extensions["kring_database"]
        ours = imported(database, content)
        tables = filled(database.engine)
    url = fresh()
    migrations.upgrade(url)
    engine = create_engine(url)
    tables = [one for one in tables if not _has_rows(engine, one.table)]
    bare = inserted(engine, content, tables)
    engine.dispose()
    return ours, bare


def _has_rows(engine: Engine, table: str) -> bool:
    # What the migrations put there themselves.
    if table == INDEX or not inspect(engine).has_table(table):
        return False
    with engine.connect() as connection:
        return connection.execute(text(f'SELECT 1 FROM "{table}"')).first() is not None  # noqa: S608 - as above


def main() -> None:
    """Measure on SQLite, and on PostgreSQL."""
    figures = Figures()
    for name, fresh in databases.each():
        measure(figures, name, fresh)
    figures.leave()


if __name__ == "__main__":
    main()
