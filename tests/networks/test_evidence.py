"""What made a tie, found again from its two ends: the same as what was counted."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from crm.core.db import project_in_scope, unit_of_work
from crm.core.permissions import system
from crm.core.ties import Evidence
from crm.networks.queries import listing, network_views
from crm.networks.rules.selection import NetworkView, Selection
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from tests import factories, pages
from tests.networks.gathering import involve, meet

ORGANISATIONS = Selection(view=NetworkView.ORGANISATIONS)


@pytest.fixture
def shop(project: Project) -> Organisation:
    return factories.organisation("Winkel")


def give_role(person: Person, at: Organisation, role: str, until: date | None = None) -> None:
    with unit_of_work(system(project_in_scope()), "tests.role"):
        person.affiliations.append(
            Affiliation(organisation=at, helix=Helix.BUSINESS, role=role, until=until)
        )


def found(project: Project, selection: Selection, one: str, other: str) -> tuple[Evidence, ...]:
    actor = factories.leader_of(project)
    seen = network_views.look(actor, project.id, selection)
    return listing.evidence(actor, seen, one, other).evidence


def test_organisations_are_tied_by_meetings_of_their_people_and_by_people_they_share(
    project: Project, office: Organisation, official: Person, shop: Organisation
) -> None:
    baker = factories.person("Bakker", at=shop)
    meet(official, baker, factories.person("Elders"), title="Kennen")
    meet(official, title="Zonder hen")
    give_role(official, shop, "adviseur")

    told = found(project, ORGANISATIONS, f"o{office.id}", f"o{shop.id}")

    assert {(one.kind, one.title) for one in told} == {
        ("attendance", "Kennen"),
        ("affiliation", "Dirk Ambtenaar"),
    }


def test_an_organisation_that_takes_part_itself_is_in_the_evidence(
    project: Project, office: Organisation, official: Person, shop: Organisation
) -> None:
    garden = factories.initiative(factories.leader_of(project), project, "Moestuin")
    involve(garden.id, official, shop)

    told = found(project, ORGANISATIONS, f"o{office.id}", f"o{shop.id}")

    assert [(one.kind, one.id, one.title) for one in told] == [
        ("initiative", garden.id, "Moestuin")
    ]


def test_each_role_in_an_organisation_is_told(
    project: Project, office: Organisation, official: Person
) -> None:
    give_role(official, office, "voorzitter", until=date(2020, 12, 31))

    told = found(project, Selection(), f"p{official.id}", f"o{office.id}")

    assert [one.title for one in told] == ["", "voorzitter"]


def test_a_window_holds_in_the_evidence(
    project: Project, official: Person, resident: Person
) -> None:
    for month in (3, 6, 9):
        meet(official, resident, title=f"Maand {month}", day=date(2021, month, 1))
    window = Selection(since=date(2021, 6, 1), until=date(2021, 8, 31))

    told = found(project, window, f"p{official.id}", f"p{resident.id}")

    assert [one.title for one in told] == ["Maand 6"]


def test_a_reviewer_reads_neither_the_name_nor_the_role_of_a_private_person(
    reviewer: FlaskClient, leader: FlaskClient, where: str, resident: Person, shop: Organisation
) -> None:
    with unit_of_work(system(project_in_scope()), "tests.private"):
        resident.is_private = True
    give_role(resident, shop, "mantelzorger van Greet")
    address = f"{where}/people/{resident.id}?with=o{shop.id}"

    whole, part = (pages.text_of(client.get(address)) for client in (leader, reviewer))

    assert "mantelzorger" in whole
    assert "mantelzorger" not in part
    assert "Greet" not in part
    assert f"Resident {resident.pseudonym}" in part


def test_weights_and_evidence_say_the_same(
    project: Project, official: Person, resident: Person, office: Organisation
) -> None:
    for number in range(4):
        meet(official, resident, factories.person(f"Gast {number}"))
    garden = factories.initiative(factories.leader_of(project), project, "Moestuin")
    involve(garden.id, official, resident, office)
    actor = factories.leader_of(project)
    seen = network_views.look(actor, project.id, Selection())

    for one, other, tie in seen.whole.edges(data=True):
        told = listing.evidence(actor, seen, one, other).evidence
        assert len(told) == tie["weight"]
        assert tuple(sorted({one.kind for one in told})) == tie["kinds"]
