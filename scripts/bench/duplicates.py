"""Duplicates: pairs among 100,000 persons in the background; adding one at 100,000 and 1,000."""

import resource
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import databases
from figures import Figures, medians_in_turn
from register import LARGE, SMALL, fill

from crm.core.db import Database, project_scope, session
from crm.core.permissions import Actor, system
from crm.projects.models import Project
from crm.stakeholders.models import Kind
from crm.stakeholders.queries import duplicates as queries
from crm.stakeholders.services import duplicates
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import NameParts
from tests import factories

MOST_TIMES = 2.0
_numbers = count(1)


@contextmanager
def filled(url: str, persons: int) -> Iterator[tuple[Actor, Project]]:
    """Give a project with so many persons, each in their blocks, to work in."""
    with databases.application(url) as app:
        database: Database = app.extensions["kring_database"]
        with app.app_context(), database.opened():
            project = factories.project()
            with project_scope(project.id):
                fill(persons)
                actor = system(project.id)
                for kind in Kind:
                    while duplicates.fill_blocks(actor, project, kind=kind, most=5_000):
                        pass
                yield actor, project


def add_one(actor: Actor, project: Project) -> None:
    """Add somebody new, after a look at who may be meant."""
    # Far apart, so that none is a typing error of another.
    name = NameParts(first_name="Anna", surname=secrets.token_hex(8))
    new = NewPerson(PersonDetails(name, (f"n{next(_numbers)}@bench.example",)))
    duplicates.add_person_unless_known(actor, project, new=new, seen=())


def find_all(actor: Actor, project: Project) -> float:
    """Find all pairs, and return how many seconds that took."""
    start = time.perf_counter()
    for kind in Kind:
        while duplicates.find_pairs(actor, project, kind=kind):
            pass
    return time.perf_counter() - start


def measure(figures: Figures, name: str, url: str, persons: int) -> tuple[float, float]:
    """Find the pairs among so many; return the seconds to add one, and to compare who is new."""
    with filled(url, persons) as (actor, project):
        took = find_all(actor, project)
        found = queries.open_count(Kind.PERSON)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        label = f"{name}: {persons:,} persons"
        figures.told(f"{label}, all pairs", took, "seconds", f"{found} open pairs and up")
        figures.told(f"{label}, most memory", megabytes, "MB")
        adding, finding = medians_in_turn(
            [lambda: add_one(actor, project), lambda: find_all(actor, project)], times=11, warm=2
        )
        session().rollback()
    return adding, finding


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where it is installed and not left out."""
    figures = Figures()
    for name, fresh in databases.each():
        few = measure(figures, name, fresh(), SMALL)
        many = measure(figures, name, fresh(), LARGE)
        for what, one, other in zip(("adding one", "comparing them"), few, many, strict=True):
            detail = f"{one * 1000:.1f} ms at {SMALL:,}, {other * 1000:.1f} ms at {LARGE:,}"
            figures.at_most(f"{name}: {what}", other / one, MOST_TIMES, "times", detail)
        if "--sqlite" in sys.argv:
            break
    figures.leave()


if __name__ == "__main__":
    main()
