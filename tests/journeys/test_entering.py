"""From an empty installation to a project with colleagues, each in a browser of their own."""

import json
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from crm.core.permissions import Role
from tests import factories
from tests.factories.accounts import PASSWORD
from tests.journeys.conftest import Guide
from tests.journeys.visitor import Visitor

GOOD = "paard fiets wolk kaars"


def command(app: Flask, *words: str) -> dict[str, str]:
    """Run a command of the administrator, and return what it says."""
    with app.app_context():
        outcome = app.test_cli_runner().invoke(args=[*words, "--json"])
    assert outcome.exit_code == 0, outcome.output
    said: dict[str, str] = json.loads(outcome.output)
    return said


def link_of(app: Flask, *words: str) -> str:
    """Return the path of the link that a command prints."""
    return urlsplit(command(app, *words)["link"]).path


def join(visitor: Visitor, address: str, name: str) -> Visitor:
    """Use a link that lets somebody in, who has no account yet."""
    answers = {"Your name": name, "Choose a password": GOOD}
    return visitor.open(address).press("Make my account", answers)


@pytest.fixture
def first(app: Flask, stranger: Visitor) -> Visitor:
    """The first administrator, just signed in."""
    return join(
        stranger, link_of(app, "accounts", "invite", "bep@kring.example", "--admin"), "Bep Beheer"
    )


def test_an_empty_installation_offers_the_demo_and_a_project(first: Visitor) -> None:
    first.open("/")

    assert first.heading == "Welcome to Kring"
    assert {"Look round in the demo", "Start your own project"} <= {
        one.text for one in first.page.all("h2", "a", "button")
    }


def test_a_project_begins_with_three_steps_and_gets_its_colleagues(
    app: Flask, first: Visitor
) -> None:
    first.open("/").follow("Start your own project")
    first.press(
        "Make the project", {"Name of the project": "Buurt & Co", "What it is about": "Meedoen"}
    )
    assert first.heading == "Buurt & Co"
    assert "The first three steps" in first.text
    start = first.path

    # The leader invites each colleague by a link that works once.
    for name, role in (("Piet Plan", "Session planner"), ("Ria Raad", "Reviewer")):
        email = f"{name.split(maxsplit=1)[0].lower()}@kring.example"
        first.follow("Colleagues")
        first.press("Invite a colleague", {"E-mail address of your colleague": email, "Role": role})
        link = next(
            one.given["value"]
            for one in first.page.all("input")
            if "/links/" in one.given.get("value", "")
        )
        colleague = join(Visitor(app.test_client()), urlsplit(link).path, name)
        assert colleague.open(start).heading == "Buurt & Co"
        assert Visitor(app.test_client()).open(urlsplit(link).path).response.status_code == 410
        may_add = role == "Session planner"
        assert ("Add a person" in colleague.open(f"{start}persons").text) is may_add
    listed = first.follow("Colleagues").rows("Colleagues")
    assert [row[0] for row in listed] == ["Bep Beheer", "Piet Plan", "Ria Raad"]

    # The first person takes away the first step, and the others stay.
    before = [one.text for one in first.open(start).page.all("li")]
    first.open(f"{start}persons").follow("Add a person").press(
        "Add the person", {"Surname": "Proef"}
    )
    assert [one.text for one in first.open(start).page.all("li")] != before


def test_a_forgotten_password_is_reset_from_the_command_line(
    app: Flask, stranger: Visitor, opened: Session
) -> None:
    who = factories.account("Ada Proef")

    address = link_of(app, "accounts", "reset", who.email)
    stranger.open(address).press("Save and go on", {"New password": GOOD})
    asked = Visitor(app.test_client()).open("/account")
    old = asked.press("Sign in", {"E-mail address": who.email, "Password": PASSWORD})
    assert old.response.status_code == 400
    new = asked.press("Sign in", {"E-mail address": who.email, "Password": GOOD})

    assert new.path == "/account"
    assert new.press("Sign out").open("/account").path == "/sign-in"


def test_a_project_can_be_made_and_opened_from_the_command_line(
    app: Flask, stranger: Visitor
) -> None:
    command(app, "projects", "create", "buurt", "--name", "Buurt")
    link = link_of(
        app, "accounts", "invite", "piet@kring.example", "--project", "buurt", "--role", "reviewer"
    )

    join(stranger, link, "Piet Plan")

    assert stranger.open("/").follow("Buurt").heading == "Buurt"


def test_the_start_page_says_what_is_next(visiting: Guide) -> None:
    leader = visiting(Role.LEADER).open("/projects/assen-i2i/")

    assert leader.rows("Invited people") == [
        ["Government", "", "4", "2", "none –"],
        ["Research", "", "2", "1", "none –"],
        ["Business", "", "2", "2", "none –"],
        ["End users", "", "6", "2", "none –"],
    ]
    assert "Business: 2 short of 2" in leader.text
    assert "Note who came to Evaluatiesessie pilots" in leader.text
    assert "Finish the import of lijst.csv" in leader.text
    coming = leader.words("Coming session")
    assert leader.follow(coming).heading == "Ontwerpbijeenkomst Lariks: kennen en begrijpen"


def test_the_start_page_says_what_changed_since_the_last_visit(visiting: Guide) -> None:
    leader, planner = visiting(Role.LEADER), visiting(Role.PLANNER)
    leader.open("/projects/assen-i2i/")

    planner.open("/projects/assen-i2i/persons/new").press(
        "Add the person", {"Surname": "Nieuwkomer"}
    )

    assert "35 persons added" not in leader.open("/projects/assen-i2i/").text


@pytest.mark.parametrize("role", [Role.PLANNER, Role.REVIEWER])
def test_only_a_leader_lets_colleagues_in(visiting: Guide, role: Role) -> None:
    colleague = visiting(role).open("/projects/assen-i2i/members")

    assert "Invite a colleague" not in colleague.text


def test_a_project_of_others_is_not_there(visiting: Guide) -> None:
    assert visiting(None).open("/projects/assen-i2i/").response.status_code == 404
