"""A project with a few ties, and who looks at it."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core.permissions import Role
from crm.networks.queries import figures
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories
from tests.networks.gathering import forget

Looking = Callable[[Role], FlaskClient]


@pytest.fixture
def looking(app: Flask, project: Project) -> Looking:
    """Give a client signed in with a role in the project."""

    def look(role: Role) -> FlaskClient:
        return factories.sign_in(app.test_client(), factories.member(project, role))

    return look


@pytest.fixture
def leader(looking: Looking) -> FlaskClient:
    return looking(Role.LEADER)


@pytest.fixture
def reviewer(looking: Looking) -> FlaskClient:
    return looking(Role.REVIEWER)


@pytest.fixture
def office(project: Project) -> Organisation:
    return factories.organisation("Gemeente Proef", helix=Helix.GOVERNMENT)


@pytest.fixture
def official(office: Organisation) -> Person:
    return factories.person("Ambtenaar", first_name="Dirk", at=office)


@pytest.fixture
def resident(project: Project) -> Person:
    return factories.person("Bewoner", first_name="Greet", helix=Helix.END_USERS)


@pytest.fixture
def where(project: Project) -> str:
    return f"/projects/{project.slug}/network"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every network count as one that takes longer than a page may."""
    monkeypatch.setattr(figures, "AT_ONCE", 0)


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Begin each test with nothing kept."""
    forget()
