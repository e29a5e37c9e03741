"""Who has a role in an organisation, how they are shown, and how they are found by its name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crm.core import clock, search
from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, Role, system
from crm.neighbourhoods import queries as areas
from crm.neighbourhoods import services as services_of_areas
from crm.neighbourhoods.services import AreaDetails
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from crm.stakeholders.queries import organisations as queries
from crm.stakeholders.services import organisations as services
from crm.stakeholders.services.organisations import OrganisationDetails
from tests import factories

DETAILS = OrganisationDetails("Stichting De Schakel", Helix.END_USERS)


@pytest.fixture
def leader(project: Project) -> Actor:
    return factories.leader_of(project)


@pytest.fixture
def link(leader: Actor, project: Project) -> Organisation:
    return services.add_organisation(leader, project, details=DETAILS)


def give_role(
    person: Person, organisation: Organisation, leader: Actor, **more: object
) -> Affiliation:
    with unit_of_work(leader, "tests.role"):
        role = Affiliation(
            person_id=person.id,
            organisation_id=organisation.id,
            **{"helix": Helix.BUSINESS, **more},
        )
        session().add(role)
    return role


def test_roles_keep_their_helix_when_the_usual_one_changes(
    leader: Actor, link: Organisation
) -> None:
    human = factories.person("Vries", at=link)

    services.edit_organisation(
        leader, link, details=replace(DETAILS, helix=Helix.BUSINESS), revision=link.revision
    )

    here = queries.people_here(leader, link, clock.today())
    assert [role.helix for role in here.today] == [Helix.END_USERS]
    assert [role.person_id for role in here.departing] == [human.id]


def test_roles_are_of_today_earlier_or_to_come(leader: Actor, link: Organisation) -> None:
    today, day = clock.today(), timedelta(days=1)
    human = factories.person()
    for role, period in {
        "eerst": {"until": today - day},
        "vandaag": {"since": today, "until": today},
        "straks": {"since": today + day},
    }.items():
        give_role(human, link, leader, role=role, **period)

    here = queries.people_here(leader, link, today)

    assert [one.role for one in here.today] == ["vandaag"]
    assert [one.role for one in here.earlier] == ["eerst"]
    assert [one.role for one in here.later] == ["straks"]
    assert queries.people_counts([link], today) == {link.id: 1}
    assert queries.people_counts([], today) == {}


def test_a_reviewer_sees_private_people_last_and_without_reason(
    leader: Actor, project: Project, link: Organisation
) -> None:
    private = factories.person("Aalbers", at=link)
    known = factories.person("Zuidema", helix=Helix.RESEARCH)
    give_role(known, link, leader, role="adviseur", helix_reason="onderzoekt hier")
    reviewer = Actor(account_id=99, name="Lezer", role=Role.REVIEWER, project_id=project.id)

    here = queries.people_here(reviewer, link, clock.today()).today

    assert [role.person for role in here] == ["Ans Zuidema", f"Resident {private.pseudonym}"]
    assert [role.reason for role in here] == ["onderzoekt hier", ""]


def test_people_are_found_by_the_new_names_of_organisation_and_area(
    leader: Actor, project: Project
) -> None:
    details = replace(DETAILS, area="Lariks")
    link = services.add_organisation(leader, project, details=details)
    human = factories.person(at=link)
    assert search.found("person", "schakel") == [human.id]

    changed = replace(details, name="Kluster")
    services.edit_organisation(leader, link, details=changed, revision=link.revision)
    area = areas.area_named("Lariks")
    assert area is not None
    called = AreaDetails("Noorderpark")
    services_of_areas.edit(system(), area, details=called, revision=area.revision)

    assert search.found("person", "kluster") == [human.id]
    assert search.found("person", "schakel") == []
    assert search.found("organisation", "noorder") == [link.id]
    assert search.found("organisation", "lariks") == []
