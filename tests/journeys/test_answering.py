"""From the link in a mail to an answer: a scanner comes first, then the person it is for."""

import pytest
from flask import Flask
from sqlalchemy import select

from crm.core.db import Database, project_scope, session
from crm.core.permissions import Role
from crm.design_sessions.rules.links import answer_token
from crm.design_sessions.services import planning
from crm.messages.models import PersonLink
from crm.messages.rules.links import details_link
from crm.projects import queries as projects
from tests import demonstration, factories, kept
from tests.demonstration import Entering
from tests.design_sessions import own_page
from tests.design_sessions.conftest import details
from tests.journeys.visitor import Visitor

ON_THE_PAGE = ("a", "form")


@pytest.fixture
def address(demo: Flask) -> str:
    """Where Noa answers, who is invited to a session of the demo project."""
    database: Database = demo.extensions["kring_database"]
    with demo.test_request_context(), database.opened():
        project = projects.by_slug(demonstration.SLUG)
        assert project
        with project_scope(project.id):
            leader = factories.leader_of(project)
            planned = planning.add_session(leader, project, details=details("Keukentafel"))
            own_page.change(planned, allows_colleague=True, contact_phone="0592-123456")
            noa = own_page.invite(planned, leader, "Noa", "Proefpersoon", "noa@kring.example")
            return f"/r/{answer_token(noa)}"


@pytest.fixture
def noa(demo: Flask, address: str) -> Visitor:
    """Somebody without an account, with a link."""
    return Visitor(demo.test_client()).open(address)


def links_on(visitor: Visitor) -> set[str]:
    """Return every address of ours that stands on the page, whatever it is for."""
    marks = visitor.page.all(*ON_THE_PAGE)
    found = [one.given.get("href") or one.given.get("action") for one in marks]
    return {place for place in found if place and place.startswith("/")}


def second_link(demo: Flask) -> str:
    """Return where the newest mail about own details leads."""
    database: Database = demo.extensions["kring_database"]
    with demo.test_request_context(), database.opened():
        project = projects.by_slug(demonstration.SLUG)
        assert project
        with project_scope(project.id):
            link = session().scalars(select(PersonLink)).one()
            return "/d/" + details_link(link).rpartition("/d/")[2]


def test_a_scanner_presses_nothing_and_then_the_invited_person_answers(
    demo: Flask, noa: Visitor, address: str
) -> None:
    before = kept.everything(demo)
    for place in sorted(links_on(noa)) * 3:
        for method in ("GET", "HEAD"):
            assert demo.test_client().open(place, method=method).status_code in {200, 404, 405}
    assert kept.everything(demo) == before

    noa.open(address).press("Send my answer", {"Do you come?": "Yes"})
    assert "Your answer is saved." in noa.text
    noa.press("Note this", {"Access and aids: what do you need?": "ringleiding", "You may": True})
    assert "ringleiding" not in noa.text
    noa.press("Propose this colleague", {"Name of your colleague": "Bo Collega"})
    noa.press("Send my answer", {"Do you come?": "No"})
    assert "Your answer No" in noa.text


def test_what_is_kept_comes_by_a_second_link_only(demo: Flask, noa: Visitor) -> None:
    assert "Proefpersoon" not in noa.text
    noa.press("Show what you keep about me")
    assert "Proefpersoon" not in noa.text

    noa.open(second_link(demo))
    assert "Keukentafel" in noa.text
    noa.press("Save my corrections", {"Surname": "Proefpersoon-de Boer"})

    assert "Your corrections are saved." in noa.text
    assert "Proefpersoon-de Boer" in noa.text


def test_nobody_is_asked_again_who_does_not_want_it(
    demo: Flask, noa: Visitor, address: str, entering: Entering
) -> None:
    noa.press("Do not ask me again", {"What do you not want to be asked for?": "Anything of"})

    assert "you are not on the list of this session" in noa.text
    planner = Visitor(entering(Role.PLANNER)).open(f"/projects/{demonstration.SLUG}/persons")
    planner.press("Show", {"Name or another word": "Proefpersoon"}).follow("Proefpersoon, Noa")
    assert "Personal link in a message" in planner.text
