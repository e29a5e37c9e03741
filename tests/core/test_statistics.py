"""What the database knows of a table follows while the table grows, and no more often than that."""

import pytest
from flask import Flask
from sqlalchemy import text

from crm.core.db import add_many, session, unit_of_work, unscoped
from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.models import OrganisationTag
from tests import factories
from tests.statements import counted

pytestmark = pytest.mark.both_engines("own SQL")

ASKED = unscoped("the test asks the database about its tables")


def add(organisation_id: int, first: int, until: int) -> None:
    add_many(
        OrganisationTag,
        [
            {"organisation_id": organisation_id, "word": f"w{one}", "word_key": f"w{one}"}
            for one in range(first, until)
        ],
    )


def looked_at(sent: list[str]) -> int:
    return sum(one.startswith("ANALYZE") and "organisation_tag" in one for one in sent)


def rows_as_known(engine_name: str) -> int | None:
    """Return how many rows the database takes the table to have; none if it never looked."""
    if engine_name == "postgresql":
        known = "SELECT nullif(reltuples, -1) FROM pg_class WHERE relname = 'organisation_tag'"
    elif asked("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'") is None:
        return None
    else:
        known = "SELECT CAST(stat AS integer) FROM sqlite_stat1 WHERE tbl = 'organisation_tag'"
    found = asked(known)
    return None if found is None else int(found)


def asked(question: str) -> float | None:
    found: float | None = session().execute(text(question), execution_options=ASKED).scalar()
    return found


def test_postgresql_looks_when_a_table_has_grown_several_times_and_sqlite_at_the_end(
    app: Flask, project: Project, engine_name: str
) -> None:
    where, taken = factories.organisation().id, []

    with unit_of_work(system(project.id), "tests.grow"):
        for first, until in (
            (0, 999),
            (999, 1_000),
            (1_000, 3_999),
            (3_999, 4_000),
            (4_000, 4_500),
        ):
            with counted(app) as sent:
                add(where, first, until)
            taken.append(looked_at(sent))

    assert taken == ([0, 0, 0, 0, 0] if engine_name == "sqlite" else [0, 1, 0, 1, 0])


@pytest.mark.parametrize("rows", [999, 1_000])
def test_a_thousand_rows_are_known_and_fewer_are_not_worth_a_look(
    project: Project, engine_name: str, rows: int
) -> None:
    where = factories.organisation().id

    with unit_of_work(system(project.id), "tests.grow"):
        before = rows_as_known(engine_name)
        add(where, 0, rows)
        within = rows_as_known(engine_name)

    grown = rows if rows >= 1_000 else before
    assert within == (grown if engine_name == "postgresql" else before)
    assert rows_as_known(engine_name) == grown


def test_rows_that_come_in_small_parts_are_known_too(app: Flask, project: Project) -> None:
    where, taken = factories.organisation().id, []

    for part in range(9):
        with counted(app) as sent, unit_of_work(system(project.id), "tests.grow"):
            add(where, part * 500, (part + 1) * 500)
        taken.append(looked_at(sent))

    assert taken == [0, 1, 0, 1, 0, 0, 0, 1, 0]
