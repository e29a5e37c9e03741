"""Projects, and who works in them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core.db import session
from crm.core.errors import Forbidden
from crm.core.permissions import Role
from crm.projects import queries, services
from crm.projects.models import Project
from crm.projects.services import ProjectSettings
from tests import factories, pages


def test_whoever_makes_a_project_leads_it(client: FlaskClient, opened: Session) -> None:
    who = factories.account()
    factories.sign_in(client, who)

    answer = pages.post(client, "/projects/new", {"name": "Samen in Pittelo!"})

    made = opened.scalars(select(Project)).one()
    member = queries.membership(made, who.id)
    assert answer.location == "/projects/samen-in-pittelo/"
    assert member is not None
    assert member.role is Role.LEADER


@pytest.mark.on_demo
def test_the_demo_stays_within_reach_beside_a_project_of_ones_own(
    client: FlaskClient,
    opened: Session,
) -> None:
    factories.sign_in(client, factories.account())
    pages.post(client, "/projects/new", {"name": "Van mijzelf"})

    offered = pages.text_of(client.get("/"))
    entered = pages.post(client, "/demo", form_at="/")
    again = pages.text_of(client.get("/"))

    assert "Look round in the demo" in offered
    assert entered.location == "/projects/assen-i2i/"
    assert "Look round in the demo" not in again


def test_a_short_name_is_used_once(client: FlaskClient, project: Project) -> None:
    factories.sign_in(client, factories.account())

    answer = pages.post(client, "/projects/new", {"name": "Nog een", "slug": project.slug})

    assert answer.status_code == 409
    assert "already has this short name" in pages.text_of(answer)


def test_a_stranger_sees_the_same_as_for_a_project_that_is_not_there(
    client: FlaskClient, project: Project
) -> None:
    factories.sign_in(client, factories.account())

    theirs = client.get(f"/projects/{project.slug}/members")
    nowhere = client.get("/projects/bestaat-niet/members")

    assert (theirs.status_code, nowhere.status_code) == (404, 404)
    assert pages.text_of(theirs) == pages.text_of(nowhere)


def test_a_colleague_gets_a_link_that_works_once(
    app: Flask, client: FlaskClient, project: Project
) -> None:
    factories.sign_in(client, factories.member(project))
    address = f"/projects/{project.slug}/members"

    answer = pages.post(client, address, {"email": "cor@kring.example", "role": "reviewer"})
    link = answer.text.split("/links/")[1].split('"')[0]
    colleague = app.test_client()
    joined = pages.post(
        colleague,
        f"/links/{link}",
        {"name": "Cor", "password": "paard fiets wolk kaars"},
    )

    assert joined.status_code == 303
    assert colleague.get(address).status_code == 200
    assert colleague.get(f"/links/{link}").status_code == 410


def test_only_a_leader_lets_colleagues_in(client: FlaskClient, project: Project) -> None:
    factories.sign_in(client, factories.member(project, Role.PLANNER))

    answer = pages.post(
        client,
        f"/projects/{project.slug}/members",
        {"email": "x@kring.example", "role": "leader"},
        form_at="/account",
    )

    assert answer.status_code == 403


def test_who_leads_one_project_does_not_lead_another(project: Project) -> None:
    other = factories.project()

    with pytest.raises(Forbidden):
        services.edit(
            factories.leader_of(project),
            other,
            settings=ProjectSettings(name="Mijn", description="", smallest_group=1),
            revision=other.revision,
        )


def test_the_last_leader_stays(client: FlaskClient, project: Project) -> None:
    who = factories.member(project)
    factories.sign_in(client, who)

    pages.post(
        client,
        f"/projects/{project.slug}/members/{who.id}/role",
        {"role": "reviewer"},
        form_at=f"/projects/{project.slug}/members",
    )

    member = queries.membership(project, who.id)
    assert member is not None
    assert member.role is Role.LEADER


def test_a_leader_changes_the_settings(client: FlaskClient, project: Project) -> None:
    factories.sign_in(client, factories.member(project))
    page = f"/projects/{project.slug}/settings"
    fields = {"name": "Samen", "description": "", "revision": str(project.revision)}
    fields["reply_address"] = "samen@kring.example"

    refused = pages.post(client, page, {**fields, "smallest_group": "0"})
    emptied = pages.post(client, page, {**fields, "smallest_group": "8", "reply_address": ""})
    injected = {"smallest_group": "8", "reply_address": "a@kring.example\r\nBcc: b@kring.example"}
    unusable = pages.post(client, page, {**fields, **injected})
    saved = pages.post(client, page, {**fields, "smallest_group": "8"})
    stale = pages.post(client, page, {**fields, "smallest_group": "9"})
    session().rollback()

    assert refused.status_code == emptied.status_code == unusable.status_code == 400
    assert "Fill in the address at which answers come." in emptied.text
    assert "This is no e-mail address to which everybody can write." in unusable.text
    assert saved.status_code == 303
    assert stale.status_code == 409
    assert (project.name, project.smallest_group) == ("Samen", 8)
    assert project.reply_address == "samen@kring.example"
