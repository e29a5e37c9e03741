"""List, search and person page at 100,000 persons against 1,000, on both databases."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import databases
from figures import Figures, medians_in_turn
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, insert, select, text

from crm.core import search
from crm.core.db import Database, project_scope, session, unit_of_work, unscoped
from crm.core.db.scope import DOOR
from crm.core.normalisation import fold
from crm.core.permissions import Role, system
from crm.stakeholders.models import (
    Affiliation,
    Email,
    GivenPseudonym,
    Helix,
    Organisation,
    Person,
    Phone,
)
from tests import factories

SMALL, LARGE = 1_000, 100_000
MOST_STATEMENTS = 12
MOST_TIMES = 2.0
RARE = "Zonderling"
RARE_EVERY = SMALL // 20
SET = 5_000
FIRST = ("Anna", "Bert", "Chris", "Dewi", "Emre", "Fenna", "Gijs", "Hanna", "Ilse", "Joost")
LAST = ("Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Vos", "Peters", "Dekker")
HELIXES = list(Helix)
OPTIONS = {**unscoped("the measurement fills tables by itself"), DOOR: True}


def fill(persons: int) -> int:
    """Fill the project in scope and return the id of a person in the middle."""
    chance = random.Random(1)
    numbers = range(persons)
    with unit_of_work(system(), "bench.fill"):
        at = put(Organisation, [_organisation(number) for number in range(persons // 10)])
        first = put(Person, [_person(number, persons, chance) for number in numbers])
        put(GivenPseudonym, [{"number": number + 1} for number in numbers])
        roles = [_role(first + n, at + n % (persons // 10), HELIXES[n % 4]) for n in numbers]
        put(Affiliation, roles)
        put(Email, [_email(first + number) for number in numbers])
        put(Phone, [_phone(first + number) for number in numbers])
        # Without it PostgreSQL, whose autovacuum had no time yet, plans as for empty tables.
        session().execute(text("ANALYZE"), execution_options=OPTIONS)
        search.rebuild("person", list(range(first, first + persons)))
        session().execute(text("ANALYZE"), execution_options=OPTIONS)
    return first + persons // 2


def put(model: type, rows: list[dict[str, object]]) -> int:
    """Insert rows of a model and return the id of the first."""
    table = model.__table__  # type: ignore[attr-defined]  # every model has its table
    project_id = session().info["project_id"]
    for start in range(0, len(rows), SET):
        part = [{"project_id": project_id, **row} for row in rows[start : start + SET]]
        session().execute(insert(table), part, execution_options=OPTIONS)
    newest = session().execute(select(func.max(table.c.id)), execution_options=OPTIONS)
    return int(newest.scalar_one()) - len(rows) + 1


def _organisation(number: int) -> dict[str, object]:
    name = f"Organisatie {number}"
    helix = HELIXES[number % 4]
    return {"name": name, "name_key": fold(name), "sort_key": fold(name), "helix": helix}


def _person(number: int, persons: int, chance: random.Random) -> dict[str, object]:
    rare = number % (persons // 20) == 0
    surname = f"{RARE}{number}" if rare else f"{chance.choice(LAST)}{number % 9973}"
    first = chance.choice(FIRST)
    return {
        "first_name": first,
        "surname": surname,
        "sort_key": f"{fold(surname)}  {fold(first)}",
        "name_key": fold(f"{first} {surname}"),
        "pseudonym": number + 1,
    }


def _role(person_id: int, organisation_id: int, helix: Helix) -> dict[str, object]:
    at = {"person_id": person_id, "organisation_id": organisation_id}
    return {**at, "helix": helix, "is_main": True}


def _email(person_id: int) -> dict[str, object]:
    address = f"p{person_id}@bench.example"
    return {"person_id": person_id, "address": address, "address_key": address}


def _phone(person_id: int) -> dict[str, object]:
    return {"person_id": person_id, "number": f"+3159{person_id:07d}", "raw": ""}


@contextmanager
def filled(url: str, persons: int) -> Iterator[tuple[FlaskClient, Engine, dict[str, str]]]:
    """Give a signed-in client on a database with so many persons, and the addresses to measure."""
    with databases.application(url) as app:
        database: Database = app.extensions["kring_database"]
        with database.opened():
            project = factories.project()
            leader = factories.member(project, Role.LEADER)
            client = factories.sign_in(app.test_client(), leader)
            with project_scope(project.id):
                middle = fill(persons)
            start = f"/projects/{project.slug}/persons"
        addresses = {
            "list": start,
            "search": f"{start}?q={RARE}",
            "person page": f"{start}/{middle}",
        }
        yield client, database.engine, addresses


def ask(client: FlaskClient, address: str) -> Callable[[], None]:
    """Return a call that fetches a page and fails if it is not there."""

    def fetch() -> None:
        answer = client.get(address)
        if answer.status_code != 200:  # noqa: PLR2004 - the status of a page
            raise SystemExit(f"{address} gave {answer.status_code}")

    return fetch


def statements(engine: Engine, run: Callable[[], None]) -> int:
    """Return how many SQL statements a call takes, those that begin a transaction left out."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        statement = str(arguments[2])
        if not statement.startswith(("BEGIN", "PRAGMA", "SET TRANSACTION")):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    run()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def measure(figures: Figures, engine_name: str, small_url: str, large_url: str) -> None:
    """Measure each page on a small and a large register, in turn."""
    with filled(small_url, SMALL) as small, filled(large_url, LARGE) as large:
        for name in small[2]:
            on_small, on_large = ask(small[0], small[2][name]), ask(large[0], large[2][name])
            few, many = medians_in_turn([on_small, on_large], times=15, warm=3)
            counts = statements(small[1], on_small), statements(large[1], on_large)
            label = f"{engine_name}: {name}"
            detail = f"{few * 1000:.1f} ms at {SMALL:,}, {many * 1000:.1f} ms at {LARGE:,}"
            figures.at_most(f"{label}, time", many / few, MOST_TIMES, "times", detail)
            figures.at_most(f"{label}, statements", max(counts), MOST_STATEMENTS, "statements")
            figures.at_most(
                f"{label}, more statements", abs(counts[0] - counts[1]), 0, "statements"
            )


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where it is installed."""
    figures = Figures()
    for name, fresh in databases.each():
        measure(figures, name, fresh(), fresh())
    figures.leave()


if __name__ == "__main__":
    main()
