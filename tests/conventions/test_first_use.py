"""Heavy libraries are loaded by their first use: the start and the list need none of them."""

import json
import os
import subprocess
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Config
from crm.core import libraries
from crm.core.libraries import Later
from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories
from tests.pages import Enter

HEAVY = {
    *(one.__name__ for one in vars(libraries).values() if isinstance(one, Later)),
    "igraph",
    "pyvis",
    "python_calamine",
}
PAGE = """
import json, os, sys, crm
client = crm.create_app().test_client()
client.set_cookie("kring", os.environ["COOKIE"])
page = client.get(os.environ["ADDRESS"])
print(json.dumps([page.status_code, os.environ["PERSON"] in page.text, sorted(sys.modules)]))
"""


@pytest.mark.engine("sqlite")
def test_a_fresh_process_shows_the_list_without_any_heavy_library(
    app: Flask, config: Config, project: Project, enter: Enter
) -> None:
    person = factories.person("Eerstegebruik", email="ans@kring.example")
    client = enter(Role.LEADER)

    status, is_shown, loaded = in_a_fresh_process(
        config, client, f"/projects/{project.slug}/persons", person.surname
    )

    assert (status, is_shown) == (200, True)
    assert not HEAVY.intersection(loaded)


def in_a_fresh_process(
    config: Config, client: FlaskClient, address: str, person: str
) -> tuple[int, bool, list[str]]:
    cookie = client.get_cookie("kring")
    assert cookie
    done = subprocess.run(
        [sys.executable, "-c", PAGE],
        env={
            **os.environ,
            "KRING_DATA": str(config.data_dir),
            "KRING_DATABASE_URL": config.database_url,
            "KRING_SECRET_KEY": str(config.secret_key),
            "KRING_TESTING": "yes",
            "COOKIE": cookie.value,
            "ADDRESS": address,
            "PERSON": person,
        },
        check=True,
        capture_output=True,
        text=True,
    )
    status, is_shown, loaded = json.loads(done.stdout)
    return status, is_shown, loaded
