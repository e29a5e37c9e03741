"""Sessions planned and listed by commands."""

import json

import pytest
from click.testing import Result
from flask import Flask

from crm.core.db import project_scope
from crm.design_sessions.models import DesignPhase, SessionKind
from crm.design_sessions.queries import sessions as queries
from crm.projects.models import Project
from crm.stakeholders.models import Helix

pytestmark = pytest.mark.engine("sqlite")
EVENING = ("--starts", "2099-03-01 19:30", "--ends", "2099-03-01 21:30")


def run(app: Flask, command: str, project: Project, *options: str) -> Result:
    words = ["sessions", command, "--project", project.slug, *options]
    with app.app_context():
        return app.test_cli_runner().invoke(args=words)


def test_a_session_that_is_planned_by_command_stands_among_those_to_come(
    app: Flask, project: Project
) -> None:
    options = ("--phase", "discover", "--capacity", "12", "--target", "end_users=4", "--json")

    planned = run(app, "create", project, "Samen eten", *EVENING, *options)
    listed = run(app, "list", project, "--json")

    assert planned.exit_code == 0, planned.output
    told = json.loads(planned.output)
    assert told == {
        "id": told["id"],
        "starts": "2099-03-01 19:30",
        "kind": "design_session",
        "title": "Samen eten",
    }
    assert json.loads(listed.output) == {"sessions": [told]}
    with project_scope(project.id):
        held = queries.design_session(told["id"])
    assert (held.kind, held.phase, held.capacity) == (
        SessionKind.DESIGN_SESSION,
        DesignPhase.DISCOVER,
        12,
    )
    assert {target.helix: target.seats for target in held.targets} == {Helix.END_USERS: 4}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--target", "burgers=4"), "burgers=4 is no target"),
        (("--starts", "2099-03-01 22:30"), "eindigt voordat"),
    ],
)
def test_what_makes_no_sense_is_said_and_plans_nothing(
    app: Flask, project: Project, options: tuple[str, ...], said: str
) -> None:
    refused = run(app, "create", project, "Samen eten", *EVENING, *options)
    listed = run(app, "list", project)

    assert (refused.exit_code, listed.output) == (1, "")
    assert said in refused.output
