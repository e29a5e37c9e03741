"""Every page, fetched by every kind of reader."""

import shutil
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from crm.core.db import Database
from crm.core.permissions import Role
from tests import applications, demonstration, factories, own_links, walk
from tests.conventions import page_rules
from tests.demonstration import Entering

# Where nobody is hidden there is no name to look up, and without a day nothing has changed.
LEAD_ON = {"networks.ask_for_name", "networks.changes_csv"}


def usual(stop: walk.Stop) -> HTTPStatus:
    """Return how an address answers somebody who leads the demo."""
    return HTTPStatus.SEE_OTHER if stop.endpoint in LEAD_ON else HTTPStatus.OK


@pytest.fixture(scope="module")
def answers(
    demo_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[walk.Stop, TestResponse]:
    """How each address answers somebody who leads the demo and is administrator."""
    folder = tmp_path_factory.mktemp("walk")
    shutil.copy(demo_file, folder / "kring.sqlite3")
    with applications.borrowed(demonstration.settings(folder)) as app:
        client = demonstration.client_of(app, Role.LEADER)
        return {stop: client.get(stop.address) for stop in walk.reads(app)}


def test_a_leader_can_read_every_page(answers: dict[walk.Stop, TestResponse]) -> None:
    codes = {stop: answer.status_code for stop, answer in answers.items()}

    assert {stop: code for stop, code in codes.items() if code != usual(stop)} == {}


def test_every_page_is_valid_and_named(answers: dict[walk.Stop, TestResponse]) -> None:
    faults = {
        stop.address: page_rules.faults(answer.text)
        for stop, answer in answers.items()
        if walk.is_page(answer)
    }

    assert {address: wrong for address, wrong in faults.items() if wrong} == {}
    assert len(faults) > 90


def test_nothing_that_is_read_stays_in_a_cache_that_others_may_see(
    answers: dict[walk.Stop, TestResponse],
) -> None:
    said = {
        stop.address: answer.headers.get("Cache-Control", "") for stop, answer in answers.items()
    }

    open_to_caches = {
        a
        for a, words in said.items()
        if not {"no-store", "private"} & set(words.replace(",", " ").split())
    }
    assert open_to_caches == set()
    assert [words for a, words in said.items() if "picture.json" in a] == ["no-store"]


def test_a_stranger_is_sent_to_sign_in(demo: Flask) -> None:
    client = demo.test_client()

    places = {
        stop.address: client.open(stop.address, method=stop.method).headers.get("Location", "")
        for stop in walk.stops(demo)
        if stop.in_project
    }

    assert [address for address, place in places.items() if "/sign-in" not in place] == []


def test_a_project_is_not_there_for_who_has_no_part_in_it(demo: Flask, entering: Entering) -> None:
    client = entering(None)

    codes = {
        f"{stop.method} {stop.address}": client.open(stop.address, method=stop.method).status_code
        for stop in walk.stops(demo)
        if stop.in_project
    }

    assert {a: code for a, code in codes.items() if code != HTTPStatus.NOT_FOUND} == {}


def test_ids_of_another_project_are_not_found(demo: Flask) -> None:
    database: Database = demo.extensions["kring_database"]
    with demo.test_request_context(), database.opened():
        other = factories.project("Elders", slug="elders")
        client = factories.sign_in(demo.test_client(), factories.member(other, Role.LEADER))

    codes = {
        f"{stop.method} {stop.address}": client.open(stop.address, method=stop.method).status_code
        for stop in walk.stops(demo, slug="elders")
        if stop.has_ids and stop.in_project
    }

    assert {a: code for a, code in codes.items() if code != HTTPStatus.NOT_FOUND} == {}


def test_every_page_of_a_link_is_valid_and_named(demo: Flask) -> None:
    database: Database = demo.extensions["kring_database"]
    with demo.test_request_context(), database.opened():
        found = [stop for stop in own_links.stops(demo) if stop.method == "GET"]
    answers = {stop.endpoint: demo.test_client().get(stop.address) for stop in found}

    faults = {
        endpoint: page_rules.faults(answer.text)
        for endpoint, answer in answers.items()
        if answer.mimetype == "text/html"
    }
    assert {endpoint: answer.status_code for endpoint, answer in answers.items()} == dict.fromkeys(
        answers, HTTPStatus.OK
    )
    assert {endpoint: wrong for endpoint, wrong in faults.items() if wrong} == {}
    assert len(faults) > 1
