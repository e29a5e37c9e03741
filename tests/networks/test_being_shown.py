"""Who objects to being shown stands in the network under a pseudonym, whoever looks."""

import io
import json
import zipfile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.core.access import AccessEntry
from crm.core.audit import AuditEntry
from crm.core.db import project_in_scope, session, unit_of_work
from crm.core.normalisation import fold
from crm.core.permissions import Role, system
from crm.neighbourhoods.models import Area
from crm.networks.models import NameLookup
from crm.projects.models import Project
from crm.stakeholders.models import Person
from crm.stakeholders.services.affiliations import AffiliationDetails, add_affiliation
from tests import factories, pages
from tests.networks.conftest import Looking
from tests.networks.gathering import allow_groups_of, involve, meet

SOURCE = "Telefoongesprek"


@pytest.fixture
def hidden(leader: FlaskClient, project: Project, official: Person, resident: Person) -> Person:
    """An official, tied to a resident, who objects to being shown."""
    meet(official, resident, title="Kennen en begrijpen")
    pages.post(
        leader,
        f"/projects/{project.slug}/persons/{official.id}/showing",
        {"source": SOURCE, "on": "2021-03-19"},
    )
    session().rollback()
    return official


def ways(where: str, hidden: Person, resident: Person) -> list[str]:
    """Return addresses on which the name stood before."""
    return [
        where,
        f"{where}?list=points",
        f"{where}/picture.json",
        f"{where}/people/{hidden.id}",
        f"{where}/people/{resident.id}?with=p{hidden.id}",
        f"{where}/people/{resident.id}?part=panel&with=p{hidden.id}",
        f"{where}?point=p{hidden.id}",
    ]


def test_nobody_finds_the_name_in_the_network(
    leader: FlaskClient,
    reviewer: FlaskClient,
    where: str,
    project: Project,
    hidden: Person,
    resident: Person,
) -> None:
    track = factories.initiative(factories.leader_of(project), project, "Pump Track")
    involve(track.id, hidden, resident)

    for address in ways(where, hidden, resident):
        for client in (leader, reviewer):
            answer = client.get(address)
            assert answer.status_code == 200
            assert "Ambtenaar" not in answer.text, address
            assert f"Resident {hidden.pseudonym}" in answer.text, address


def test_the_picture_leads_nobody_past_the_question_why(
    leader: FlaskClient, project: Project, where: str, hidden: Person
) -> None:
    page = leader.get(where).text

    assert f"/projects/{project.slug}/persons/0" not in page
    assert f"/projects/{project.slug}/persons/{hidden.id}" not in page


def test_nobody_takes_the_name_along(leader: FlaskClient, where: str, hidden: Person) -> None:
    for form in ("gexf", "graphml", "json", "net", "svg"):
        answer = leader.get(f"{where}/take-away/{form}")
        assert answer.status_code == 200, form
        assert "Ambtenaar" not in answer.text, form
        assert f"Resident {hidden.pseudonym}" in answer.text, form
    packed = zipfile.ZipFile(io.BytesIO(leader.get(f"{where}/take-away/zip").data))
    for name in packed.namelist():
        assert "Ambtenaar" not in packed.read(name).decode()


def test_who_shares_the_person_is_told_by_pseudonym(
    leader: FlaskClient, where: str, project: Project, hidden: Person
) -> None:
    second = factories.organisation("Tweede plek")
    share = AffiliationDetails(organisation=second.name)
    add_affiliation(factories.leader_of(project), hidden, details=share)
    address = f"{where}/organisations/{second.id}?view=organisations"
    first = next(one.organisation_id for one in hidden.affiliations)

    text = pages.text_of(leader.get(f"{address}&with=o{first}"))

    assert f"Resident {hidden.pseudonym}" in text
    assert "Ambtenaar" not in text
    # The way to the person asks why, also from what made the tie.
    shared = leader.get(f"{address}&with=o{first}").text
    assert f"{where}/people/{hidden.id}/name" in shared
    assert f"/persons/{hidden.id}" not in shared


def test_the_register_keeps_the_name_for_who_works_with_them(
    leader: FlaskClient, reviewer: FlaskClient, project: Project, hidden: Person
) -> None:
    page = f"/projects/{project.slug}/persons/{hidden.id}"

    theirs = pages.text_of(leader.get(page))

    assert "Dirk Ambtenaar" in theirs
    assert SOURCE in theirs
    assert "Ambtenaar" not in reviewer.get(page).text
    assert "Ambtenaar" not in reviewer.get(f"/projects/{project.slug}/persons").text


