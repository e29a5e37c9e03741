"""The pages on which what was imported is undone, and what was changed since is decided."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from crm.core import jobs, progress
from crm.core.db import Database, set_many, unit_of_work
from crm.core.permissions import Role, system
from crm.core.undo import Step
from crm.projects.models import Project
from crm.stakeholders.models import Email, Person
from crm.steps.queries import undoing_of
from crm.steps.services import MOST_AT_ONCE
from crm.tasks.queries import headway_of
from tests import factories
from tests.contacts.lists import imported
from tests.pages import Enter

LIST = """\
Voornaam;Achternaam;Organisatie;Helix;E-mail;Opmerking
Ada;Vos;Café Oost;bedrijven;ada@kring.example;
Bo;Berg;Café Oost;bedrijven;bo@kring.example;uit de lijst
"""


def known(project: Project) -> tuple[Step, Person]:
    """Import a list in which one person is known already; return the step and that person."""
    person = factories.person("Berg", first_name="Bo", email="bo@kring.example")
    imported(project, LIST)
    return step(), person


def step() -> Step:
    from crm.core.db import session  # noqa: PLC0415 - of the test's own scope

    return session().scalars(select(Step).order_by(Step.id.desc()).limit(1)).one()


def address(project: Project, found: Step, more: str = "") -> str:
    return f"/projects/{project.slug}/steps/{found.id}{more}"


def undone(client: FlaskClient, project: Project, found: Step, **choices: str) -> Any:
    sent = {"for_all": "each", **choices}
    return client.post(address(project, found, "/undo"), data=sent, follow_redirects=True)


def test_an_import_is_undone_from_its_own_page(
    app: Flask, opened: Session, project: Project, enter: Enter
) -> None:
    found, person = known(project)
    leader = enter(Role.LEADER)

    done = leader.get(f"/projects/{project.slug}/persons/import/{found.about['import_id']}")
    before = leader.get(address(project, found))
    after = undone(leader, project, found)

    assert address(project, found) in done.text
    assert "Nobody changed any of this since" in before.text
    assert "It is undone" in after.text
    opened.rollback()
    assert opened.scalars(select(Person.id)).all() == [person.id]
    assert person.note == ""
    assert "Undone" in leader.get(f"/projects/{project.slug}/steps").text


def test_what_was_changed_since_is_shown_by_name_and_put_back_on_demand(
    opened: Session, project: Project, enter: Enter
) -> None:
    found, person = known(project)
    with unit_of_work(system(project.id), "test"):
        set_many(Person, {person.id: {"note": "van de balie"}})
    leader = enter(Role.LEADER)

    before = leader.get(address(project, found)).text
    undone(leader, project, found, **{f"choice.person.{person.id}.note": "back"})

    for words in ("Bo Berg", "Note", "uit de lijst", "van de balie", "Keep as it is now"):
        assert words in before
    opened.rollback()
    assert person.note == ""


def test_two_conflicts_of_one_person_are_told_apart_by_who_hears_them(
    opened: Session, project: Project, enter: Enter
) -> None:
    person = factories.person("Berg", first_name="Bo", email="bo@kring.example")
    imported(
        project, LIST.replace("Opmerking", "Opmerking;Voorletters").replace("lijst", "lijst;B.")
    )
    with unit_of_work(system(project.id), "test"):
        set_many(Person, {person.id: {"note": "van de balie", "initials": "B.A."}})

    page = enter(Role.LEADER).get(address(project, step())).text

    for told in ("Note: uit de lijst", "Initials: B."):
        assert f'aria-label="What was changed of Bo Berg, {told}"' in page
        assert f"What to do with Bo Berg, {told}</legend>" in page


def test_what_nobody_decides_stays(opened: Session, project: Project, enter: Enter) -> None:
    found, _person = known(project)
    ada = opened.scalars(select(Person).where(Person.first_name == "Ada")).one()
    with unit_of_work(system(project.id), "test"):
        opened.add(Email(person_id=ada.id, address="a@kring.example", address_key="a@kring"))
    leader = enter(Role.LEADER)

    before = leader.get(address(project, found)).text
    undone(leader, project, found)

    assert "Added since: E-mail addresses (1)" in before
    opened.rollback()
    assert len(ada.emails) == 2
    assert len(ada.affiliations) == 1


def test_what_was_left_is_told_and_can_go_back_by_undoing_anew(
    opened: Session, project: Project, enter: Enter
) -> None:
    found, _person = known(project)
    ada = opened.scalars(select(Person).where(Person.first_name == "Ada")).one()
    with unit_of_work(system(project.id), "test"):
        opened.add(Email(person_id=ada.id, address="a@kring.example", address_key="a@kring"))
    leader = enter(Role.LEADER)
    undone(leader, project, found)
    opened.rollback()
    own = step()

    told = [leader.get(address(project, one)).text for one in (found, own)]
    undone(leader, project, own)
    again = leader.get(address(project, found)).text

    assert all("1 choice was to leave something as it is now" in one for one in told)
    assert "Added since: E-mail addresses (1)" in again


def test_a_step_is_undone_once_and_the_second_is_told(project: Project, enter: Enter) -> None:
    found, _person = known(project)
    planner = enter(Role.PLANNER)
    undone(planner, project, found)
    ended = planner.get(f"/projects/{project.slug}/persons/import/{found.about['import_id']}")

    again = undone(planner, project, found)

    assert again.status_code == 409
    assert "This has been undone already." in again.text
    assert "except what was kept on purpose" in ended.text
    assert address(project, found) in ended.text


def test_the_list_teaches_while_it_is_empty(project: Project, enter: Enter) -> None:
    assert "Nothing to undo yet" in enter(Role.LEADER).get(f"/projects/{project.slug}/steps").text


def test_a_large_step_is_undone_in_the_background(
    app: Flask, opened: Session, project: Project, enter: Enter
) -> None:
    found, person = known(project)
    with unit_of_work(system(project.id), "test"):
        found.changes = MOST_AT_ONCE + 1
    leader = enter(Role.LEADER)

    waiting = undone(leader, project, found)
    jobs.run_due(app.extensions["kring_database"], "test")

    assert "Being undone. You can leave this page." in waiting.text
    assert "This is undone" in leader.get(address(project, found)).text
    opened.rollback()
    assert opened.scalars(select(Person.id)).all() == [person.id]


def test_how_far_it_is_stands_on_its_page_while_it_is_undone(
    app: Flask, opened: Session, project: Project, enter: Enter
) -> None:
    database: Database = app.extensions["kring_database"]
    found, _person = known(project)
    with unit_of_work(system(project.id), "test"):
        found.changes = MOST_AT_ONCE + 1
    leader = enter(Role.LEADER)
    seen: list[str] = []

    def look(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "INTO audit_value" in statement and progress.found(name) is not None:
            seen.extend(leader.get(address(project, found, end)).text for end in ("", "/progress"))

    undone(leader, project, found)
    opened.rollback()
    task = undoing_of(found)
    assert task is not None
    name = headway_of(task)
    event.listen(database.engine, "before_cursor_execute", look)
    jobs.run_due(database, "test")

    assert len(seen) == 2
    assert all("data-live-going" in one for one in seen)
    assert progress.found(name) is None
    assert 'data-live-phase="over"' in leader.get(address(project, found, "/progress")).text


def test_an_address_that_only_moved_in_its_list_goes_with_the_import(
    opened: Session, project: Project, enter: Enter
) -> None:
    found, person = known(project)
    ada = opened.scalars(select(Person).where(Person.first_name == "Ada")).one()
    address_of_ada = ada.emails[0].id
    with unit_of_work(system(project.id), "test"):
        set_many(Email, {address_of_ada: {"position": 7}})
    leader = enter(Role.LEADER)

    before = leader.get(address(project, found)).text
    undone(leader, project, found)

    assert "Nobody changed any of this since" in before
    opened.rollback()
    assert opened.scalars(select(Person.id)).all() == [person.id]
