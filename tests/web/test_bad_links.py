"""Whatever is typed on a page of a personal link: it stays text, and the page answers."""

import pytest
from flask import Flask

from crm.core.db import Database
from tests import own_links
from tests.depth import cases
from tests.web import hostile
from tests.web.test_bad_input import EVERYWHERE, TYPED, demo, judged, send

__all__ = ["demo"]
pytestmark = pytest.mark.on_demo
# Whoever asks too often for the second link, or for something that has changed, is told so.
ASKING = ("/details", "/again", "/stop")


@pytest.fixture
def addresses(demo: Flask) -> list[str]:
    """Every page that somebody opens by a link of their own."""
    database: Database = demo.extensions["kring_database"]
    with demo.test_request_context(), database.opened():
        stops = own_links.stops(demo)
    return [stop.address for stop in stops if stop.method == "GET"]


def test_every_form_behind_a_link_takes_every_text_as_text(
    demo: Flask,
    addresses: list[str],
) -> None:
    client = demo.test_client()
    wrong, sent = {}, 0
    for address in addresses:
        answer = client.get(address)
        html = answer.text if answer.mimetype == "text/html" else ""
        for form in hostile.forms(html, address):
            for text in (*EVERYWHERE, *TYPED) if not form.action.endswith(ASKING) else ():
                sent += 1
                given = hostile.filled(form, text, everywhere=text in EVERYWHERE)
                wrong[form.action, text[:20]] = judged(send(client, form, given))

    after = {address: client.get(address) for address in addresses}
    assert sent
    assert {place: faults for place, faults in wrong.items() if faults} == {}
    assert {
        address: hostile.faults(answer.text)
        for address, answer in after.items()
        if answer.mimetype == "text/html" and hostile.faults(answer.text)
    } == {}


def test_words_in_the_address_of_a_link_are_only_words(
    demo: Flask,
    addresses: list[str],
) -> None:
    client = demo.test_client()
    wrong = {}
    for address in addresses:
        for text in cases(hostile.ONE_OF_EACH, hostile.TEXTS):
            asked = hostile.encoded([(name, text) for name in ("a", "language", "done")])
            wrong[address, text[:20]] = judged(client.get(f"{address}?{asked}"))

    assert {place: faults for place, faults in wrong.items() if faults} == {}
