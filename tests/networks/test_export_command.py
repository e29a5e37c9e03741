"""`network export`: the files of the page for people with a shell, pseudonymous unless asked."""

import io
import json
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import Result
from flask import Flask

from crm.core.access import AccessEntry
from crm.core.db import Database
from crm.core.permissions import Role
from crm.networks.views.exports import ExportFormat
from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests import factories
from tests.networks.gathering import meet

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture(autouse=True)
def met(official: Person, resident: Person) -> None:
    meet(official, resident, day=date(2021, 3, 18))


def run(app: Flask, project: Project, *options: str) -> Result:
    with app.app_context():
        words = ["network", "export", "--project", project.slug, *options]
        return app.test_cli_runner().invoke(args=words)


def exported(app: Flask, project: Project, *options: str) -> dict[str, list[dict[str, str]]]:
    done = run(app, project, "--format", "json", *options)
    assert done.exit_code == 0, done.output
    found: dict[str, list[dict[str, str]]] = json.loads(done.stdout_bytes)
    return found


def names(app: Flask, project: Project, *options: str) -> set[str]:
    return {node["label"] for node in exported(app, project, *options)["nodes"]}


def test_everybody_has_a_pseudonym_unless_somebody_is_named_who_sees_more(
    app: Flask, project: Project, official: Person, resident: Person
) -> None:
    leader, reviewer = (
        factories.member(project, role).email for role in (Role.LEADER, Role.REVIEWER)
    )

    nobody = names(app, project)

    assert not {name for name in nobody if "Dirk" in name or "Greet" in name}
    assert {"Dirk Ambtenaar", "Greet Bewoner"} <= names(app, project, "--as", leader)
    shown = names(app, project, "--as", reviewer)
    assert "Dirk Ambtenaar" in shown
    assert not any("Greet" in name for name in shown)


def test_filters_are_those_of_the_page(app: Flask, project: Project) -> None:
    attendance = ("--tie", "attendance")

    everything = exported(app, project, *attendance, "--minimum", "0", "--from", "2021-03-01")
    later = exported(app, project, *attendance, "--from", "2021-03-19")
    folded = names(app, project, "--query", "view=organisations&minimum=0")

    assert len(everything["edges"]) == 1
    assert later["edges"] == []
    assert "Gemeente Proef" in folded


@pytest.mark.parametrize("form", [form.value for form in ExportFormat])
def test_each_format_is_written_to_a_file(
    app: Flask, project: Project, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"network.{form}"

    done = run(app, project, "--format", form, "--output", str(path))

    assert done.exit_code == 0, done.output
    content = path.read_bytes()
    assert b"Greet" not in content
    if form == "zip":
        assert ZipFile(io.BytesIO(content)).namelist() == ["nodes.csv", "ties.csv"]


def test_who_has_no_role_here_is_refused(app: Flask, project: Project) -> None:
    stranger = factories.account("Bo Buiten")

    for email in (stranger.email, "niemand@kring.example"):
        done = run(app, project, "--format", "json", "--as", email)
        assert done.exit_code == 1
        assert "has no role in this project" in done.output


def test_it_is_written_down(app: Flask, project: Project) -> None:
    exported(app, project)

    database: Database = app.extensions["kring_database"]
    with database.engine.connect() as connection:
        noted = connection.execute(AccessEntry.__table__.select()).one()
    assert (noted.what, noted.project_id, noted.account_id) == ("network.export", project.id, None)
