"""A project with an initiative, and somebody signed in who leads it."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from crm.core.permissions import Actor, Role
from crm.initiatives.models import Initiative
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories


@pytest.fixture
def leader(client: FlaskClient, project: Project) -> Actor:
    """Somebody who leads the project and is signed in."""
    who = factories.member(project)
    factories.sign_in(client, who)
    return Actor(account_id=who.id, name=who.name, role=Role.LEADER, project_id=project.id)


@pytest.fixture
def garden(leader: Actor, project: Project) -> Initiative:
    return factories.initiative(leader, project, "Moestuin", area="Pittelo", since=date(2021, 4, 1))


@pytest.fixture
def neighbour() -> Person:
    return factories.person("Buurman", first_name="Bert", helix=Helix.END_USERS)


@pytest.fixture
def office() -> Organisation:
    return factories.organisation("Gemeente Proef", helix=Helix.GOVERNMENT)
