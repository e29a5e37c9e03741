"""Where Kring is served: commands and workers write links that lead there."""

from dataclasses import replace

import pytest
from flask import Flask

import crm
from config import Config
from crm.core import mail, served_address


def invite(app: Flask) -> str:
    """Return the link that a command prints."""
    words = ["accounts", "invite", "bep@kring.example", "--json"]
    with app.app_context():
        done = app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0
    return done.stdout


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("127.0.0.1", 9000, "http://127.0.0.1:9000"),
        ("::1", 8000, "http://[::1]:8000"),
        ("0.0.0.0", 8000, "http://machine:8000"),  # noqa: S104 - an address is made, none is used
    ],
)
def test_the_address_is_one_that_people_can_open(host: str, port: int, address: str) -> None:
    assert served_address.address(host, port, "machine") == address


@pytest.mark.engine("sqlite")
def test_commands_print_links_to_where_kring_is_served(config: Config) -> None:
    config.data_dir.mkdir(exist_ok=True)
    served_address.keep(config.data_dir, "http://127.0.0.1:9000")

    app = crm.create_app(config)
    link, in_mail = invite(app), mail.link("/links/x")
    app.extensions["kring_database"].dispose()
    named = crm.create_app(replace(config, base_url="https://kring.example"))

    assert '"http://127.0.0.1:9000/links/' in link
    assert in_mail == "http://127.0.0.1:9000/links/x"
    assert '"https://kring.example/links/' in invite(named)
    named.extensions["kring_database"].dispose()


@pytest.mark.engine("sqlite")
def test_nothing_but_the_usual_address_is_known_before(config: Config) -> None:
    assert served_address.last_known(config.data_dir) == "http://127.0.0.1:8000"
