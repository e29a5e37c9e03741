"""Twice is once: whatever form is sent again, from whichever page, makes nothing more."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from crm.core.db import Base, Database
from crm.core.permissions import Role
from tests import walk
from tests.demonstration import Entering
from tests.web import hostile

# Where two really send at once, on both engines, stands in tests/web/test_twice.py.
pytestmark = pytest.mark.engine("sqlite")
# What Kring keeps for itself: each of these may grow by looking, or by trying again.
OWN = (
    *("audit_", "access_", "search_", "job", "long_task"),
    *("visit", "sent_form", "worker_", "likely_"),
)
# These end what the walk needs.
ENDING = ("/sign-out", "/remove", "/cancel", "/password", "/end", "/demo", "/forget")
# These make nothing but a trace; that there is nothing left to do, or that it was seen by another,
# is what they answer then.
END_WHAT_THEY_ARE_ABOUT = ("/edit", "/send-again", "/undo", "/merge/30", "/merge/35")
FORM = "application/x-www-form-urlencoded"


def rows(demo: Flask) -> dict[str, int]:
    """Return how many rows there are of everything that people make."""
    database: Database = demo.extensions["kring_database"]
    tables = [one for one in Base.metadata.tables.values() if not one.name.startswith(OWN)]
    counts = (select(func.count()).select_from(one).scalar_subquery() for one in tables)
    with database.engine.connect() as connection:
        counted = connection.execute(select(*counts)).one()
    return dict(zip((one.name for one in tables), counted, strict=True))


def forms(demo: Flask, client: FlaskClient) -> Iterator[hostile.PageForm]:
    """Yield each form that changes something, as it stands on a page drawn a moment ago."""
    seen = set()
    for stop in walk.reads(demo):
        answer = client.get(stop.address)
        html = answer.text if answer.mimetype == "text/html" else ""
        for form in hostile.forms(html, stop.address):
            key = (form.action.partition("?")[0], tuple(field.name for field in form.fields))
            if form.method == "post" and key not in seen and not form.action.endswith(ENDING):
                seen.add(key)
                yield form


def send(client: FlaskClient, form: hostile.PageForm) -> TestResponse:
    """Send a form with the token that stands in it."""
    token = [(field.name, field.value) for field in form.fields if field.name == "csrf_token"]
    pairs = [*hostile.filled(form, "Gewoon"), *token]
    return client.post(form.action, data=hostile.encoded(pairs), content_type=FORM)


def test_every_form_that_is_sent_twice_makes_what_it_makes_once(
    demo: Flask, entering: Entering
) -> None:
    demo.config["WTF_CSRF_ENABLED"] = True
    leader = entering(Role.LEADER)
    made, more, elsewhere = set(), {}, {}

    for form in forms(demo, leader):
        before = rows(demo)
        first = send(leader, form)
        between = rows(demo)
        if between == before:
            continue
        again = send(leader, form)
        after = rows(demo)
        made.add(form.action.removeprefix("/projects/assen-i2i"))
        more[form.action] = {name for name in after if after[name] != between[name]}
        if again.location != first.location and not form.action.endswith(END_WHAT_THEY_ARE_ABOUT):
            elsewhere[form.action] = (first.location, again.location)

    assert {"/projects/new", "/sessions/new", "/areas/new", "/persons/1/roles/new"} <= made
    assert {action: names for action, names in more.items() if names} == {}
    assert elsewhere == {}
