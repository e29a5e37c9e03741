"""Involvement from both sides, as a leader, a reviewer and a stranger meet it."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crm.core.db import project_scope
from crm.core.permissions import Actor, Role
from crm.initiatives import services
from crm.initiatives.models import Initiative, Involvement
from crm.initiatives.services import InitiativeDetails, InvolvementDetails, Stakeholder
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories, pages


def involved(leader: Actor, garden: Initiative, person: Person, role: str = "") -> Involvement:
    part = InvolvementDetails(role)
    return services.involve(leader, garden, stakeholder=Stakeholder(person.id), part=part)


def at(project: Project, rest: str) -> str:
    return f"/projects/{project.slug}/{rest}"


def test_somebody_is_found_and_involved(
    client: FlaskClient,
    leader: Actor,
    project: Project,
    garden: Initiative,
    neighbour: Person,
    office: Organisation,
) -> None:
    address = at(project, f"initiatives/{garden.id}/involve")
    found = client.get(f"{address}?q=gem")
    key = f"organisation-{office.id}"
    assert f'value="{key}"' in found.text

    fields = {"stakeholder": key, "role": "facilitator", "since": "2021-04-01"}
    answer = pages.post(client, f"{address}?q=gem", fields)

    assert answer.location == at(project, f"initiatives/{garden.id}")
    text = pages.text_of(client.get(answer.location))
    assert "Gemeente Proef" in text
    assert "facilitator" in text


@pytest.mark.parametrize("stakeholder", ["", "person-x", "organisation-", "x-1", "person-0"])
def test_nobody_chosen_is_said(
    client: FlaskClient, leader: Actor, project: Project, garden: Initiative, stakeholder: str
) -> None:
    factories.organisation("Gemeente Proef")
    address = at(project, f"initiatives/{garden.id}/involve?q=gemeente")

    answer = pages.post(client, address, {"stakeholder": stakeholder})

    assert answer.status_code == 400
    assert "Choose one person or one organisation." in pages.text_of(answer)


def test_a_person_is_involved_from_their_own_page(
    client: FlaskClient, leader: Actor, project: Project, garden: Initiative, neighbour: Person
) -> None:
    address = at(project, f"persons/{neighbour.id}/involve")

    answer = pages.post(client, address, {"initiative": str(garden.id), "role": "waterdrager"})

    assert answer.location == at(project, f"persons/{neighbour.id}")
    assert "waterdrager" in pages.text_of(client.get(answer.location))
    assert "waterdrager" in pages.text_of(client.get(at(project, f"initiatives/{garden.id}")))


def test_an_organisation_is_involved_from_its_own_page(
    client: FlaskClient, leader: Actor, project: Project, garden: Initiative, office: Organisation
) -> None:
    address = at(project, f"organisations/{office.id}/involve")

    answer = pages.post(client, address, {"initiative": str(garden.id), "role": "partner"})

    assert answer.location == at(project, f"organisations/{office.id}")
    page = client.get(answer.location)
    assert f"initiatives/{garden.id}" in page.text
    assert "partner" in pages.text_of(page)


def test_an_involvement_is_changed_ended_and_removed_from_either_side(
    client: FlaskClient, leader: Actor, project: Project, garden: Initiative, neighbour: Person
) -> None:
    kept = involved(leader, garden, neighbour, "buur")
    here, there = at(project, f"initiatives/{garden.id}"), at(project, f"persons/{neighbour.id}")
    own = at(project, f"involvements/{kept.id}")
    fields = {"role": "trekker", "revision": str(kept.revision)}

    saved = pages.post(client, f"{own}/edit?side=stakeholder", fields)
    ended = pages.post(client, f"{own}/end", form_at=f"{own}/edit")

    assert (saved.location, ended.location) == (there, here)
    assert "trekker" in pages.text_of(client.get(there))
    removed = pages.post(client, f"{own}/remove", {"side": "stakeholder"}, form_at=f"{own}/edit")
    assert removed.location == there
    assert "trekker" not in pages.text_of(client.get(here))


def test_what_cannot_end_today_says_so(
    client: FlaskClient, leader: Actor, project: Project, garden: Initiative, neighbour: Person
) -> None:
    stakeholder, part = Stakeholder(neighbour.id), InvolvementDetails(since=date(2999, 1, 1))
    kept = services.involve(leader, garden, stakeholder=stakeholder, part=part)
    own = at(project, f"involvements/{kept.id}")

    answer = pages.post(client, f"{own}/end", form_at=f"{own}/edit")

    assert "The end lies before the start." in pages.text_of(client.get(answer.location))


def test_an_initiative_with_stakeholders_is_not_removed(
    client: FlaskClient, leader: Actor, project: Project, garden: Initiative, neighbour: Person
) -> None:
    involved(leader, garden, neighbour)
    own = at(project, f"initiatives/{garden.id}")

    answer = pages.post(client, f"{own}/remove", form_at=f"{own}/edit")

    assert answer.status_code == 409
    assert "Remove their involvement first." in pages.text_of(answer)


def test_a_reviewer_sees_a_pseudonym_and_no_steps(
    client: FlaskClient,
    leader: Actor,
    project: Project,
    garden: Initiative,
    neighbour: Person,
    office: Organisation,
) -> None:
    involved(leader, garden, neighbour, "buur")
    involved(leader, garden, factories.person("Hofstra", at=office), "adviseur")
    factories.sign_in(client, factories.member(project, Role.REVIEWER))

    answer = client.get(at(project, f"initiatives/{garden.id}"))

    assert "Buurman" not in answer.text
    assert f"Resident {neighbour.pseudonym}" in answer.text
    assert "Hofstra" in answer.text
    assert "Involve somebody" not in answer.text
    for rest in ("involve", "edit"):
        refused = client.get(at(project, f"initiatives/{garden.id}/{rest}"))
        assert refused.status_code == 403


def test_ids_of_another_project_are_not_there(
    client: FlaskClient,
    leader: Actor,
    project: Project,
    garden: Initiative,
    neighbour: Person,
    office: Organisation,
) -> None:
    kept = involved(leader, garden, neighbour)
    other = factories.project()
    factories.sign_in(client, factories.member(other))
    with project_scope(other.id):
        mine = factories.person(helix=Helix.RESEARCH)
        own = services.create(
            Actor(None, "", role=Role.LEADER, project_id=other.id),
            other,
            details=InitiativeDetails("Eigen"),
        )

    gets = [
        f"initiatives/{garden.id}",
        f"initiatives/{garden.id}/edit",
        f"initiatives/{garden.id}/involve",
        f"persons/{neighbour.id}/involve",
        f"organisations/{office.id}/involve",
        f"involvements/{kept.id}/edit",
    ]
    posts: list[tuple[str, dict[str, str]]] = [
        (f"initiatives/{garden.id}/remove", {}),
        (f"involvements/{kept.id}/end", {}),
        (f"involvements/{kept.id}/remove", {}),
        (f"initiatives/{own.id}/involve", {"stakeholder": f"person-{neighbour.id}"}),
        (f"initiatives/{own.id}/involve", {"stakeholder": f"organisation-{office.id}"}),
        (f"persons/{mine.id}/involve", {"initiative": str(garden.id)}),
        (f"persons/{neighbour.id}/involve", {"initiative": str(own.id)}),
    ]
    form_at = at(other, "initiatives/new")

    read = [client.get(at(other, rest)).status_code for rest in gets]
    sent = [
        pages.post(client, at(other, rest), data, form_at=form_at).status_code
        for rest, data in posts
    ]

    assert read == [404] * len(gets)
    assert sent == [404] * len(posts)


def test_what_was_typed_stays_text(
    client: FlaskClient, leader: Actor, project: Project, opened: Session
) -> None:
    nasty = "<script>alert(1)</script>\"'{{7*7}} href"
    wicked = factories.initiative(leader, project, nasty, description=nasty, area=nasty)
    culprit = factories.person(nasty, first_name=nasty, helix=Helix.END_USERS)
    involved(leader, wicked, culprit, nasty)

    for rest in ("initiatives", f"initiatives/{wicked.id}", f"initiatives/{wicked.id}/edit",
                 f"initiatives/{wicked.id}/involve?q=script", f"persons/{culprit.id}/involve",
                 f"persons/{culprit.id}"):  # fmt: skip
        answer = client.get(at(project, rest))

        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "49 href" not in answer.text
