"""Every page, fetched by every kind of reader."""

from http import HTTPStatus

from flask import Flask

from crm.core.db import Database
from crm.core.permissions import Role
from tests import factories, own_links, walk
from tests.conventions import page_rules
from tests.demonstration import Entering

# Where nobody is hidden there is no name to look up, and without a day nothing has changed.
LEAD_ON = {"networks.ask_for_name", "networks.changes_csv"}


def usual(stop: walk.Stop) -> HTTPStatus:
    """Return how an address answers somebody who leads the demo."""
    return HTTPStatus.SEE_OTHER if stop.endpoint in LEAD_ON else HTTPStatus.OK


def test_a_leader_can_read_every_page(demo: Flask, entering: Entering) -> None:
    client = entering(Role.LEADER)

    codes = {stop: client.get(stop.address).status_code for stop in walk.reads(demo)}

    assert {stop: code for stop, code in codes.items() if code != usual(stop)} == {}


def test_every_page_is_valid_and_named(demo: Flask, entering: Entering) -> None:
    found = walk.pages(demo, entering(Role.LEADER))

    faults = {address: page_rules.faults(html) for address, html in found.items()}

    assert {address: wrong for address, wrong in faults.items() if wrong} == {}


def test_nothing_that_is_read_stays_in_a_cache_that_others_may_see(
    demo: Flask, entering: Entering
) -> None:
    client = entering(Role.LEADER)

    said = {
        stop.address: client.get(stop.address).headers.get("Cache-Control", "")
        for stop in walk.reads(demo)
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
