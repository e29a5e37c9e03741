"""Whoever does not want to stand in the network by name says so on their own page."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.core import clock
from crm.core.db import session
from crm.core.permissions import NOBODY
from crm.messages.models import PersonLink
from crm.messages.rules.links import details_link
from crm.messages.services.details import send_link
from crm.stakeholders.models import Person
from tests import pages
from tests.networks.gathering import meet


@pytest.fixture
def own_page(official: Person, resident: Person) -> str:
    """The page on which the official sees what is kept about them."""
    meet(official, resident)
    send_link(NOBODY, official)
    link = session().scalars(select(PersonLink)).one()
    return "/d/" + details_link(link).rpartition("/d/")[2]


def names(leader: FlaskClient, where: str) -> set[str]:
    nodes = leader.get(f"{where}/picture.json").get_json()["nodes"]
    return {node["label"] for node in nodes if node["id"].startswith("p")}


def test_they_become_a_pseudonym_for_everybody_and_take_it_back(
    app: Flask, leader: FlaskClient, where: str, own_page: str, official: Person
) -> None:
    client = app.test_client()

    hidden = client.post(f"{own_page}/network?language=en", follow_redirects=True)

    assert "a number stands in it in place of your name" in pages.text_of(hidden)
    assert "Dirk Ambtenaar" not in names(leader, where)
    session().rollback()
    assert session().get_one(Person, official.id).hidden_source == "own page"

    shown = client.post(f"{own_page}/network/again?language=en", follow_redirects=True)

    assert "your name can be shown in the network again" in pages.text_of(shown)
    assert "Dirk Ambtenaar" in names(leader, where)


@pytest.mark.engine("sqlite")
def test_a_scanner_that_follows_links_hides_nobody(
    app: Flask, leader: FlaskClient, where: str, own_page: str
) -> None:
    for address in (own_page, f"{own_page}/network", f"{own_page}?done=hidden"):
        app.test_client().get(address)

    assert "Dirk Ambtenaar" in names(leader, where)


@pytest.mark.engine("sqlite")
def test_a_link_that_ended_hides_nobody(
    app: Flask, leader: FlaskClient, where: str, own_page: str
) -> None:
    with clock.frozen(clock.now() + timedelta(hours=2)):
        answer = app.test_client().post(f"{own_page}/network")

    assert answer.status_code == 410
    assert "Dirk Ambtenaar" in names(leader, where)
