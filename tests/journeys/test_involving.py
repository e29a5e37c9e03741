"""Involving stakeholders in an initiative, by the links and forms that somebody follows."""

import re
from html import unescape

from flask.testing import FlaskClient

from crm.core.permissions import Role
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories, pages
from tests.journeys.conftest import Guide
from tests.journeys.visitor import Visitor


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


def test_an_involvement_is_seen_and_changed_from_both_sides(visiting: Guide) -> None:
    planner = visiting(Role.PLANNER).open("/projects/assen-i2i/organisations?q=skaters")
    planner.follow(planner.words("Skaters Pittelosepark"))
    its_page = planner.path

    planner.follow("Involve")
    answers = {"Initiative or pilot": "Ruilkast Noorderpark", "Role in it": "bouwer"}
    planner.press("Involve", {**answers, "From": "2022-03-01"})
    assert planner.path == its_page
    assert row(planner, "Initiatives and pilots", "Ruilkast Noorderpark")[1] == "bouwer"

    planner.follow("Ruilkast Noorderpark")
    listed = row(planner, "Who is involved", "Skaters Pittelosepark")
    assert listed[1:4] == ["bouwer", "End users", "since 1 Mar 2022"]
    planner.press(planner.words("End today Skaters"))
    assert " to " in row(planner, "Who is involved", "Skaters Pittelosepark")[3]
    planner.open(its_page)
    assert " to " in row(planner, "Initiatives and pilots", "Ruilkast Noorderpark")[2]

    planner.follow("Edit the part of Ruilkast Noorderpark").press(planner.words("Remove"))
    assert planner.path == its_page
    assert "Ruilkast" not in planner.open(its_page).text


def row(visitor: Visitor, caption: str, beginning: str) -> list[str]:
    """Return the row of a table that begins with these words."""
    return next(one for one in visitor.rows(caption) if one[0].startswith(beginning))
