"""Sessions to test with."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core import mail
from crm.core.db import session
from crm.core.permissions import Actor, Role
from crm.design_sessions.models import DesignSession, Invitation, SessionKind
from crm.design_sessions.services import inviting, planning
from crm.design_sessions.services.planning import LocalTime, SessionDetails
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories, imap
from tests.design_sessions import own_page
from tests.imap import Mailbox
from tests.statements import counted

Plan = Callable[..., DesignSession]


def details(
    title: str = "Ontwerpbijeenkomst Lariks", *, day: str = "2027-05-04", **changes: object
) -> SessionDetails:
    """Return what is asked about a session: an afternoon, unless the test says otherwise."""
    asked = {
        "kind": SessionKind.DESIGN_SESSION,
        "starts": LocalTime(datetime.fromisoformat(f"{day}T14:00")),
        "ends": LocalTime(datetime.fromisoformat(f"{day}T16:30")),
        **changes,
    }
    return SessionDetails(title=title, **asked)  # type: ignore[arg-type]  # the caller names fields of it


def anew() -> None:
    """Read from now on what the pages have written meanwhile."""
    session().rollback()
    session().expire_all()


@pytest.fixture
def leader(project: Project) -> Actor:
    """Somebody who leads the project."""
    return factories.leader_of(project)


@pytest.fixture
def plan(project: Project, leader: Actor) -> Plan:
    """Plan a session; only what the test says matters."""

    def planned(title: str = "Ontwerpbijeenkomst Lariks", **changes: object) -> DesignSession:
        return planning.add_session(leader, project, details=details(title, **changes))  # type: ignore[arg-type]  # as above

    return planned


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements that were sent; a test clears the list where its counting begins."""
    with counted(app) as sent:
        yield sent


@pytest.fixture
def words(app: Flask) -> Iterator[None]:
    """Words are written in somebody's language, as in the worker."""
    with app.app_context():
        yield


@pytest.fixture
def made(plan: Plan) -> DesignSession:
    """A session that is to come, with nothing asked of it."""
    return plan()


@pytest.fixture
def at(project: Project, made: DesignSession) -> str:
    """The address of its page."""
    return f"/projects/{project.slug}/sessions/{made.id}"


@pytest.fixture
def planned(plan: Plan) -> DesignSession:
    """A session that is to come."""
    return plan(capacity=40)


@pytest.fixture
def planner(project: Project, client: FlaskClient) -> FlaskClient:
    """A browser without JavaScript in which a planner of the project is signed in."""
    return factories.sign_in(client, factories.member(project, Role.PLANNER))


@pytest.fixture
def reviewer(project: Project, app: Flask) -> FlaskClient:
    """A browser without JavaScript in which a reviewer of the project is signed in."""
    return factories.sign_in(app.test_client(), factories.member(project, Role.REVIEWER))


@pytest.fixture
def roomy(plan: Plan) -> DesignSession:
    """A session for two people, to which a colleague can be brought."""
    made = plan(capacity=2, place="De Zuidstee", link="https://kring.example/samen")
    own_page.change(made, allows_colleague=True, contact_phone="0592-123456")
    return made


@pytest.fixture
def noa(roomy: DesignSession, leader: Actor) -> Invitation:
    """Somebody who is invited, and of whom more is kept than their page may show."""
    return own_page.invite(roomy, leader, "Noa", "Lindeman", "noa@kring.example")


@pytest.fixture
def address(noa: Invitation) -> str:
    """Where the link of somebody who is invited leads."""
    return own_page.address_of(noa)


@pytest.fixture
def official(leader: Actor, planned: DesignSession) -> Person:
    """Somebody of a municipality who is invited."""
    at = factories.organisation("Gemeente", helix=Helix.GOVERNMENT)
    person = factories.person("Ambtenaar", at=at, email="ambtenaar@kring.example")
    inviting.invite(leader, planned, person_ids=[person.id])
    return person


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """The mailbox of this installation."""
    made, before = Mailbox(), mail.settings()
    with imap.serving(made) as address:
        mail.use_settings(
            replace(before, bounce_address="bounce@kring.example", bounce_mailbox=address)
        )
        yield made
    mail.use_settings(before)
