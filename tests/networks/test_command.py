"""`network metrics`: the figures for people with a shell."""

import json

import pytest
from click.testing import Result
from flask import Flask

from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests import factories
from tests.networks.gathering import meet

pytestmark = pytest.mark.engine("sqlite")


def run(app: Flask, *options: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["network", "metrics", *options])


def metrics(app: Flask, *options: str) -> dict[str, object]:
    done = run(app, "--json", *options)
    assert done.exit_code == 0, done.output
    found: dict[str, object] = json.loads(done.output)
    return found


def test_the_figures_of_a_project(
    app: Flask, project: Project, official: Person, resident: Person
) -> None:
    meet(official, resident, factories.person("Gast", at=factories.organisation("Winkel")))
    factories.person("Alleen")

    found = metrics(app, "--project", project.slug, "--tie", "attendance")

    assert found == {
        "nodes": 3,
        "isolates": 1,
        "ties": 3,
        "weight": 3,
        "external": 3,
        "internal": 0,
        "ei_index": 1.0,
        "ei_by_chance": 0.666667,
        "components": 1,
    }


def test_newman_and_a_window(
    app: Flask, project: Project, official: Person, resident: Person
) -> None:
    meet(official, resident, factories.person("Gast"))
    options = ("--project", project.slug, "--tie", "attendance")

    newman = metrics(app, *options, "--weight", "newman")
    later = metrics(app, *options, "--from", "2021-03-19")

    assert newman["weight"] == 1.5
    assert (later["ties"], later["ei_index"]) == (0, None)


def test_an_unknown_project_is_said(app: Flask, project: Project) -> None:
    done = run(app, "--project", "nergens")

    assert done.exit_code == 1
    assert "nergens" in done.output
