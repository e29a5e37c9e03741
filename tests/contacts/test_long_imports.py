"""Long lists: part by part in the background, stopped, killed, and undone as one step."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.contacts.models import ContactImport, ImportState, PersonOrigin
from crm.contacts.queries import imports as queries
from crm.contacts.rules.choices import Choice, Decisions, choices_of
from crm.contacts.services import import_parts, import_preview, imports
from crm.contacts.services.import_preview import planned_now
from crm.core import audit, progress, undo
from crm.core.db import project_scope, remove_many, session, unit_of_work
from crm.core.jobs import Job
from crm.core.permissions import Role, system
from crm.projects.models import Membership, Project
from crm.stakeholders.models import Affiliation, Email, Organisation, Person
from crm.steps.services import take_back
from crm.tasks import queries as tasks
from crm.tasks.models import LongTask
from crm.tasks.queries import headway_of
from tests import factories
from tests.contacts.lists import begun, imported
from tests.long_tasks import fail, part, work
from tests.pages import Enter, text_of

pytestmark = pytest.mark.both_engines("bulk work")
PART = 4
HEADINGS = "Voornaam;Achternaam;Organisatie;E-mail;Trefwoorden;Plaats\n"
ROWS = [
    "Ada;Vos;Café;ada@kring.example;sport;",
    "Bo;Berg;Café;bo@kring.example;;Assen",
    ";;Wijkraad;;buurt;",
    "Cas;Dijk;;cas@kring.example;;",
    "Ada;Vos;;;;",
    "Jan;Tuin;;;;",
    "Dewi;Eik;Wijkraad;dewi@kring.example;sport;",
    "Jan;Tuin;Bakkerij;;;",
    "=1+1;;;;;",
    "Emre;Vos;Café;ada@kring.example;buurt;",
    "Finn;Zand;Wijkraad;;;Assen",
]
LIST = HEADINGS + "\n".join(ROWS) + "\n"


@pytest.fixture(autouse=True)
def _in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_parts, "PART", PART)
    monkeypatch.setattr(import_parts, "MOST_AT_ONCE", PART)


def known_already() -> None:
    factories.person("Tuin", first_name="Jan")
    factories.person("Dijk", first_name="Cas", email="cas@kring.example")


def carry_out_part(project: Project, made: ContactImport, *, start: int = 0) -> bool:
    """Bring some rows in, as they are planned now."""
    assert made.handled == start
    return part(system(project.id), made.task, (planned_now(made), PART))


def register() -> dict[str, object]:
    """Return everybody with what they have, in the order in which they came."""
    session().expire_all()
    everybody = session().scalars(select(Person).order_by(Person.id)).all()
    told: dict[str, object] = {
        f"{at} {one.name_key}": (
            [mail.address for mail in one.emails],
            [tag.word for tag in one.tags],
            [role.organisation.name for role in one.affiliations if role.organisation],
        )
        for at, one in enumerate(everybody)
    }
    places = session().scalars(select(Organisation).order_by(Organisation.name_key))
    return told | {one.name: (one.town, [tag.word for tag in one.tags]) for one in places}


def task_of(made: ContactImport) -> LongTask:
    assert made.task is not None
    return made.task


def counts(made: ContactImport) -> tuple[int, ...]:
    return made.rows, made.new, made.changed, made.duplicate, made.rejected


def sizes() -> list[int | None]:
    models = (Person, Organisation, Affiliation, Email, PersonOrigin)
    return [session().scalar(select(func.count()).select_from(one)) for one in models]


def in_another_project(rows: str) -> tuple[dict[str, object], tuple[int, ...]]:
    """Return the register and counts of a project that imported the list at once."""
    other = factories.project()
    with project_scope(other.id):
        known_already()
        made = imported(other, rows)
        return register(), counts(made)


def test_a_long_list_is_compared_in_the_background(
    enter: Enter, project: Project, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_preview, "MOST_AT_ONCE", PART)
    planner, made = enter(Role.PLANNER), begun(project, LIST)
    address = f"/projects/{project.slug}/persons/import/{made.id}"

    assert "We compare the rows" in planner.get(address).text
    with progress.told_as(headway_of(task_of(made))):
        assert list(progress.told("ab", 2, until=40)) == ["a", "b"]
        shown = planner.get(f"{address}/progress").text
    assert "data-live-going" in shown
    assert 'max="100" value="40"' in shown
    early = task_of(made)
    imports.decide(system(project.id), made, decisions=Decisions(rows={2: Choice.SKIP}))
    work(early)
    late = made.is_being_looked_at
    work(made.task)

    opened.rollback()
    assert (late, made.skipped, made.is_being_looked_at) == (True, 1, False)
    assert "Nothing is imported yet" in planner.get(address).text


@pytest.mark.parametrize("by", ["cancel", "decide"])
def test_a_look_that_is_called_off_does_not_go_on(
    app: Flask, project: Project, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setattr(import_preview, "MOST_AT_ONCE", PART)
    monkeypatch.setattr(progress, "ASKED_AFTER", 0)
    made, actor, project_id = begun(project, LIST), system(project.id), project.id
    session().rollback()
    stands_open = tasks.stands_open

    def called_off_after(found: LongTask) -> Callable[[], bool]:
        is_wanted = stands_open(found)
        with app.extensions["kring_database"].opened(), project_scope(project_id):
            other = queries.contact_import(found.about["import"])
            if by == "cancel":
                imports.cancel(actor, other)
            else:
                imports.decide(actor, other, decisions=Decisions(rows={2: Choice.SKIP}))
        # As a worker that has read nothing of the list yet.
        session().expire_all()
        return is_wanted

    monkeypatch.setattr(tasks, "stands_open", called_off_after)
    queries.forget_list()

    work(made.task)

    session().rollback()
    session().expire_all()
    assert queries._understood.cache_info().currsize == 0
    assert made.overview is None
    assert made.state is (ImportState.CANCELLED if by == "cancel" else ImportState.MAPPED)


@pytest.mark.parametrize("killed_after", [None, 1, 2])
def test_parts_give_the_same_as_the_whole_also_when_killed_between(
    project: Project, monkeypatch: pytest.MonkeyPatch, killed_after: int | None
) -> None:
    known_already()
    made = begun(project, LIST)
    import_parts.start(system(project.id), made, project=project)
    if killed_after is not None:
        for each in range(killed_after):
            carry_out_part(project, made, start=each * PART)
        queries.forget_list()
        assert made.handled == killed_after * PART

    work(made.task)

    found, told = register(), counts(made)
    assert (made.state, made.handled, made.table) == (ImportState.DONE, len(ROWS), "")
    assert audit.broken_entry(project.id) is None
    assert (found, told) == in_another_project(LIST)


def test_a_long_import_is_undone_as_one(project: Project) -> None:
    known_already()
    before, rows = register(), sizes()
    made = begun(project, LIST)
    import_parts.start(system(project.id), made, project=project)
    work(made.task)
    step = session().scalars(select(undo.Step)).one()
    assert made.step_id == step.id

    take_back(system(project.id), step)

    assert (register(), sizes()) == (before, rows)


def test_who_stops_it_keeps_what_is_done_and_can_undo_that(project: Project) -> None:
    made = begun(project, LIST)
    actor = system(project.id)
    import_parts.start(actor, made, project=project)
    assert carry_out_part(project, made)

    with pytest.raises(imports.ImportUnderWay):
        imports.choose_columns(actor, made, choices=choices_of(made.mapping))
    imports.cancel(actor, made)
    work(made.task)

    assert made.was_stopped
    assert (made.state, made.handled) == (ImportState.DONE, PART)
    step = session().scalars(select(undo.Step)).one()
    assert (made.new, made.changed, made.duplicate) == (PART, 0, 0)
    assert (step.about["new"], step.about["changed"]) == (PART, 0)
    assert session().scalar(select(func.count()).select_from(Person)) == 3


def test_who_may_not_import_any_more_brings_nobody_in(
    enter: Enter, project: Project, opened: Session
) -> None:
    made, leader = begun(project, LIST), factories.leader_of(project)
    import_parts.start(leader, made, project=project)
    carry_out_part(project, made)
    with unit_of_work(system(), "tests.leave"):
        remove_many(Membership, Membership.account_id == leader.account_id)

    work(made.task, leader.account_id)

    opened.rollback()
    page = enter(Role.PLANNER).get(f"/projects/{project.slug}/persons/import/{made.id}")
    assert (made.state, made.handled) == (ImportState.DONE, PART)
    assert "The import ended half-way" in text_of(page)
    assert "ended after 4 of 11 rows: who began it may not import any more" in text_of(page)
    assert opened.scalar(select(func.count()).select_from(Person)) == 3


@pytest.mark.parametrize("done", [0, PART])
def test_an_import_that_keeps_failing_says_so_and_what_came_in(
    enter: Enter, project: Project, done: int
) -> None:
    made, actor, planner = begun(project, LIST), system(project.id), enter(Role.PLANNER)
    address = f"/projects/{project.slug}/persons/import/{made.id}"
    import_parts.start(actor, made, project=project)
    if done:
        carry_out_part(project, made)

    fail(made.task)

    told = text_of(planner.get(address))
    if done:
        assert "The import failed after 4 of 11 rows, by a fault in Kring." in told
        assert "Undo this import" in told
        return
    assert "The import failed, by a fault in Kring. Nothing was imported." in told
    import_parts.start(actor, made, project=project)
    work(made.task)
    assert (made.state, made.failed) == (ImportState.DONE, False)


def test_a_look_that_keeps_failing_is_asked_for_anew(
    enter: Enter, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_preview, "MOST_AT_ONCE", PART)
    made, planner = begun(project, LIST), enter(Role.PLANNER)
    address = f"/projects/{project.slug}/persons/import/{made.id}"

    fail(made.task)

    told = text_of(planner.get(address))
    assert "Comparing this list with the register failed, by a fault in Kring." in told
    assert "What do the columns hold?" in told
    imports.choose_columns(system(project.id), made, choices=choices_of(made.mapping))
    assert (made.is_being_looked_at, made.failed) == (True, False)


def test_a_page_shows_how_far_a_long_import_is(
    enter: Enter, project: Project, opened: Session
) -> None:
    planner: FlaskClient = enter(Role.PLANNER)
    made = begun(project, LIST)
    address = f"/projects/{project.slug}/persons/import/{made.id}"

    planner.post(f"{address}/run")
    planner.post(f"{address}/run")

    opened.rollback()
    waiting = select(func.count()).where(Job.kind == import_parts.JOB)
    assert opened.scalar(waiting) == 1
    assert 'value="0"' in planner.get(address).text
    assert "data-live-going" in planner.get(f"{address}/progress").text
    assert planner.get(f"{address}/columns").status_code == 200
    planner.post(f"{address}/cancel")
    assert "Nothing was imported" in planner.get(address, follow_redirects=True).text
