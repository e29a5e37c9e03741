"""The demo is loaded once and whole, and who looks round leads it."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.accounts.models import Account, UserSession
from crm.core import audit
from crm.core.db import Database, project_scope, session, sessions
from crm.core.permissions import Actor, Role, system
from crm.demo import filling
from crm.demo import services as demo
from crm.neighbourhoods.models import Area
from crm.projects import queries as projects
from crm.projects.models import Membership, Project, SlugTaken
from crm.stakeholders.models import Helix, Person
from tests import factories

WHOLE = {
    "organisations": 30,
    "persons": 35,
    "sessions": 13,
    "invitations": 206,
    "attendances": 156,
    "initiatives": 11,
    "involvements": 45,
}


def answered(app: Flask, *words: str) -> dict[str, Any]:
    """Return what a command answers as JSON."""
    with app.app_context():
        done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output
    answer: dict[str, Any] = json.loads(done.output)
    return answer


def test_the_demo_is_whole(loaded: Project) -> None:
    assert demo.counts() == WHOLE
    assert (loaded.slug, loaded.is_demo) == ("assen-i2i", True)


def test_loading_twice_changes_nothing(loaded: Project) -> None:
    before = audit.version_of(loaded.id)

    again = demo.load(system())

    assert again.id == loaded.id
    assert demo.counts() == WHOLE
    assert audit.version_of(loaded.id) == before


@pytest.mark.engine("sqlite")  # only there one writes at a time
def test_the_log_tells_nothing_of_what_nobody_can_act_on(
    opened: Session, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sessions, "LONG_HOLD", 0.0)

    demo.load(system())
    factories.project()

    told = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert [words.rpartition(": ")[2] for words in told] == ["tests.project"]


def test_a_load_that_fails_leaves_nothing(opened: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(filling, "_add_upcoming", fail)

    with pytest.raises(RuntimeError):
        demo.load(system())

    assert not demo.is_loaded()
    assert session().scalar(select(func.count()).select_from(Area)) == 0


def test_two_who_press_at_once_get_one_demo(app: Flask, opened: Session) -> None:
    database: Database = app.extensions["kring_database"]
    who = [factories.account().id for _ in range(2)]

    def press(account_id: int) -> int:
        with app.app_context(), database.opened():
            return demo.load(Actor(account_id=account_id, name="")).id

    with ThreadPoolExecutor() as pool:
        found = set(pool.map(press, who))

    session().rollback()
    project = projects.by_slug("assen-i2i")
    assert project is not None
    assert found == {project.id}
    assert {each.account_id for each in projects.members_of(project)} == set(who)
    with project_scope(project.id):
        assert demo.counts() == WHOLE


def test_a_project_of_somebody_with_this_name_is_left_alone(opened: Session) -> None:
    factories.project(slug="assen-i2i")
    curious = Actor(account_id=factories.account().id, name="")

    with pytest.raises(SlugTaken):
        demo.load(curious)

    assert session().scalar(select(func.count()).select_from(Membership)) == 0


def test_who_looks_round_leads_the_demo_and_a_role_that_is_there_stays(opened: Session) -> None:
    project = demo.load(system())
    newcomer, reader = factories.account(), factories.member(project, Role.REVIEWER)

    for who in (newcomer, reader, newcomer):
        demo.load(Actor(account_id=who.id, name=who.name))

    roles = {each.account_id: each.role for each in projects.members_of(project)}
    assert roles == {newcomer.id: Role.LEADER, reader.id: Role.REVIEWER}


def test_the_scope_is_as_it_was_after_loading(opened: Session, project: Project) -> None:
    who = factories.person(helix=Helix.RESEARCH)

    demo.load(system())

    assert session().scalars(select(Person)).all() == [who]


def test_the_command_says_what_is_there(app: Flask) -> None:
    first = answered(app, "demo", "load", "--json")
    second = answered(app, "demo", "load", "--json")

    assert first == {"project": "assen-i2i", "was_there": False, **WHOLE}
    assert second == {**first, "was_there": True}


def test_accounts_are_made_only_when_asked_for(app: Flask, opened: Session) -> None:
    answered(app, "demo", "load", "--json")
    assert session().scalars(select(Account)).all() == []
    session().rollback()

    made = answered(app, "demo", "load", "--accounts", "--json")["accounts"]
    again = answered(app, "demo", "load", "--accounts", "--json")["accounts"]

    session().rollback()
    project = projects.by_slug("assen-i2i")
    assert project is not None
    kept = {each.account.email: each.role for each in projects.members_of(project)}
    assert {address: Role(address.split("@")[0]) for address in made} == kept
    assert again == {}
    assert session().scalars(select(UserSession)).all() == []
