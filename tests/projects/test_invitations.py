"""Links into a project: who gave them, and that they end with that right."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.accounts import queries as accounts
from crm.accounts.models import AccessLink, Account, LinkPurpose
from crm.accounts.services import LinkDetails, make_link, post_link, set_active
from crm.core.db import unit_of_work
from crm.core.errors import NotFound
from crm.core.permissions import Actor, Role, system
from crm.projects import queries, services
from crm.projects.models import Project
from tests import factories, pages

GOOD = "paard fiets wolk kaars"
HOUR = timedelta(hours=1)


@pytest.fixture
def leaving(project: Project) -> Account:
    """One of two leaders."""
    factories.member(project)
    return factories.member(project)


def invited(project: Project, by: Account, *, role: Role = Role.LEADER, email: str = "") -> str:
    """Let somebody invite, by default themselves; return the address of the link."""
    actor = Actor(by.id, by.name, role=Role.LEADER, project_id=project.id)
    email = email or by.email
    token = services.invite_colleague(actor, project, email=email, role=role, valid=HOUR)
    return f"/links/{token}"


def remove(project: Project, who: Account) -> None:
    services.remove_member(system(project.id), project, account_id=who.id)


def demote(project: Project, who: Account) -> None:
    services.change_role(system(project.id), project, account_id=who.id, role=Role.PLANNER)


def disable(_project: Project, who: Account) -> None:
    set_active(system(), who, is_active=False)


@pytest.mark.parametrize("end", [remove, demote, disable])
def test_open_links_end_with_the_right_of_who_gave_them(
    client: FlaskClient, project: Project, leaving: Account, end: Callable[[Project, Account], None]
) -> None:
    own = invited(project, leaving)
    for_a_friend = invited(project, leaving, email="vriend@kring.example")
    by_another = invited(project, factories.member(project), email="cor@kring.example")

    end(project, leaving)

    seen = [client.get(address).status_code for address in (own, for_a_friend, by_another)]
    assert seen == [410, 410, 200]


def test_who_was_removed_does_not_come_back_by_a_link_of_their_own(
    client: FlaskClient, opened: Session, project: Project, leaving: Account
) -> None:
    factories.sign_in(client, leaving)
    address = invited(project, leaving)
    client.get(address)
    token = pages.token(client, address)
    remove(project, leaving)

    answer = client.post(f"{address}/accept", data={"csrf_token": token})

    assert answer.status_code == 410
    assert queries.membership(project, leaving.id) is None


def test_a_link_that_was_made_while_its_maker_was_removed_lets_nobody_in(
    app: Flask, opened: Session, project: Project, leaving: Account
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    remove(project, leaving)
    maker = Actor(leaving.id, leaving.name, role=Role.LEADER, project_id=project.id)
    details = LinkDetails(
        LinkPurpose.JOIN, HOUR, project_id=project.id, role=Role.LEADER, email="x@kring.example"
    )
    with unit_of_work(maker, "tests.late"):
        token = post_link(maker, details)

    answer = app.test_client().post(f"/links/{token}", data={"name": "X", "password": GOOD})

    opened.rollback()
    assert answer.status_code == 410
    assert accounts.account_by_email("x@kring.example") is None
    assert opened.scalars(select(AccessLink)).one().used_at is None


def test_a_link_of_a_command_stays(client: FlaskClient, project: Project, leaving: Account) -> None:
    details = LinkDetails(
        LinkPurpose.JOIN, HOUR, project_id=project.id, role=Role.PLANNER, email="cor@kring.example"
    )
    token = make_link(system(), None, details=details)

    remove(project, leaving)

    assert client.get(f"/links/{token}").status_code == 200


def test_a_new_invitation_takes_the_place_of_the_one_before(
    client: FlaskClient, project: Project, leaving: Account
) -> None:
    before = invited(project, leaving, email="Cor@kring.example")
    other = invited(project, leaving, email="eva@kring.example")

    now = invited(project, leaving, role=Role.REVIEWER, email="cor@kring.example")

    assert [client.get(one).status_code for one in (before, other, now)] == [410, 200, 200]


def test_leaders_see_open_invitations_and_withdraw_them(
    client: FlaskClient, project: Project, leaving: Account
) -> None:
    address = invited(project, leaving, role=Role.REVIEWER, email="cor@kring.example")
    factories.sign_in(client, factories.member(project))
    there = f"/projects/{project.slug}/members"
    shown = client.get(there).text

    withdraw = shown.partition("/members/invitations/")[2].partition("/")[0]
    answer = pages.post(client, f"{there}/invitations/{withdraw}/withdraw", form_at=there)

    assert "cor@kring.example" in shown
    assert leaving.name in shown
    assert answer.status_code == 303
    assert client.get(address).status_code == 410
    assert "cor@kring.example" not in client.get(there).text


def test_a_planner_sees_no_open_invitations(
    client: FlaskClient, project: Project, leaving: Account
) -> None:
    invited(project, leaving, email="cor@kring.example")
    factories.sign_in(client, factories.member(project, Role.PLANNER))

    assert "cor@kring.example" not in client.get(f"/projects/{project.slug}/members").text


def test_a_link_into_another_project_is_not_withdrawn(
    opened: Session, project: Project, leaving: Account
) -> None:
    invited(project, leaving, email="cor@kring.example")
    link = opened.scalars(select(AccessLink)).one()
    other = factories.project()

    with pytest.raises(NotFound):
        services.withdraw_invitation(factories.leader_of(other), other, link_id=link.id)