def test_it_can_be_taken_back_by_who_says_where(
    leader: FlaskClient, where: str, project: Project, hidden: Person
) -> None:
    page = f"/projects/{project.slug}/persons/{hidden.id}/showing"

    without = pages.post(leader, f"{page}/again", {"source": " "}, form_at=page)
    still = labels(leader, where)
    done = pages.post(leader, f"{page}/again", {"source": "Brief"}, form_at=page)

    assert "Say where they said this" in without.text
    assert "Dirk Ambtenaar" not in still
    assert done.status_code == 303
    assert "Dirk Ambtenaar" in labels(leader, where)


def test_an_objection_says_where_it_was_said(
    leader: FlaskClient, project: Project, official: Person
) -> None:
    page = f"/projects/{project.slug}/persons/{official.id}/showing"

    nowhere = pages.post(leader, page, {"source": "", "on": "2021-03-19"})
    to_come = pages.post(leader, page, {"source": SOURCE, "on": "2999-01-01"})
    session().rollback()

    assert "Say where they said this" in nowhere.text
    assert "still to come" in to_come.text
    assert not official.is_hidden


def test_a_leader_looks_up_a_name_and_says_why(
    leader: FlaskClient, where: str, hidden: Person, resident: Person
) -> None:
    page = f"{where}/people/{hidden.id}/name"

    asked = leader.get(page).text
    silent = pages.post(leader, page, {"reason": " "})
    told = pages.post(leader, page, {"reason": "Vraag van de buurt"})
    session().rollback()
    kept = session().scalars(select(NameLookup)).one()
    entry = session().scalars(select(AuditEntry).where(AuditEntry.table == "name_lookup")).one()
    opened = session().scalars(select(AccessEntry).where(AccessEntry.what == "network.name")).one()

    assert "Ambtenaar" not in asked
    assert "Ambtenaar" not in silent.text
    assert "Say why you need this name" in silent.text
    assert "Dirk Ambtenaar" in told.text
    assert (kept.person_id, kept.reason) == (hidden.id, "Vraag van de buurt")
    assert entry.reason == "Vraag van de buurt"
    assert opened.subject_id == hidden.id
    assert page in leader.get(where).text
    assert leader.get(f"{where}/people/{resident.id}/name").location.endswith(f"/{resident.id}")


def test_nobody_else_looks_up_a_name(looking: Looking, where: str, hidden: Person) -> None:
    page = f"{where}/people/{hidden.id}/name"

    for role in (Role.PLANNER, Role.REVIEWER):
        client = looking(role)
        told = client.get(page)
        refused = pages.post(client, page, {"reason": "Zomaar"}, form_at="/account")
        assert "Only a leader" in told.text
        assert "Ambtenaar" not in told.text
        assert refused.status_code == 403


def test_a_few_people_of_a_neighbourhood_are_not_shown_alone(
    leader: FlaskClient, where: str, project: Project
) -> None:
    few = living_in("Klein", [factories.person(f"Gast{number}") for number in range(4)])
    many = living_in("Groot", [factories.person(f"Buur{number}") for number in range(5)])

    alone = pages.text_of(leader.get(f"{where}?neighbourhood={few.id}"))
    together = f"{where}?neighbourhood={few.id}&neighbourhood={many.id}"
    nobody = labels(leader, where, f"?neighbourhood={few.id}")

    assert "Fewer than 5 people stand in the chosen neighbourhoods" in alone
    assert nobody == set()
    assert len(labels(leader, where, f"?neighbourhood={many.id}")) == 5
    assert "Fewer than" not in leader.get(together).text

    allow_groups_of(4, project)

    assert "Fewer than" not in leader.get(f"{where}?neighbourhood={few.id}").text


def living_in(name: str, people: list[Person]) -> Area:
    """Make an area in which these people live, who met."""
    with unit_of_work(system(project_in_scope()), "tests.living_in"):
        made = Area(name=name, name_key=fold(name))
        session().add(made)
        session().flush()
        for one in people:
            one.area_id = made.id
    meet(*people)
    return made


def labels(client: FlaskClient, where: str, query: str = "") -> set[str]:
    """Return what the points of the picture are called."""
    data = json.loads(client.get(f"{where}/picture.json{query}").data)
    return {node["label"] for node in data["nodes"]}
