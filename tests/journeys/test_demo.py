"""Looking round in the demo, from the first page of an empty installation."""

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import factories, pages

DEMO = "/projects/assen-i2i"


def test_somebody_looks_round_and_leads_the_demo(client: FlaskClient, opened: Session) -> None:
    factories.sign_in(client, factories.account())
    assert "Look round in the demo" in pages.text_of(client.get("/"))

    entered = pages.post(client, "/demo", form_at="/")

    # The start page says what is coming, and each list has what the demo is known for.
    assert entered.location == f"{DEMO}/"
    assert "Ontwerpbijeenkomst Lariks" in pages.text_of(client.get(entered.location))
    for rest, known in (
        ("persons", "Jolanda"),
        ("organisations", "Woonstichting De Vaartrand"),
        ("sessions", "Wandeling met bewoners door het park"),
        ("initiatives", "Pump Track Assen-Oost"),
        ("areas", "Pittelo"),
        ("members", "Ada Proef"),
    ):
        assert known in pages.text_of(client.get(f"{DEMO}/{rest}")), rest

    # A session that was held shows how many of each helix came.
    listed = client.get(f"{DEMO}/sessions").text
    held = re.search(rf'href="({DEMO}/sessions/\d+)"[^>]*>Ontwerpbijeenkomst 1', listed)
    assert held
    assert "Government" in pages.text_of(client.get(held[1]))

    # It can be changed like any project.
    new = {"name": "Eigen idee", "track": "initiative", "stage": "exploring"}
    assert pages.post(client, f"{DEMO}/initiatives/new", new).status_code == 303


def test_pressing_it_twice_gives_one_demo(client: FlaskClient, opened: Session) -> None:
    factories.sign_in(client, factories.account())
    pages.post(client, "/demo", form_at="/")

    again = pages.post(client, "/demo", form_at=f"{DEMO}/initiatives/new")

    assert again.location == f"{DEMO}/"
    assert client.get("/").text.count("I2I Assen (demo)") == 1
