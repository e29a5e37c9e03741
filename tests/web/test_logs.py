"""Log lines: what a personal link opens stays with whoever has it."""

import logging

import pytest
import structlog
from flask import Flask

from crm.web.logs import masked

TOKEN = "aB3dE5gH7j.0123456789abcdefABCDEF"

pytestmark = pytest.mark.engine("sqlite")


@pytest.mark.parametrize(
    "start", ["/r/", "/u/", "/d/", "/k/", "/c/", "/f/", "/n/", "/t/", "/links/"]
)
def test_the_token_of_a_link_is_left_out(start: str) -> None:
    told = masked(f"Exception while serving {start}{TOKEN}/needs?language=nl")

    assert told == f"Exception while serving {start}…/needs?language=nl"


def test_other_addresses_stay_as_they_are() -> None:
    assert masked("/projects/assen-i2i/persons/7") == "/projects/assen-i2i/persons/7"


def test_a_line_of_ours_holds_no_token(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger("kring.test").info("asked", path=f"/r/{TOKEN}")

    assert TOKEN not in capsys.readouterr().err


def test_a_line_of_the_server_holds_no_token(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("waitress").error("Exception while serving %s", f"/r/{TOKEN}")

    assert TOKEN not in caplog.text
    assert "/r/…" in caplog.text
