"""Search at 100,000 persons against 1,000, and the same hits among 50,000 documents on both."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import databases
from figures import Figures, medians_in_turn
from flask.testing import FlaskClient
from register import LARGE, OPTIONS, SMALL, ask, put, statements
from sqlalchemy import Engine, text

from crm.core import permissions, search
from crm.core.db import Database, project_scope, session, unit_of_work
from crm.core.normalisation import fold
from crm.core.permissions import Role, system
from crm.core.search import Document, SearchSource, Span
from crm.stakeholders.models import Email, Person, Phone
from tests import factories

MOST_TIMES, MOST_MILLISECONDS, MOST_STATEMENTS = 2.0, 150.0, 10
DOCUMENTS, QUESTIONS = 50_000, 300
RARE = "Zonderling"
ASKED = {
    "word": "zonderling", "prefix": "zonder", "words": "ans zonderl", "number": "06-0000 0501",
    "end of a number": "000501",
}  # fmt: skip
FEW = 20
BEGIN = (
    "b",
    "br",
    "d",
    "dr",
    "g",
    "h",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "v",
    "w",
)
MIDDLE = ("a", "aa", "e", "ee", "i", "ie", "o", "oe", "u", "ui", "ij", "é")
END = ("k", "kker", "l", "m", "n", "nga", "r", "s", "stra", "t", "ter", "veld")


def word(chance: random.Random) -> str:
    """Return a made-up name: there are about 47,000 of them, as in a large register."""
    parts = (BEGIN, MIDDLE, ("", *BEGIN), MIDDLE, END)
    return "".join(chance.choice(part) for part in parts)


def names(number: int) -> list[str]:
    """Return so many surnames of 47,000, as a register has them."""
    chance = random.Random(3)
    made: dict[str, None] = {}
    while len(made) < min(number, 47_000):
        made[word(chance).capitalize()] = None
    known = list(made)
    return [known[at % len(known)] for at in range(number)]


def fill(persons: int) -> None:
    """Fill the project in scope with people, twenty of whom are called Zonderling."""
    surnames = names(persons)
    with unit_of_work(system(), "bench.fill"):
        first = put(Person, [_person(at, one, persons) for at, one in enumerate(surnames)])
        put(Email, [_email(first + at) for at in range(persons)])
        put(Phone, [_phone(first + at) for at in range(persons)])
        session().execute(text("ANALYZE"), execution_options=OPTIONS)
        search.rebuild("person", list(range(first, first + persons)))
        session().execute(text("ANALYZE"), execution_options=OPTIONS)


def _person(number: int, surname: str, persons: int) -> dict[str, object]:
    called = RARE if number % (persons // FEW) == 0 else surname
    return {
        "first_name": "Ans", "surname": called, "sort_key": fold(f"{called} ans"),
        "name_key": fold(f"ans {called}"), "pseudonym": number + 1,
    }  # fmt: skip


def _email(person_id: int) -> dict[str, object]:
    address = f"p{person_id}@bench.example"
    return {"person_id": person_id, "address": address, "address_key": address}


def _phone(person_id: int) -> dict[str, object]:
    return {"person_id": person_id, "number": f"+316{person_id:08}", "raw": ""}


@contextmanager
def filled(url: str, persons: int) -> Iterator[tuple[FlaskClient, Engine, str]]:
    """Give a signed-in client on a database with so many persons, and the address of search."""
    with databases.application(url) as app:
        database: Database = app.extensions["kring_database"]
        with database.opened():
            project = factories.project()
            client = factories.sign_in(app.test_client(), factories.member(project, Role.LEADER))
            address = f"/projects/{project.slug}/search?q="
            with project_scope(project.id):
                fill(persons)
        yield client, database.engine, address


def measure(figures: Figures, engine_name: str, small_url: str, large_url: str) -> None:
    """Measure the page on a small and a large register, in turn."""
    with filled(small_url, SMALL) as small, filled(large_url, LARGE) as large:
        for name, asked in ASKED.items():
            on_small, on_large = ask(small[0], small[2] + asked), ask(large[0], large[2] + asked)
            few, many = medians_in_turn([on_small, on_large], times=15, warm=3)
            detail = f"{few * 1000:.1f} ms at {SMALL:,}, {many * 1000:.1f} ms at {LARGE:,}"
            figures.at_most(f"{engine_name}: {name}, time", many / few, MOST_TIMES, "times", detail)
            _count(figures, f"{engine_name}: {name}", large[1], on_large)
        for asked in ("zonderlng", "zondrlinh", "ans zonderlin"):
            wrong = ask(large[0], large[2] + asked)
            (median,) = medians_in_turn([wrong], times=15, warm=2)
            label = f"{engine_name}: typing error {asked!r}"
            figures.at_most(f"{label}, time", median * 1000, MOST_MILLISECONDS, "ms")
            _count(figures, label, large[1], wrong)


def _count(figures: Figures, label: str, engine: Engine, run: Callable[[], None]) -> None:
    figures.at_most(f"{label}, statements", statements(engine, run), MOST_STATEMENTS, "statements")


def hits(url: str, questions: list[str]) -> list[tuple[list[int], str]]:
    """Return for each question the hits among 50,000 documents, and what was looked for."""
    bodies = documents()
    with databases.application(url) as app:
        database: Database = app.extensions["kring_database"]
        with database.opened():
            project = factories.project()
            shown = search.known()["organisation"].shown
            search.register(SearchSource(
                "bench",
                lambda ids: [Document(project.id, one, bodies[one], bodies[one]) for one in ids],
                {}, shown,
            ))  # fmt: skip
            with project_scope(project.id):
                actor = system(project.id)
                with unit_of_work(actor, "bench.index"):
                    search.rebuild("bench", list(bodies))
                found = [_found(actor, one) for one in questions]
        search.known().pop("bench")
    return found


def _found(actor: permissions.Actor, typed: str) -> tuple[list[int], str]:
    asked = search.repaired(actor, typed)
    here = search.found_of_kinds(asked, {"bench": Span(0, DOCUMENTS)})
    return (here["bench"].ids if here else []), asked.looked_for


def documents() -> dict[int, str]:
    """Return the words of 50,000 records, by id."""
    chance = random.Random(5)
    return {
        number: " ".join(word(chance) for _word in range(chance.randrange(1, 6)))
        for number in range(1, DOCUMENTS + 1)
    }


def questions() -> list[str]:
    """Return questions: whole words, beginnings, words with a mistake, and what means something."""
    chance, bodies = random.Random(6), documents()
    made = ["NEAR(", '"', "a*", "%_", "'; DROP", "\x00", "e\u0301", "日本", ""]
    while len(made) < QUESTIONS:
        words = bodies[chance.randrange(1, DOCUMENTS)].split()[:2]
        at = chance.randrange(len(words[0]) + 1)
        mistake = words[0][:at] + chance.choice("abcxyz") + words[0][at + chance.randrange(2) :]
        made += [
            " ".join(reversed(words)),
            words[0][:4].upper(),
            f"{mistake} {words[-1][:3]}",
            mistake,
        ]
    return made


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where it is installed; compare what both find."""
    figures, asked, found = Figures(), questions(), []
    for name, fresh in databases.each():
        measure(figures, name, fresh(), fresh())
        found.append(hits(fresh(), asked))
    if len(found) > 1:
        differing = sum(one != other for one, other in zip(*found, strict=True))
        detail = (
            f"{sum(map(bool, (ids for ids, _asked in found[0])))} of {len(asked)} find something"
        )
        figures.at_most("questions with other hits on the other database", differing, 0, "", detail)
    figures.leave()


if __name__ == "__main__":
    main()
