"""An account that is disabled is out at once, and somebody is always left who can let others in."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.accounts import queries, services
from crm.accounts.models import AccessLink, Account, LastAdministrator, LinkPurpose, UserSession
from crm.accounts.services import LinkDetails
from crm.core.db import Database, session
from crm.core.permissions import Actor, Role, system
from crm.projects.models import OnlyLeader, Project
from crm.projects.services import ProjectDetails, create
from tests import factories, pages

HOUR = timedelta(hours=1)
SHOWN_BY = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def boss(project: Project) -> Account:
    """An administrator without a role in any project."""
    return factories.account("Bep Beheer", administrator=True)


@pytest.fixture
def office(app: Flask, boss: Account) -> FlaskClient:
    """The administrator's browser."""
    app.config["WTF_CSRF_ENABLED"] = False
    client = factories.sign_in(app.test_client(), boss)
    client.environ_base.update(SHOWN_BY)
    return client


def disable(who: Account) -> None:
    services.set_active(system(), who, is_active=False)


def enable(who: Account) -> None:
    services.set_active(system(), who, is_active=True)


def is_active(who: Account) -> bool:
    session().rollback()
    session().expire_all()
    return who.is_active


def open_links() -> list[int]:
    session().rollback()
    return list(session().scalars(select(AccessLink.id).where(AccessLink.still_open())))


def test_sign_ins_and_links_end_and_do_not_come_back(
    client: FlaskClient, project: Project, boss: Account
) -> None:
    who = factories.account("Ada Proef", administrator=True)
    factories.sign_in(client, who)
    as_who = Actor(who.id, who.name, is_administrator=True)
    for details, by in (
        (LinkDetails(LinkPurpose.RESET, HOUR, account_id=who.id), system()),
        (LinkDetails(LinkPurpose.FIRST_ADMINISTRATOR, HOUR, email="x@kring.example"), as_who),
    ):
        services.make_link(by, None, details=details)

    disable(who)
    disable(who)
    assert client.get("/account").status_code == 303
    enable(who)

    assert client.get("/account").status_code == 303
    assert open_links() == []
    assert session().scalars(select(UserSession.id)).all() == []


def test_enabling_who_may_sign_in_changes_nothing(client: FlaskClient, boss: Account) -> None:
    factories.sign_in(client, boss)
    details = LinkDetails(LinkPurpose.FIRST_ADMINISTRATOR, HOUR, email="x@kring.example")
    services.make_link(Actor(boss.id, "", is_administrator=True), None, details=details)

    enable(boss)

    assert client.get("/account").status_code == 200
    assert len(open_links()) == 1


def test_the_only_administrator_who_can_sign_in_stays(boss: Account) -> None:
    other = factories.account("Ben Beheer", administrator=True)

    disable(other)
    with pytest.raises(LastAdministrator):
        disable(boss)

    assert is_active(boss)


def test_the_only_leader_stays_and_the_refusal_says_of_which_projects(
    project: Project, boss: Account
) -> None:
    who = factories.member(project)
    other = factories.project("Tweede project")
    factories.member(other, who=who)

    with pytest.raises(OnlyLeader) as refusal:
        disable(who)
    assert is_active(who)
    factories.member(project)
    with pytest.raises(OnlyLeader) as later:
        disable(who)
    factories.member(other)
    disable(who)

    assert [project.name in str(refusal.value), other.name in str(refusal.value)] == [True, True]
    assert [project.name in str(later.value), other.name in str(later.value)] == [False, True]
    assert not is_active(who)


@pytest.mark.both_engines("locks")
@pytest.mark.parametrize("what", ["administrators", "leaders"])
def test_of_two_who_are_disabled_at_once_one_stays(app: Flask, project: Project, what: str) -> None:
    if what == "administrators":
        ids = [factories.account(administrator=True).id for _ in range(2)]
    else:
        ids = [factories.member(project).id for _ in range(2)]
    session().rollback()
    database: Database = app.extensions["kring_database"]
    start, ended = Barrier(2), list[str]()

    def run(account_id: int) -> None:
        with app.app_context(), database.opened():
            who = queries.account(account_id)
            start.wait()
            try:
                disable(who)
            except (LastAdministrator, OnlyLeader):
                ended.append("refused")
            else:
                ended.append("done")

    threads = [Thread(target=run, args=(one,)) for one in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended) == ["done", "refused"]


def test_nobody_who_was_disabled_leads_a_project_made_at_that_moment(boss: Account) -> None:
    who = factories.account()
    still = Actor(who.id, who.name)
    disable(who)

    with pytest.raises(Exception, match="may not"):
        create(still, None, details=ProjectDetails("Mijn eigen"))


def test_an_administrator_disables_and_enables_on_a_page(
    office: FlaskClient, client: FlaskClient, project: Project
) -> None:
    factories.member(project)
    who = factories.member(project, who=factories.account("Ada Proef"))
    factories.sign_in(client, who)

    said = office.post(f"/accounts/{who.id}/disable", follow_redirects=True)
    assert "Ada Proef is signed out, and may sign in no more." in pages.text_of(said)
    assert client.get("/account").status_code == 303
    assert "Ada Proef" in pages.text_of(office.get("/accounts?state=disabled"))
    assert "Ada Proef" not in pages.text_of(office.get("/accounts?state=active"))

    said = office.post(f"/accounts/{who.id}/enable", follow_redirects=True)
    assert "Ada Proef may sign in again." in pages.text_of(said)
    assert is_active(who)


def test_the_page_says_why_somebody_cannot_be_missed(
    office: FlaskClient, boss: Account, project: Project
) -> None:
    who = factories.member(project)

    said = office.post(f"/accounts/{who.id}/disable", follow_redirects=True)

    assert f"alone leads: {project.name}." in pages.text_of(said)
    assert is_active(who)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("ada", True), ("PROEF ada", True), ("ada@", True), ("Bep", False), ("%", False)],
)
def test_accounts_are_found_by_name_and_address(
    office: FlaskClient, asked: str, *, found: bool
) -> None:
    factories.account("Ada Proef", email="ada@kring.example")

    text = pages.text_of(office.get("/accounts", query_string={"q": asked}))

    assert ("ada@kring.example" in text) is found


@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_see_the_accounts(
    client: FlaskClient, project: Project, role: Role
) -> None:
    factories.sign_in(client, factories.member(project, role))

    assert client.get("/accounts").status_code == 403
    assert "/accounts" not in client.get("/").text


def test_the_command_line_has_the_same_rules(app: Flask, project: Project, boss: Account) -> None:
    who, leader = factories.account(), factories.member(project)

    def run(*words: str) -> tuple[int, str]:
        with app.app_context():
            outcome = app.test_cli_runner().invoke(args=["accounts", *words])
        return outcome.exit_code, outcome.output

    code, said = run("disable", who.email.upper(), "--json")
    assert (code, json.loads(said)) == (0, {"email": who.email, "state": "disabled"})
    assert not is_active(who)
    assert run("enable", who.email)[0] == 0
    assert is_active(who)
    assert run("disable", "niemand@kring.example")[0] == 1
    assert run("disable", boss.email)[0] == 1
    code, said = run("disable", leader.email)
    assert code == 1
    assert project.name in said
