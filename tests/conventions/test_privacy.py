"""Private persons: a reviewer meets their pseudonym, in every representation."""

import io
import zipfile

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from crm.core.db import Database, project_scope
from crm.core.permissions import Actor, Role
from crm.projects import queries
from crm.stakeholders.models import Person
from crm.stakeholders.rules.visibility import shown_as
from tests import demonstration, walk
from tests.demonstration import Entering


def private_values(app: Flask) -> set[str]:
    """Return the names, addresses and phones of the private persons of the demo."""
    database: Database = app.extensions["kring_database"]
    with app.test_request_context(), database.opened() as session:
        project = queries.by_slug(demonstration.SLUG)
        assert project is not None
        loading = [selectinload(part) for part in (Person.affiliations, Person.emails)]
        with project_scope(project.id):
            persons = session.scalars(select(Person).options(*loading)).all()
            reviewer = shown_as(Actor(1, "Reviewer", role=Role.REVIEWER, project_id=project.id))
            leader = shown_as(Actor(1, "Leader", role=Role.LEADER, project_id=project.id))
            hidden = [leader.person(one) for one in persons if reviewer.person(one).is_pseudonym]
    return {
        value
        for person in hidden
        for value in (person.name, person.list_name, *person.emails, *person.phones)
    }


def text_of(client: FlaskClient, address: str) -> str:
    """Return everything that an answer says, also inside a spreadsheet."""
    answer = client.get(address)
    if not answer.data.startswith(b"PK"):
        return str(answer.data, errors="replace")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def test_a_reviewer_meets_no_private_person_anywhere(demo: Flask, entering: Entering) -> None:
    private = private_values(demo)
    client = entering(Role.REVIEWER)

    read = [stop.address for stop in walk.stops(demo) if stop.method == "GET"]
    texts = {address: text_of(client, address) for address in read}
    shown = {
        address: {value for value in private if value in text} for address, text in texts.items()
    }

    assert private
    assert {address: values for address, values in shown.items() if values} == {}
