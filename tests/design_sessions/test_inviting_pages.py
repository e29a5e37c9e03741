"""The pages on which people are invited: by filter, by hand, and off the list again."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from crm.core.db import project_scope, session, unit_of_work
from crm.core.normalisation import fold
from crm.core.permissions import Actor, system
from crm.design_sessions.models import Answer, DesignSession
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries import sessions
from crm.design_sessions.services import inviting, planning
from crm.neighbourhoods.services import area_for
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, PersonTag
from tests import factories, pages
from tests.design_sessions.conftest import Plan, anew
from tests.design_sessions.mailbox import guests, say

PEOPLE = ("baker", "clerk", "resident")


def invited(made: DesignSession) -> dict[int, Helix]:
    anew()
    return {one.person_id: one.helix for one in people_queries.invitations_of(made)}


@pytest.fixture
def crowd(project: Project) -> dict[str, int]:
    """Three people who differ in each way a filter can tell them apart."""
    works = factories.organisation("Bakkerij Proef", helix=Helix.BUSINESS)
    baker = factories.person("Bakker", at=works)
    clerk = factories.person("Ambtenaar", helix=Helix.GOVERNMENT)
    resident = factories.person("Bewoner")
    with unit_of_work(system(project.id), "tests.crowd"):
        resident.area = area_for("Lariks")
        clerk.tags.append(PersonTag(word="Sport", word_key=fold("Sport")))
    area = resident.area
    assert area is not None
    return {"baker": baker.id, "clerk": clerk.id, "resident": resident.id, "area": area.id}


@pytest.mark.parametrize(
    ("narrowed", "left"),
    [
        ({"helix": "business"}, {"baker"}),
        ({"helix": "end_users"}, {"resident"}),
        ({"tag": "sport"}, {"clerk"}),
        ({"organisation": "bakkerij proef"}, {"baker"}),
        ({"organisation": "bestaat niet"}, set()),
        ({"q": "bewo"}, {"resident"}),
        ({}, {"baker", "clerk", "resident"}),
        ({"helix": "nonsense", "area": "x"}, {"baker", "clerk", "resident"}),
    ],
)
def test_the_register_is_offered_by_filter(
    planner: FlaskClient, at: str, crowd: dict[str, int], narrowed: dict[str, str], left: set[str]
) -> None:
    page = planner.get(f"{at}/invite", query_string=narrowed).text

    assert {name for name in PEOPLE if f'name="person" value="{crowd[name]}"' in page} == left


def test_an_area_narrows_too(planner: FlaskClient, at: str, crowd: dict[str, int]) -> None:
    page = planner.get(f"{at}/invite?area={crowd['area']}").text

    assert f'name="person" value="{crowd["resident"]}"' in page
    assert f'name="person" value="{crowd["baker"]}"' not in page


def test_ticked_people_are_invited(
    planner: FlaskClient, at: str, made: DesignSession, crowd: dict[str, int]
) -> None:
    ticked = {"person": [str(crowd["baker"]), str(crowd["resident"])]}

    first = pages.post(planner, f"{at}/invite?helix=", ticked)
    again = pages.post(planner, f"{at}/invite?helix=", ticked)

    assert (first.status_code, again.status_code) == (303, 303)
    assert invited(made) == {
        crowd["baker"]: Helix.BUSINESS,
        crowd["resident"]: Helix.END_USERS,
    }


def test_everybody_of_the_filter_is_invited_at_once(
    planner: FlaskClient, at: str, made: DesignSession, crowd: dict[str, int]
) -> None:
    pages.post(planner, f"{at}/invite?helix=business", {"everybody": "yes"})

    assert invited(made) == {crowd["baker"]: Helix.BUSINESS}


def in_two_helixes(surname: str, *, since: date | None = None) -> int:
    """Make somebody of the government, who also does research from `since`."""
    someone = factories.person(surname, helix=Helix.GOVERNMENT)
    college = factories.organisation(f"Hogeschool {surname}", helix=Helix.RESEARCH)
    role = Affiliation(organisation=college, helix=Helix.RESEARCH, since=since)
    with unit_of_work(system(someone.project_id), "tests.role"):
        someone.affiliations.append(role)
    return someone.id


def test_everybody_of_a_filter_by_helix_is_invited_for_that_helix(
    planner: FlaskClient, at: str, made: DesignSession
) -> None:
    plain, picked = in_two_helixes("Tweerollen"), in_two_helixes("Gekozen")
    in_two_helixes("Later", since=made.day + timedelta(days=1))
    sent = {"everybody": "yes", f"helix-{picked}": "government"}

    offered = planner.get(f"{at}/invite?helix=research").text
    pages.post(planner, f"{at}/invite?helix=research", sent)

    assert offered.count('<option value="research" selected>') == 2
    assert invited(made) == {plain: Helix.RESEARCH, picked: Helix.GOVERNMENT}


def test_everybody_without_a_helix_chosen_is_invited_for_the_main_one(
    planner: FlaskClient, at: str, made: DesignSession
) -> None:
    someone = in_two_helixes("Tweerollen")

    pages.post(planner, f"{at}/invite?q=tweerollen", {"everybody": "yes"})

    assert invited(made) == {someone: Helix.GOVERNMENT}


def test_somebody_in_two_helixes_is_invited_for_the_one_chosen(
    planner: FlaskClient, at: str, made: DesignSession
) -> None:
    number = in_two_helixes("Tweerollen")

    chosen = {"person": str(number), f"helix-{number}": "research"}
    pages.post(planner, f"{at}/invite", chosen)
    first = invited(made)
    pages.post(planner, f"{at}/invited", {f"helix-{number}": "government"})
    refused = pages.post(planner, f"{at}/invited", {f"helix-{number}": "business"})

    assert first == {number: Helix.RESEARCH}
    assert invited(made) == {number: Helix.GOVERNMENT}
    assert refused.status_code == 400
    assert "no role in that helix" in refused.text


def test_people_are_taken_off_the_list(
    planner: FlaskClient, at: str, made: DesignSession, leader: Actor, crowd: dict[str, int]
) -> None:
    inviting.invite(leader, made, person_ids=[crowd["baker"], crowd["clerk"]])

    answer = pages.post(planner, f"{at}/invited", {"person": str(crowd["clerk"])})

    assert answer.status_code == 303
    assert invited(made).keys() == {crowd["baker"]}


@pytest.mark.parametrize("address", ["invite", "invited"])
@pytest.mark.parametrize("sent", ["stranger", "9" * 40, "-1", "1 OR 1=1", ""])
def test_people_of_another_project_and_nonsense_are_not_found(
    planner: FlaskClient, at: str, made: DesignSession, address: str, sent: str
) -> None:
    ours = factories.person("Eigen").id
    inviting.invite(system(made.project_id), made, person_ids=[ours])
    with project_scope(factories.project("Ander project").id):
        stranger = factories.person("Vreemd").id
    given = str(stranger) if sent == "stranger" else sent

    answer = pages.post(planner, f"{at}/{address}", {"person": [str(ours), given]})

    assert answer.status_code == 404
    assert invited(made).keys() == {ours}


def test_a_reviewer_sees_pseudonyms_in_page_and_file(
    planner: FlaskClient, reviewer: FlaskClient, at: str, leader: Actor, made: DesignSession
) -> None:
    resident = factories.person("Geheimenaam")
    clerk = factories.person("Zichtbaar", helix=Helix.GOVERNMENT)
    inviting.invite(leader, made, person_ids=[resident.id, clerk.id])
    session().rollback()

    for address in (at, f"{at}/people.csv"):
        seen, hidden = planner.get(address).text, reviewer.get(address).text
        assert "Geheimenaam" in seen
        assert "Geheimenaam" not in hidden
        assert f"Resident {resident.pseudonym}" in hidden
        assert "Zichtbaar" in hidden
    assert b"Geheimenaam" not in reviewer.get(f"{at}/people.xlsx").data


def test_a_page_takes_as_many_statements_for_sixty_people_as_for_one(
    planner: FlaskClient, project: Project, plan: Plan, statements: list[str]
) -> None:
    leader = system(project.id)
    firm = factories.organisation("Bedrijf Proef")
    with factories.together():
        people = [factories.person(f"Proef{one}", at=firm) for one in range(60)]
    ids = [one.id for one in people]
    small, large = plan("Klein").id, plan("Groot").id
    inviting.invite(leader, sessions.design_session(small), person_ids=ids[:1])
    inviting.invite(leader, sessions.design_session(large), person_ids=ids)
    planner.get(f"/projects/{project.slug}/sessions")

    def counts(number: int) -> dict[str, int]:
        found = {}
        for address in ("", "/invite", "/invited", "/attendance", "/people.csv"):
            statements.clear()
            planner.get(f"/projects/{project.slug}/sessions/{number}{address}")
            found[address] = len(statements)
        return found

    assert counts(small) == counts(large)


def test_who_is_off_the_list_stands_apart_and_counts_nowhere(
    planner: FlaskClient, at: str, made: DesignSession, leader: Actor
) -> None:
    (one,) = guests(made, leader)
    say(one, Answer.YES)
    planning.uninvite(leader, one)
    session().rollback()

    listed = planner.get(f"{at}/invited").text
    attendance = planner.get(f"{at}/attendance").text
    sheet = planner.get(f"{at}/people.csv").text

    assert "Not coming any more" in listed
    assert "Taken off the list" in listed
    assert "Proef0" in listed
    assert "Proef0" not in attendance
    assert "Proef0" not in sheet
