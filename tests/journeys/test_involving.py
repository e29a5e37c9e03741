"""Involving stakeholders in an initiative, by the links and forms that somebody follows."""

import re
from html import unescape

from flask.testing import FlaskClient

from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories, pages


def link(page: str, words: str) -> str:
    """Return where the link with these words leads."""
    found = re.search(
        rf'<a [^>]*href="([^"]+)"[^>]*>(?:<svg(?:(?!</a>).)*</svg>)?(?:<span>)?{words}</',
        page,
        re.DOTALL,
    )
    assert found, f"no link {words}"
    return unescape(found[1])


def choice(page: str, words: str) -> str:
    """Return the value of the choice with these words."""
    found = re.search(rf'value="([^"]+)"[^>]*><label[^>]*>{words}', page)
    assert found, f"no choice {words}"
    return found[1]


def test_a_garden_gets_its_people(client: FlaskClient, project: Project) -> None:
    office = factories.organisation("Gemeente Proef", helix=Helix.GOVERNMENT)
    factories.person("Hofstra", first_name="Ronald", at=office)
    factories.person("Wolfswinkel", first_name="Trijntje", helix=Helix.END_USERS)
    factories.sign_in(client, factories.member(project))

    # The empty list shows the first step.
    new = link(client.get(f"/projects/{project.slug}/initiatives").text, "Add an initiative")
    asked = {"name": "Moestuin", "track": "initiative", "stage": "running", "area": "Pittelo"}
    garden = pages.post(client, new, {**asked, "since": "2021-04-01"}).location
    assert "Nobody is involved yet" in pages.text_of(client.get(garden))

    # Two persons and an organisation get a part in it.
    involve = link(client.get(garden).text, "Involve somebody")
    for typed, words, role in (
        ("hof", "Ronald Hofstra", "adviseur"),
        ("wolf", "Trijntje Wolfswinkel", "trekker"),
        ("gem proef", "Gemeente Proef", "opdrachtgever"),
    ):
        found = f"{involve}?q={typed}"
        key = choice(client.get(found).text, words)
        pages.post(client, found, {"stakeholder": key, "role": role, "since": "2021-04-01"})
    listed = client.get(garden).text

    # One of them is changed from her own page, and both sides say the same.
    her_page = link(listed, "Trijntje Wolfswinkel")
    own = re.findall(r'href="([^"]*/involvements/[^"]*)"', client.get(her_page).text)
    change = unescape(own[0])
    back = pages.post(client, change, {**revision(client, change), "role": "kok"})
    assert back.location == her_page
    assert "kok" in pages.text_of(client.get(her_page))
    assert "kok" in pages.text_of(client.get(garden))

    # The list counts them and can be taken along.
    text = client.get(f"/projects/{project.slug}/initiatives/export.csv").data.decode("utf-8-sig")
    assert text.splitlines()[1].split(",")[0] == "Moestuin"
    assert ",2,1," in text.splitlines()[1]


def revision(client: FlaskClient, address: str) -> dict[str, str]:
    """Return the revision that a form was opened at."""
    found = re.search(r'name="revision"[^>]*value="(\d+)"', client.get(address).text)
    assert found
    return {"revision": found[1]}
