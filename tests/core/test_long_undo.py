"""A large step goes back part by part: stopped, cut off, changed meanwhile, and whole at last."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from crm.contacts.services.import_preview import STEP
from crm.core import audit, undo
from crm.core.audit import AuditEntry, AuditValue
from crm.core.db import (
    Database,
    add_many,
    current_unit,
    project_scope,
    session,
    unit_of_work,
    unscoped,
)
from crm.core.db.scope import DOOR
from crm.core.db.sessions import Unit
from crm.core.permissions import Role, system
from crm.core.undo import Decisions, Step, planning
from crm.projects.models import Project
from crm.stakeholders.models import Email, Organisation, Person, PersonTag
from crm.steps import jobs, services
from crm.steps.queries import undoing_of
from crm.tasks.models import LongTask
from tests import factories
from tests.contacts.lists import imported
from tests.core.test_undo import dump
from tests.long_tasks import work
from tests.pages import Enter, text_of

pytestmark = pytest.mark.both_engines("undo")

ROWS = 40
MOST_ROWS = 60
"""As many rows of the trail as twenty people have, and their organisations."""
HEADINGS = "Voornaam;Achternaam;Organisatie;E-mail\n"
MOST_BYTES = 1_700
"""Of a row with its values before, after and now there are some 2,500."""
TRAIL = {**unscoped("the test stands for erasure"), DOOR: True}
Meanwhile = Callable[[int], object]


@pytest.fixture(autouse=True)
def _in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "FIRST_ROWS", 20)
    monkeypatch.setattr(jobs, "MOST_ROWS", 20)
    monkeypatch.setattr(planning, "AT_ONCE", 30)


def a_list(project: Project, rows: int = ROWS) -> Step:
    """Import some people, four at each organisation, and return the step."""
    each = (f"P{at};Vos{at};Club {at // 4};p{at}@kring.example\n" for at in range(rows))
    made = imported(project, HEADINGS + "".join(each))
    return session().get_one(Step, made.step_id)


def asked(step: Step, decisions: Decisions | None = None) -> LongTask:
    """Let somebody ask that a step is undone."""
    chosen = decisions or Decisions()
    services.take_back_later(system(step.project_id), step, decisions=chosen)
    task = undoing_of(step)
    assert task is not None
    return task


def undone(step: Step) -> Step:
    work(asked(step))
    session().refresh(step)
    return step


def persons() -> int:
    return session().scalar(select(func.count()).select_from(Person)) or 0


@pytest.fixture
def meanwhile(
    app: Flask, project: Project, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Meanwhile], None]:
    """Let somebody else do something after each part, who is told how many parts there were."""
    project_id = project.id

    def use(does: Meanwhile) -> None:
        parts: list[int] = []

        def and_then() -> None:
            parts.append(1)
            database: Database = app.extensions["kring_database"]
            with database.opened(), project_scope(project_id):
                does(len(parts))

        # What is called behind each part.
        monkeypatch.setattr("crm.core.jobs.reset_attempts", and_then)

    return use


def test_an_import_goes_back_in_parts_and_comes_back_in_parts(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    planned: list[bool] = []
    before, plan = dump(), planning.drafted

    def note(_active: Session, *, unit: Unit, numbers: range) -> None:
        if unit.step_id is not None:
            sizes.append(len(numbers))

    def watched(draft: Any) -> Any:
        planned.append(current_unit() is not None and len(draft.images) > MOST_ROWS)
        return plan(draft)

    step = a_list(project)
    after = dump()
    monkeypatch.setattr(undo.execution, "drafted", watched)
    with audit.written.connected_to(note):
        undone(step)
        assert dump() == before
        own = session().get_one(Step, step.undone_by_id)
        undone(own)

    assert dump() == after
    session().refresh(step)
    assert (step.undone_at, step.undone_by_id) == (None, None)
    assert len(sizes) > 10
    assert max(sizes) <= MOST_ROWS
    assert True not in planned
    assert audit.broken_entry(project.id) is None


@pytest.mark.engine("sqlite")
def test_working_out_an_undo_holds_little_of_each_row(project: Project) -> None:
    step = a_list(project, 120)
    undo.plan(step)  # what is worked out once for each table
    tracemalloc.start()
    try:
        undo.plan(step)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most / step.changes < MOST_BYTES


def test_what_is_changed_between_two_parts_is_kept_and_named(
    project: Project, enter: Enter, meanwhile: Callable[[Meanwhile], None]
) -> None:
    step = a_list(project)
    last = session().scalars(select(Person.id).order_by(Person.id.desc()).limit(1)).one()

    def change(parts: int) -> None:
        if parts == 1:
            with unit_of_work(system(project.id), "test"):
                session().get_one(Person, last).note = "gebeld"

    meanwhile(change)
    undone(step)

    kept = session().scalars(select(Person)).one()
    emails = session().scalars(select(Email.address)).all()
    assert (kept.id, kept.note, emails) == (last, "gebeld", [f"p{ROWS - 1}@kring.example"])
    assert session().scalars(select(Organisation.name)).all() == ["Club 9"]
    assert step.undone_at is not None
    address = f"/projects/{project.slug}/steps/{step.undone_by_id}"
    told = text_of(enter(Role.LEADER).get(address))
    assert f"Of these records something stayed as it was P{ROWS - 1} Vos{ROWS - 1}" in told


def test_who_stops_it_keeps_what_went_back_and_goes_on_later(
    project: Project, enter: Enter, meanwhile: Callable[[Meanwhile], None]
) -> None:
    before = dump()
    step, leader = a_list(project), enter(Role.LEADER)
    address = f"/projects/{project.slug}/steps/{step.id}"
    pages: list[str] = []
    somebody = session().scalars(select(Person.id).order_by(Person.id.desc()).limit(1)).one()

    def stop(parts: int) -> None:
        if parts == 2:
            pages.append(text_of(leader.get(address)))
            pages.append(text_of(leader.get(f"/projects/{project.slug}/persons/{somebody}")))
            leader.post(f"{address}/stop")

    meanwhile(stop)
    undone(step)

    half = persons()
    assert 0 < half < ROWS
    assert "Being undone. You can leave this page." in pages[0]
    assert "being undone now" in pages[1]
    assert (step.undone_at, step.is_undone_in_part) == (None, True)
    assert "This is undone in part" in text_of(leader.get(address))
    undone(step)
    assert dump() == before
    assert session().scalar(select(func.count()).select_from(Step)) == 2
    assert "This is undone." in text_of(leader.get(address))


def test_what_went_back_so_far_can_come_back(
    project: Project, meanwhile: Callable[[Meanwhile], None]
) -> None:
    step = a_list(project)
    whole = dump()
    meanwhile(lambda _: services.stop(system(project.id), session().get_one(Step, step.id)))
    undone(step)
    assert 0 < persons() < ROWS

    own = session().get_one(Step, step.undone_by_id)
    services.take_back(system(project.id), own)

    session().refresh(step)
    assert dump() == whole
    assert (step.can_be_undone, step.is_undone_in_part) == (True, False)


def test_a_worker_that_ends_between_two_parts_is_followed_by_another(
    project: Project, meanwhile: Callable[[Meanwhile], None]
) -> None:
    before, step = dump(), a_list(project)
    told = asked(step)

    def fall_over(parts: int) -> None:
        if parts == 2:
            raise KeyboardInterrupt

    meanwhile(fall_over)
    with pytest.raises(KeyboardInterrupt):
        work(told)
    assert 0 < persons() < ROWS
    work(told)

    session().refresh(step)
    assert dump() == before
    assert step.undone_at is not None
    assert session().scalar(select(func.count()).select_from(Step)) == 2


def erase_trail(person_id: int) -> None:
    """Empty the trail of one person, as erasure does."""
    entries = select(AuditEntry.id).where(
        AuditEntry.table == "person", AuditEntry.row_id == person_id
    )
    session().execute(
        delete(AuditValue).where(AuditValue.entry_id.in_(entries)),
        execution_options={**TRAIL, "synchronize_session": False},
    )


def test_what_is_erased_between_two_parts_does_not_come_back(
    project: Project, meanwhile: Callable[[Meanwhile], None]
) -> None:
    people = [factories.person(f"P{at}") for at in range(ROWS)]
    ids = [one.id for one in people]
    with unit_of_work(system(project.id), "test"):
        step = undo.begin(STEP)
        for one in people:
            one.note = "nieuw"
        add_many(
            PersonTag, [{"person_id": key, "word": "sport", "word_key": "sport"} for key in ids]
        )

    def erase(parts: int) -> None:
        if parts == 1:
            with unit_of_work(system(project.id), "test"):
                erase_trail(ids[-1])

    meanwhile(erase)
    undone(step)

    notes = dict(session().execute(select(Person.id, Person.note)).all())
    assert {notes[one] for one in ids[:-1]} == {""}
    assert notes[ids[-1]] == "nieuw"
