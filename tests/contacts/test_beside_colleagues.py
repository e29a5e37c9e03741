"""A long list comes in beside colleagues at work: it holds them up for some rows at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.contacts.models import ContactImport, ImportState
from crm.contacts.queries import imports as queries
from crm.contacts.services import import_parts, import_preview, imports
from crm.contacts.services.import_preview import planned_now
from crm.core import audit
from crm.core import jobs as core_jobs
from crm.core.db import Database, current_unit, project_scope, session, unit_of_work
from crm.core.db.sessions import Unit
from crm.core.permissions import system
from crm.core.undo import Decisions, Step
from crm.projects.models import Project
from crm.stakeholders.jobs import find_pairs_of
from crm.stakeholders.models import Kind, LikelyPair, Organisation, Person
from crm.stakeholders.rules.likeness import likeness
from crm.steps.services import take_back_later
from tests import factories
from tests.contacts.lists import begun
from tests.long_tasks import part, work
from tests.statements import counted, questions

pytestmark = pytest.mark.both_engines("locks")

ROWS = 120
MOST_ROWS = 60
"""As many as twice the first part has, and some."""
HEADINGS = "Voornaam;Achternaam;Organisatie;E-mail\n"


@pytest.fixture(autouse=True)
def _in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_parts, "MOST_AT_ONCE", 1)


def some_list(rows: int = ROWS) -> str:
    each = (f"P{at};Vos{at};Club {at};p{at}@kring.example\n" for at in range(rows))
    return HEADINGS + "".join(each)


def under_way(project: Project, text: str) -> ContactImport:
    """Begin to bring a list in; nothing of it is in the register yet."""
    made = begun(project, text)
    import_parts.start(system(project.id), made, project=project)
    return made


def persons() -> int:
    return session().scalar(select(func.count()).select_from(Person)) or 0


@contextmanager
def units() -> Iterator[list[Unit]]:
    """Give the units of work that end inside a `with` block, as far as the trail tells of them."""
    found: list[Unit] = []

    def note(_active: Session, *, unit: Unit, numbers: range) -> None:
        found.append(Unit(unit.actor, unit.action, changes=list(unit.changes)))

    with audit.written.connected_to(note):
        yield found


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> Iterator[list[bool]]:
    """Give, for each call of a function, whether others were held up while it worked."""
    do: Callable[..., Any] = getattr(module, name)
    calls: list[bool] = []

    def noted(*given: Any, **named: Any) -> Any:
        calls.append(current_unit() is not None)
        return do(*given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, noted)
        yield calls


def test_rows_and_organisations_come_in_some_at_a_time(project: Project) -> None:
    made = under_way(project, some_list())

    with units() as found:
        work(made.task)

    rows = [
        len([one for one in unit.changes if getattr(one, "table", "") == table])
        for unit in found
        for table in ("person", "organisation")
    ]
    assert (made.state, made.new, persons()) == (ImportState.DONE, ROWS, ROWS)
    assert sum(rows) == 2 * ROWS
    assert max(rows) <= MOST_ROWS


@pytest.mark.parametrize("rows", [3, ROWS])
def test_nobody_waits_while_a_list_is_understood_and_compared(
    project: Project, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(import_parts, "MOST_AT_ONCE", 10)
    monkeypatch.setattr(import_preview, "MOST_AT_ONCE", 10)
    with (
        watched(monkeypatch, queries, "make_plan") as planned,
        watched(monkeypatch, imports, "asked_words") as asked,
    ):
        made = begun(project, some_list(rows))
        work(made.task)
        import_parts.start(system(project.id), made, project=project)
        work(made.task)

    assert (made.state, persons()) == (ImportState.DONE, rows)
    assert (set(planned), set(asked)) == ({False}, {False})


def test_somebody_added_by_hand_between_two_parts_is_not_put_there_twice(
    app: Flask, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, project_id = under_way(project, some_list()), project.id
    go_on = core_jobs.reset_attempts

    def and_somebody_adds() -> None:
        monkeypatch.setattr(core_jobs, "reset_attempts", go_on)
        database: Database = app.extensions["kring_database"]
        with database.opened(), project_scope(project_id):
            factories.person(f"Vos{ROWS - 1}", first_name="P", email=f"p{ROWS - 1}@kring.example")
            factories.organisation("Club 7")

    # What is called first once the report is kept.
    monkeypatch.setattr(core_jobs, "reset_attempts", and_somebody_adds)

    work(made.task)

    assert (made.state, made.new, persons()) == (ImportState.DONE, ROWS - 1, ROWS)
    clubs = select(func.count()).where(Organisation.name == "Club 7")
    assert session().scalar(clubs) == 1


def test_a_list_whose_step_is_taken_back_brings_nobody_more(project: Project) -> None:
    made = under_way(project, some_list(30))
    actor = system(project.id)
    part(actor, made.task, (planned_now(made), 10))
    take_back_later(actor, session().get_one(Step, made.step_id), decisions=Decisions())

    work(made.task)

    assert (made.state, made.handled, persons()) == (ImportState.DONE, 10, 10)
    assert made.was_stopped


def change(person_id: int) -> None:
    """Let somebody be called otherwise, with another address."""
    with unit_of_work(system(), "test"):
        one = session().get_one(Person, person_id)
        one.first_name, one.surname = "Piet", "Zwart"
        one.emails[0].address = one.emails[0].address_key = "piet@kring.example"


def test_who_changes_while_pairs_are_compared_is_compared_again(
    app: Flask, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_id = project.id
    twins = [factories.person("Vos", first_name="Ada", email="ada@kring.example") for _ in "ab"]
    factories.person("Berg", first_name="Bo", email="bo@kring.example")
    factories.person("Berg", first_name="Bo", email="bo@kring.example")
    twin_id = twins[1].id
    held: list[bool] = []

    def and_somebody_changes(*given: Any) -> Any:
        if not held:
            database: Database = app.extensions["kring_database"]
            with database.opened(), project_scope(project_id):
                change(twin_id)
        held.append(current_unit() is not None)
        return likeness(*given)

    session().rollback()
    monkeypatch.setattr("crm.stakeholders.rules.likeness.likeness", and_somebody_changes)
    find_pairs_of(system(project_id), project, kind=Kind.PERSON)

    assert set(held) == {False}
    assert session().scalar(select(func.count()).select_from(LikelyPair)) == 1


def test_a_part_asks_no_more_the_longer_colleagues_work_beside_it(
    app: Flask, project: Project
) -> None:
    made, actor, asked = under_way(project, some_list(60)), system(project.id), []
    planned = planned_now(made)

    for start in range(0, 60, 10):
        with counted(app) as sent:
            part(actor, made.task, (planned, 10))
        asked.append(questions(sent))
        factories.person(f"Anders {start}")

    _begins, second, *others, _ends = asked
    assert others == [second] * 3
