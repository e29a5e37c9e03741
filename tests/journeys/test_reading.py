"""Language and look: chosen once, kept, and true on every page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core.permissions import Role
from tests.journeys.conftest import Guide
from tests.journeys.visitor import Visitor

DEMO = "/projects/assen-i2i"


def test_a_reader_changes_to_dutch_and_back_on_the_page_they_read(visiting: Guide) -> None:
    reader = visiting(Role.PLANNER).open(f"{DEMO}/sessions?kind=design_session")
    here = reader.response.request.url

    reader.press("Nederlands")
    assert reader.heading == "Bijeenkomsten"
    assert reader.response.request.url == here
    assert reader.follow("Personen").heading == "Personen"
    assert next(reader.page.all("html")).given["lang"] == "nl"

    reader.press("English")
    assert reader.heading == "People"


def test_the_look_stays_as_it_was_chosen(visiting: Guide) -> None:
    reader = visiting(Role.PLANNER).open(f"{DEMO}/persons")

    reader.press("Dark")

    assert reader.path == f"{DEMO}/persons"
    assert next(reader.open("/").page.all("html")).given["data-theme"] == "dark"
    assert next(reader.press("Automatic").page.all("html")).given["data-theme"] == "auto"


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(("language", "heading"), [("nl", "Inloggen"), ("en", "Sign in")])
def test_a_stranger_reads_the_language_of_their_browser(
    app: Flask, language: str, heading: str
) -> None:
    client: FlaskClient = app.test_client()
    stranger = Visitor(client)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language

    assert stranger.open("/").heading == heading
    assert stranger.press("English").heading == "Sign in"
