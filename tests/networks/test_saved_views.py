"""Saved views: under a name, for oneself or for the project."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.core.audit import AuditEntry
from crm.core.db import project_scope, session
from crm.core.errors import Forbidden, NotFound
from crm.core.permissions import Actor, Role
from crm.networks.models import SavedView
from crm.networks.queries import saved_views
from crm.networks.services import saved_views as services
from crm.networks.services.saved_views import NameTaken, ViewDetails
from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests import factories, pages
from tests.networks.conftest import Looking
from tests.networks.gathering import meet


def actor(project: Project, role: Role) -> Actor:
    who = factories.member(project, role)
    return Actor(who.id, who.name, role=role, project_id=project.id)


def save(who: Actor, project: Project, name: str, *, shared: bool = False) -> SavedView:
    details = ViewDetails(name, is_shared=shared)
    return services.save_view(who, project, details=details, query="view=organisations")


def test_a_view_is_saved_from_the_address_and_opened_again(
    leader: FlaskClient, where: str, official: Person, resident: Person
) -> None:
    meet(official, resident)
    looked = f"{where}?view=organisations&tie=attendance&from=2021-03-01&chairs=y"
    asked = leader.get(f"{looked.replace('?', '/views?')}&junk=1")
    query = re.search(r'name="query"[^>]*value="([^"]*)"', asked.text)

    data = {"name": "Voor de raad", "query": unescape(query[1]) if query else ""}
    done = pages.post(leader, f"{where}/views", data)

    text = leader.get(f"{where}/views").text
    told = pages.text_of(asked)
    assert all(one in told for one in ("Organisations", "From: 1 Mar 2021", "Empty chairs: each"))
    assert done.status_code == 303
    assert looked.replace("&", "&amp;") in text
    assert "junk" not in text


def test_ones_own_view_is_found_by_nobody_else_and_a_shared_one_by_all(project: Project) -> None:
    planner, reviewer = actor(project, Role.PLANNER), actor(project, Role.REVIEWER)
    own, shared = save(planner, project, "Eigen"), save(planner, project, "Samen", shared=True)

    assert [row.view.name for row in saved_views.saved_views(planner)] == ["Eigen", "Samen"]
    assert [row.view.name for row in saved_views.saved_views(reviewer)] == ["Samen"]
    assert saved_views.saved_view(reviewer, shared.id).name == "Samen"
    with pytest.raises(NotFound):
        saved_views.saved_view(reviewer, own.id)


def test_who_only_reads_saves_for_themselves(project: Project) -> None:
    reviewer = actor(project, Role.REVIEWER)

    own = save(reviewer, project, "Eigen")

    with pytest.raises(Forbidden):
        save(reviewer, project, "Samen", shared=True)
    with pytest.raises(Forbidden):
        services.change_view(reviewer, own, details=ViewDetails("Eigen", is_shared=True))


def test_a_shared_view_is_changed_by_its_maker_and_by_leaders(project: Project) -> None:
    planner, other = actor(project, Role.PLANNER), actor(project, Role.PLANNER)
    view = save(planner, project, "Samen", shared=True)

    with pytest.raises(Forbidden):
        services.change_view(other, view, details=ViewDetails("Anders", is_shared=True))
    services.change_view(actor(project, Role.LEADER), view, details=ViewDetails("Beter"))

    assert (view.name, view.is_shared) == ("Beter", False)


def test_two_views_of_one_person_have_two_names(project: Project) -> None:
    planner = actor(project, Role.PLANNER)
    first, second = save(planner, project, "Eigen"), save(planner, project, "Ander")

    with pytest.raises(NameTaken):
        save(planner, project, "Eigen")
    with pytest.raises(NameTaken):
        services.change_view(planner, second, details=ViewDetails("Eigen"))
    services.change_view(planner, first, details=ViewDetails("Eigen"))

    assert save(actor(project, Role.PLANNER), project, "Eigen").name == "Eigen"


def test_a_name_that_is_taken_is_said_beside_the_field(leader: FlaskClient, where: str) -> None:
    pages.post(leader, f"{where}/views", {"name": "Voor de raad", "query": ""})

    again = pages.post(leader, f"{where}/views", {"name": "Voor de raad", "query": "view=sessions"})

    assert again.status_code == 409
    assert "You already have a view with this name" in pages.text_of(again)
    assert 'value="view=sessions"' in again.text


def test_renaming_and_removing(leader: FlaskClient, where: str, project: Project) -> None:
    pages.post(leader, f"{where}/views", {"name": "Oud", "query": ""})
    session().rollback()
    view_id = session().scalars(select(SavedView.id)).one()

    form = leader.get(f"{where}/views/{view_id}/edit")
    pages.post(leader, f"{where}/views/{view_id}/edit", {"name": "Nieuw", "is_shared": "y"})
    renamed = pages.text_of(leader.get(f"{where}/views"))
    pages.post(leader, f"{where}/views/{view_id}/remove", form_at=f"{where}/views")

    assert 'value="Oud"' in form.text
    assert "Nieuw" in renamed
    assert "Oud" not in renamed
    assert "No saved views yet" in pages.text_of(leader.get(f"{where}/views"))
    session().rollback()
    trail = session().scalars(
        select(AuditEntry.operation)
        .where(AuditEntry.project_id == project.id, AuditEntry.table == "saved_view")
        .order_by(AuditEntry.number)
    )
    assert len(list(trail)) == 3


def test_a_view_of_another_project_is_not_here(looking: Looking, where: str) -> None:
    with project_scope((other := factories.project()).id):
        view = save(actor(other, Role.LEADER), other, "Elders", shared=True)
    leader = looking(Role.LEADER)

    assert leader.get(f"{where}/views/{view.id}/edit").status_code == 404
    form = f"{where}/views"
    assert pages.post(leader, f"{form}/{view.id}/remove", form_at=form).status_code == 404
    assert "Elders" not in leader.get(f"{where}/views").text
