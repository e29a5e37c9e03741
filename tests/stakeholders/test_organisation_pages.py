"""Organisations as their pages show them: to leaders, planners, reviewers and strangers."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.core.permissions import Actor, Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation
from crm.stakeholders.services import organisations as services
from crm.stakeholders.services.organisations import OrganisationDetails
from tests import factories
from tests.pages import Enter

HOSTILE = "<script>alert(1)</script> \"'><a href=x>"
ACCEPTED = {"name": "Nieuw", "helix": "business", "second_helix": ""}


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/organisations"


@pytest.fixture
def arranger(project: Project) -> Actor:
    return system(project.id)


@pytest.fixture
def leader(enter: Enter) -> FlaskClient:
    return enter(Role.LEADER)


@pytest.fixture
def hostile(arranger: Actor, project: Project) -> Organisation:
    details = OrganisationDetails(
        HOSTILE,
        Helix.BUSINESS,
        kind=HOSTILE,
        street=HOSTILE,
        town=HOSTILE,
        website="https://x.example/?'a=1&b=2",
        area=HOSTILE,
        tags=(HOSTILE[:20],),
        note=f"geheim {HOSTILE}",
    )
    return services.add_organisation(arranger, project, details=details)


def revision_in(text: str) -> str:
    found = re.search(r'name="revision"[^>]*value="(\w*)"', text)
    assert found
    return found[1]


def test_an_empty_list_says_what_to_do_first(leader: FlaskClient, base: str) -> None:
    text = leader.get(base).text

    assert "No organisations yet" in text
    assert f'href="{base}/new"' in text


def test_an_organisation_is_added_found_edited_and_removed(
    leader: FlaskClient, base: str, project: Project
) -> None:
    told = {**ACCEPTED, "name": "Café Oost", "website": "cafe.example", "postcode": "9405zz",
            "town": "assen", "area": "Lariks", "tags": "horeca, buurt"}  # fmt: skip

    added = leader.post(f"{base}/new", data=told)

    page = leader.get(added.location)
    assert added.status_code == 303
    assert 'href="https://cafe.example" rel="noopener' in " ".join(page.text.split())
    assert "9405 ZZ" in page.text
    assert "Café Oost" in leader.get(f"{base}?q=cafe+hor&helix=business&tag=horeca").text
    assert "No organisation fits" in leader.get(f"{base}?helix=research").text

    form = leader.get(f"{added.location}/edit").text
    change = {**told, "name": "Café West", "revision": revision_in(form)}
    assert leader.post(f"{added.location}/edit", data=change).status_code == 303
    assert "Café West" in leader.get(base).text

    assert "Nothing refers to this organisation" in leader.get(f"{added.location}/remove").text
    assert leader.post(f"{added.location}/remove", data={"reason": "dubbel"}).status_code == 303
    assert leader.get(added.location).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Name"),
        ({"helix": ""}, "Usual helix"),
        ({"helix": "church"}, "Usual helix"),
        ({"second_helix": "business"}, "must differ"),
        ({"website": "javascript:alert(1)"}, "not a website"),
        ({"postcode": "0123 AB"}, "not a Dutch postcode"),
        ({"name": "x" * 201}, "Name"),
    ],
)
def test_what_is_refused_comes_back_with_what_was_typed(
    leader: FlaskClient, base: str, wrong: dict[str, str], said: str
) -> None:
    answer = leader.post(f"{base}/new", data={**ACCEPTED, "town": "Assen-Oost", **wrong})

    assert answer.status_code == 400
    assert said in answer.text
    assert 'value="Assen-Oost"' in answer.text


def test_a_name_that_is_taken_is_refused_beside_the_field(
    leader: FlaskClient, base: str, project: Project
) -> None:
    factories.organisation("Nieuw")

    answer = leader.post(f"{base}/new", data=ACCEPTED)

    assert answer.status_code == 409
    assert "already an organisation with this name" in answer.text


def test_the_second_of_two_editors_sees_both_texts(
    leader: FlaskClient, base: str, project: Project
) -> None:
    address = f"{base}/{factories.organisation('Oud').id}/edit"
    seen = revision_in(leader.get(address).text)
    leader.post(address, data={**ACCEPTED, "name": "Eerste", "revision": seen})

    answer = leader.post(address, data={**ACCEPTED, "name": "Tweede", "revision": seen})

    assert answer.status_code == 409
    assert "Eerste" in answer.text
    assert "Tweede" in answer.text
    again = {**ACCEPTED, "name": "Tweede", "revision": revision_in(answer.text)}
    assert leader.post(address, data=again).status_code == 303


def test_an_organisation_with_people_is_not_removed(
    leader: FlaskClient, base: str, project: Project
) -> None:
    office = factories.organisation("Gemeente Proef")
    factories.person(at=office)

    answer = leader.post(f"{base}/{office.id}/remove")

    assert answer.status_code == 409
    assert "1 role or involvement is kept" in answer.text
    assert "Remove this organisation" not in leader.get(f"{base}/{office.id}/remove").text
    assert leader.get(f"{base}/{office.id}").status_code == 200


def test_a_role_that_departs_is_told_on_the_page(
    leader: FlaskClient, base: str, project: Project
) -> None:
    office = factories.organisation("Gemeente Proef", helix=Helix.GOVERNMENT)
    factories.person("Vries", at=office, helix=Helix.RESEARCH)

    assert "1 role has another helix" in leader.get(f"{base}/{office.id}").text


def test_hostile_words_reach_every_page_as_text(
    leader: FlaskClient, base: str, hostile: Organisation
) -> None:
    for address in (base, f"{base}/{hostile.id}", f"{base}/{hostile.id}/edit",
                    f"{base}/{hostile.id}/remove", f"{base}/options"):  # fmt: skip
        text = leader.get(address).text

        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text
        assert "<a href=x>" not in text


@pytest.mark.parametrize("role", list(Role))
def test_who_may_do_what(enter: Enter, base: str, project: Project, role: Role) -> None:
    office = f"{base}/{factories.organisation().id}"
    someone = enter(role)
    works = role is not Role.REVIEWER

    for address in (base, office, f"{base}/options?q=st", f"{base}/export.csv"):
        assert someone.get(address).status_code == 200
    for address in (f"{base}/new", f"{office}/edit", f"{office}/remove"):
        assert someone.get(address).status_code == (200 if works else 403)
    assert someone.post(f"{base}/new", data=ACCEPTED).status_code == (303 if works else 403)
    assert someone.post(f"{office}/remove").status_code == (303 if works else 403)


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, base: str) -> None:
    assert client.get(base).status_code == 303
    assert "/sign-in" in client.get(base).location


def test_ids_of_another_project_are_not_there(
    leader: FlaskClient, app: Flask, base: str, hostile: Organisation
) -> None:
    other = factories.project("Ander")
    factories.member(other, Role.LEADER)
    stranger = factories.sign_in(app.test_client(), factories.member(other, Role.LEADER))
    there = f"/projects/{other.slug}/organisations/{hostile.id}"

    assert stranger.get(there).status_code == 404
    assert stranger.get(f"{there}/edit").status_code == 404
    assert stranger.get(f"{there}/remove").status_code == 404
    assert stranger.post(f"{there}/edit", data=ACCEPTED).status_code == 404
    assert stranger.post(f"{there}/remove").status_code == 404
    assert stranger.get(f"{base}/{hostile.id}").status_code == 404
    assert "script" not in stranger.get(f"/projects/{other.slug}/organisations/options").text


def test_a_reviewer_reads_no_private_name_and_no_note(
    enter: Enter, base: str, project: Project, hostile: Organisation
) -> None:
    private = factories.person("Geheimpje", at=hostile, helix=Helix.END_USERS)
    reviewer = enter(Role.REVIEWER)

    page = reviewer.get(f"{base}/{hostile.id}").text
    listed = reviewer.get(f"{base}/export.csv").text

    assert f"Resident {private.pseudonym}" in page
    assert "Geheimpje" not in page + listed
    assert "geheim" not in page + listed
