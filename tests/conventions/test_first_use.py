"""Heavy libraries are loaded by their first use: the start and the list need none of them."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from config import Config
from crm.core import libraries
from crm.core.db import session
from crm.core.libraries import Later
from crm.core.permissions import Role
from crm.core.undo import Step
from crm.projects.models import Project
from tests import factories
from tests.contacts.lists import imported
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
pages = [client.get(one) for one in os.environ["ADDRESSES"].split()]
found = [[one.status_code, os.environ["PERSON"] in one.text] for one in pages]
print(json.dumps([found, sorted(sys.modules)]))
"""


@pytest.mark.engine("sqlite")
def test_a_fresh_process_shows_the_list_and_a_person_without_any_heavy_library(
    app: Flask, config: Config, project: Project, enter: Enter
) -> None:
    person = factories.person("Eerstegebruik", email="ans@kring.example")
    imported(project, "Voornaam;Achternaam\nJan;Eerstegebruik\n")
    step = session().scalars(select(Step.id)).one()
    client = enter(Role.LEADER)
    start = f"/projects/{project.slug}"
    addresses = (
        f"{start}/persons",
        f"{start}/persons?q=Eerstegebrui",
        f"{start}/persons/{person.id}",
        f"{start}/steps",
        f"{start}/steps/{step}",
    )

    found, loaded = in_a_fresh_process(config, client, addresses, person.surname)

    assert [status for status, _is_shown in found] == [200] * len(addresses)
    assert [is_shown for _status, is_shown in found[:3]] == [True] * 3
    assert not HEAVY.intersection(loaded)


def in_a_fresh_process(
    config: Config, client: FlaskClient, addresses: Sequence[str], person: str
) -> tuple[list[tuple[int, bool]], list[str]]:
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
            "ADDRESSES": " ".join(addresses),
            "PERSON": person,
        },
        check=True,
        capture_output=True,
        text=True,
    )
    found, loaded = json.loads(done.stdout)
    return found, loaded
