"""On the page of an organisation: the sessions its people were invited to, and who of them came."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, system
from crm.design_sessions.models import GONE, AttendanceStatus, DesignSession, Invitation
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.services import attending, inviting
from crm.design_sessions.services.attending import Noted
from crm.design_sessions.views.panels import LATEST
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories, pages
from tests.design_sessions.conftest import Plan


@pytest.fixture
def bakery(project: Project) -> Organisation:
    return factories.organisation("Bakkerij Proef", helix=Helix.BUSINESS)


@pytest.fixture
def at(project: Project, bakery: Organisation) -> str:
    return f"/projects/{project.slug}/organisations/{bakery.id}"


def came(
    leader: Actor,
    held: DesignSession,
    *people: Person,
    status: AttendanceStatus = AttendanceStatus.PRESENT,
) -> None:
    noted = {one.id: Noted(before=None, now=status) for one in people}
    inviting.invite(leader, held, person_ids=noted)
    attending.take_attendance(leader, held, noted=noted, walk_ins={})


def lasting(person: Person, since: date | None, until: date | None) -> Person:
    with unit_of_work(system(person.project_id), "tests.role"):
        (role,) = person.affiliations
        role.since, role.until = since, until
    return person


def test_an_organisation_shows_who_was_invited_and_who_came(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor, bakery: Organisation
) -> None:
    held = plan("Wijkavond", day="2024-05-04")
    there, ill = factories.person("Wezig", at=bakery), factories.person("Ziek", at=bakery)
    elsewhere = factories.person("Anders", helix=Helix.GOVERNMENT)
    came(leader, held, there, elsewhere)
    came(leader, held, ill, status=AttendanceStatus.EXCUSED)

    (found,) = people_queries.delegations(leader, bakery)
    page = planner.get(at)

    assert (found.design_session, found.invited) == (held, 2)
    assert found.present == {there.id: "Ans Wezig"}
    assert f'/sessions/{held.id}">Wijkavond</a>' in page.text
    assert f'/persons/{there.id}">Ans Wezig</a></td>' in page.text
    assert "4 May 2024 14:00 2 1 Ans Wezig" in pages.text_of(page)
    assert "Ans Anders" not in pages.text_of(page)


def test_only_roles_of_the_day_of_the_session_count(
    plan: Plan, leader: Actor, bakery: Organisation
) -> None:
    held = plan(day="2024-05-04")
    left = lasting(factories.person("Weg", at=bakery), None, date(2024, 5, 3))
    last_day = lasting(factories.person("Laatste", at=bakery), None, date(2024, 5, 4))
    first_day = lasting(factories.person("Eerste", at=bakery), date(2024, 5, 4), None)
    new = lasting(factories.person("Nieuw", at=bakery), date(2024, 5, 5), None)
    came(leader, held, left, last_day, first_day, new)
    came(leader, plan("Lang geleden", day="2020-01-01"), new)

    (found,) = people_queries.delegations(leader, bakery)

    assert found.invited == 2
    assert list(found.present) == [first_day.id, last_day.id]


def test_who_is_off_the_list_counts_as_invited_no_more(
    plan: Plan, leader: Actor, bakery: Organisation
) -> None:
    held = plan("Wijkavond", day="2024-05-04")
    came(leader, held, factories.person("Wezig", at=bakery), factories.person("Vrij", at=bakery))
    inviting.invite(leader, plan("Leeg"), person_ids=[factories.person(at=bakery).id])
    _stays, *gone = session().scalars(select(Invitation).order_by(Invitation.id))
    with unit_of_work(leader, "tests.answer"):
        for one, answer in zip(gone, GONE, strict=True):
            one.answer = answer

    (found,) = people_queries.delegations(leader, bakery)

    assert (found.design_session, found.invited, len(found.present)) == (held, 1, 2)


def test_the_latest_sessions_come_first_and_those_long_ago_are_folded(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor, bakery: Organisation
) -> None:
    someone = factories.person("Trouw", at=bakery)
    for day in range(1, LATEST + 3):
        came(leader, plan(f"Avond {day:02}", day=f"2024-01-{day:02}"), someone)

    text = pages.text_of(planner.get(at))

    folded = text.index("2 earlier sessions")
    assert text.index("Avond 12") < text.index("Avond 03") < folded
    assert folded < text.index("Avond 02") < text.index("Avond 01")


def test_a_session_to_come_says_who_is_invited_and_nothing_of_who_came(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor, bakery: Organisation
) -> None:
    ahead = plan("Verre avond", day="2140-01-01")
    inviting.invite(leader, ahead, person_ids=[factories.person(at=bakery).id])

    page = planner.get(at).text

    assert '<td class="table__number" data-label="Invited">1</td>' in page
    assert '<td class="table__number" data-label="Present"></td>' in page


def test_a_reviewer_sees_pseudonyms_last_and_by_number(
    planner: FlaskClient,
    reviewer: FlaskClient,
    at: str,
    plan: Plan,
    leader: Actor,
    bakery: Organisation,
) -> None:
    held = plan("Wijkavond", day="2024-05-04")
    hidden = [factories.person(name, at=bakery) for name in ("Geheim", "Aparte")]
    known = factories.person("Zichtbaar", at=bakery)
    with unit_of_work(leader, "tests.private"):
        for one in hidden:
            one.is_private = True
    came(leader, held, *hidden, known)

    everything, page = planner.get(at).text, reviewer.get(at)

    first, second = (f"Resident {one.pseudonym}" for one in hidden)
    assert all(name in everything for name in ("Geheim", "Aparte", "Zichtbaar"))
    assert not any(name in page.text for name in ("Geheim", "Aparte"))
    assert f"3 3 Ans Zichtbaar , {first} , {second}" in pages.text_of(page)


def test_without_sessions_the_page_says_what_to_do(planner: FlaskClient, at: str) -> None:
    assert "Invite people on the page of a session." in pages.text_of(planner.get(at))


def test_a_page_takes_as_many_statements_for_sixty_people_and_sessions_as_for_one(
    planner: FlaskClient, project: Project, plan: Plan, leader: Actor, statements: list[str]
) -> None:
    counts = []
    for size in (1, 60):
        firm = factories.organisation(f"Bedrijf {size}")
        with factories.together():
            people = [factories.person(f"Proef{one}", at=firm) for one in range(size)]
        for one in range(min(size, 12)):
            came(leader, plan(f"Avond {one} van {size}", day="2024-05-04"), *people)
        planner.get(f"/projects/{project.slug}/organisations")
        statements.clear()
        page = planner.get(f"/projects/{project.slug}/organisations/{firm.id}")
        counts.append(len(statements))
        assert f"Avond 0 van {size}" in page.text

    assert counts[0] == counts[1]
