"""Built assets: every address leads to a file that may be kept for a year."""

import json

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from crm.web import assets

pytestmark = pytest.mark.engine("sqlite")
NAMES = sorted(json.loads(assets.MANIFEST.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", NAMES)
def test_an_asset_is_served_and_may_be_kept(client: FlaskClient, name: str) -> None:
    answer = client.get(assets.asset(name), buffered=True)

    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


def test_no_file_is_left_from_an_earlier_build() -> None:
    built = {path.name for path in assets.MANIFEST.parent.iterdir()}

    named = {assets.asset(name).rsplit("/", 1)[1] for name in NAMES}

    assert {name.removesuffix(".LEGAL.txt") for name in built} - named == {"manifest.json"}


def test_an_unknown_asset_is_an_error(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(KeyError):
        render_template_string("{{ asset('nothing.css') }}")


@pytest.mark.parametrize("name", ["app.css", "app.js"])
def test_what_is_built_asks_nothing_of_another_host(client: FlaskClient, name: str) -> None:
    text = client.get(assets.asset(name), buffered=True).get_data(as_text=True)

    assert "//fonts." not in text
    assert "@import" not in text
    assert "cdn" not in text.casefold()
