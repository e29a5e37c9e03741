"""The graph of a large network from the database, against bare SQL that finds the same pairs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import databases
from figures import Figures, medians_in_turn
from network_data import fill_with, full_rooms

from crm.core.db import Database, project_scope, session, unit_of_work
from crm.core.memory import Memory
from crm.core.permissions import system
from crm.networks.queries import materials
from crm.networks.rules import graph
from crm.networks.rules.graph import StakeholderGraph
from crm.networks.rules.selection import Selection
from tests import factories

PEOPLE, ROOMS, SEATS = 5_000, 5_000, 20
TIMES = 5
MOST = 3.0
ASKED = Selection(kinds=frozenset({"attendance"}))
# What a database says of the same: who met whom, how often.
PAIRS = """
SELECT one.person_id, other.person_id, count(*)
FROM attendance AS one
JOIN attendance AS other
  ON other.design_session_id = one.design_session_id AND other.person_id > one.person_id
WHERE one.status = 'present' AND other.status = 'present'
GROUP BY one.person_id, other.person_id
"""


@contextmanager
def filled(url: str) -> Iterator[None]:
    """Open a database with one project in scope, full of meetings."""
    with ExitStack() as stack:
        app = stack.enter_context(databases.application(url))
        database: Database = app.extensions["kring_database"]
        stack.enter_context(app.app_context())
        stack.enter_context(database.opened())
        stack.enter_context(project_scope(factories.project().id))
        fill_with(PEOPLE, full_rooms(PEOPLE, ROOMS, SEATS))
        with unit_of_work(system(), "bench.analyse"):
            session().connection().exec_driver_sql("ANALYZE")
        yield


def ours() -> StakeholderGraph:
    """Return the graph as a page gets it."""
    return Memory(1).get("graph", lambda: graph.build(materials.material(ASKED), ASKED))


def theirs() -> int:
    """Return how many pairs the database finds, all of them fetched."""
    return len(session().connection().exec_driver_sql(PAIRS).fetchall())


def measure(figures: Figures, name: str) -> None:
    """Tell the ratio for the database that is open, after a look that both find the same pairs."""
    figures.exactly(f"{name}: ties", ours().number_of_edges(), theirs(), "as many as SQL finds")
    runs: list[Callable[[], object]] = [ours, theirs]
    graph_takes, join_takes = medians_in_turn(runs, times=TIMES, warm=0)
    size = f"{PEOPLE:,} people, {ROOMS * SEATS:,} attendances, median of {TIMES}"
    figures.told(f"{name}: bare join", join_takes, "s", size)
    figures.told(f"{name}: graph", graph_takes, "s", size)
    figures.at_most(f"{name}: graph over join", graph_takes / join_takes, MOST, "times", size)


def main() -> None:
    """Measure on both databases."""
    figures = Figures()
    for name, fresh in databases.each():
        with filled(fresh()):
            measure(figures, name)
    figures.leave()


if __name__ == "__main__":
    main()
