"""The page on which attendance is taken: one page, one save."""

import re

import pytest
from flask.testing import FlaskClient

from crm.core.db import project_scope, session
from crm.core.permissions import Actor
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries import sessions
from crm.design_sessions.services import attending, inviting
from crm.design_sessions.services.attending import Noted
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories, pages
from tests.design_sessions.conftest import anew

PRESENT = AttendanceStatus.PRESENT


@pytest.fixture
def at(project: Project, made: DesignSession) -> str:
    return f"/projects/{project.slug}/sessions/{made.id}/attendance"


@pytest.fixture
def people(made: DesignSession, leader: Actor) -> list[int]:
    with factories.together():
        made_up = [factories.person(f"Proef{n:02}", helix=list(Helix)[n % 4]) for n in range(30)]
    ids = [one.id for one in made_up]
    inviting.invite(leader, made, person_ids=ids)
    return ids


def marks(people: list[int], status: str = "present", was: str = "") -> dict[str, str]:
    return {f"mark-{one}": status for one in people} | {f"was-{one}": was for one in people}


def noted_at(made: DesignSession) -> dict[int, AttendanceStatus]:
    anew()
    return {one.person_id: one.status for one in people_queries.attendances_of(made)}


def test_thirty_people_and_three_walk_ins_are_noted_with_one_page_and_one_save(
    planner: FlaskClient, at: str, made: DesignSession, people: list[int]
) -> None:
    known = factories.person("Bekend", helix=Helix.RESEARCH).id
    form = {
        **marks(people[:27]),
        **marks(people[27:], "no_show"),
        "walk_ins-0-person": str(known),
        "walk_ins-0-name": "Ans Bekend",
        "walk_ins-1-name": "Jolanda van der Veen",
        "walk_ins-2-name": "Kees Bakker",
        "walk_ins-2-organisation": "Bakkerij Bakker",
        "walk_ins-2-helix": "business",
    }

    first = pages.post(planner, at, form)
    noted = noted_at(made)
    again = pages.post(planner, at, form)

    assert (first.status_code, again.status_code) == (303, 303)
    assert len(noted) == 33
    assert sum(status is PRESENT for status in noted.values()) == 30
    assert noted_at(made) == noted
    assert sessions.balance_of(made).attended == 30
    assert session().query(Person).count() == 33


def test_the_page_of_a_walk_in_says_what_the_page_of_the_session_says(
    planner: FlaskClient, project: Project, at: str
) -> None:
    known = factories.person("Bekend", helix=Helix.RESEARCH).id
    pages.post(planner, at, {"walk_ins-0-person": str(known), "walk_ins-0-name": "Ans Bekend"})

    for address in (at.removesuffix("/attendance"), f"/projects/{project.slug}/persons/{known}"):
        assert "Present Walk-in" in pages.text_of(planner.get(address))


def test_a_name_that_is_known_comes_back_as_a_question_and_nothing_is_lost(
    planner: FlaskClient, at: str, made: DesignSession, people: list[int]
) -> None:
    known = factories.person("Vries", first_name="Jan").id
    form = {**marks(people[:2]), "walk_ins-0-name": "Jan Vries"}

    asked = pages.post(planner, at, form)
    nothing = noted_at(made)
    offered = re.search(r'name="walk_ins-0-offered"[^>]*value="([^"]*)"', asked.text)
    assert offered
    answered = pages.post(
        planner, at, {**form, "walk_ins-0-person": "new", "walk_ins-0-offered": offered[1]}
    )

    assert asked.status_code == 400
    assert offered[1] == str(known)
    assert nothing == {}
    assert re.search(rf'name="mark-{people[0]}" value="present" checked', asked.text)
    assert answered.status_code == 303
    assert known not in noted_at(made)
    assert len(noted_at(made)) == 3


def test_a_new_organisation_without_a_helix_is_refused_beside_its_line(
    planner: FlaskClient, at: str, made: DesignSession
) -> None:
    answer = pages.post(
        planner, at, {"walk_ins-0-name": "Ina Wit", "walk_ins-0-organisation": "Nieuw BV"}
    )

    assert answer.status_code == 400
    assert 'id="walk_ins-0-helix-error"' in answer.text
    assert noted_at(made) == {}


def test_what_somebody_else_noted_meanwhile_is_shown_and_not_overwritten(
    planner: FlaskClient, at: str, made: DesignSession, leader: Actor, people: list[int]
) -> None:
    someone, other = people[:2]
    attending.take_attendance(leader, made, noted={someone: Noted(None, PRESENT)}, walk_ins={})

    typed = {**marks([someone], "excused"), **marks([other])}
    lines = pages.post(planner, f"{at}/lines", typed, form_at=at)
    conflict = pages.post(planner, at, typed)
    kept = noted_at(made)
    form = {**marks([someone], "excused", was="present"), **marks([other])}
    again = pages.post(planner, at, form)

    assert conflict.status_code == 409
    assert all("noted meanwhile: Present" in page.text for page in (lines, conflict))
    assert f'name="was-{someone}" value="present"' in conflict.text
    assert kept == {someone: PRESENT}
    assert again.status_code == 303
    assert noted_at(made) == {someone: AttendanceStatus.EXCUSED, other: PRESENT}


def test_more_lines_and_looking_up_names_save_nothing(
    planner: FlaskClient, at: str, made: DesignSession, people: list[int]
) -> None:
    factories.person("Zeldzaam")
    form = {**marks(people[:1]), "walk_ins-0-name": "Zeldz"}

    lines = pages.post(planner, f"{at}/lines", form, form_at=at)
    names = pages.post(planner, f"{at}/names", form, form_at=at)

    assert (lines.status_code, names.status_code) == (200, 200)
    assert 'name="walk_ins-5-name"' in lines.text
    assert "Ans Zeldzaam" in names.text
    assert 'value="Zeldz"' in lines.text
    assert f'name="mark-{people[0]}" value="present" checked' in names.text
    assert noted_at(made) == {}


def test_whoever_was_offered_is_asked_about_until_somebody_says_who_it_is(
    planner: FlaskClient, at: str, made: DesignSession
) -> None:
    someone = factories.person("Zeldzaam").id
    form = {"walk_ins-0-name": "Zeldz", "walk_ins-0-offered": str(someone)}

    asked = pages.post(planner, at, form)
    lines = pages.post(planner, f"{at}/lines", form, form_at=at)
    nobody = noted_at(made)
    answered = pages.post(planner, at, {**form, "walk_ins-0-person": str(someone)})

    assert asked.status_code == 400
    assert 'id="walk_ins-0-person-error"' in asked.text
    assert all("Ans Zeldzaam" in page.text for page in (asked, lines))
    assert nobody == {}
    assert answered.status_code == 303
    assert noted_at(made) == {someone: PRESENT}


def test_people_of_another_project_are_not_offered(planner: FlaskClient, at: str) -> None:
    with project_scope(factories.project("Ander project").id):
        stranger = factories.person("Vreemd").id

    answer = pages.post(planner, at, {"walk_ins-0-name": "x", "walk_ins-0-offered": str(stranger)})

    assert answer.status_code == 404


def test_hostile_names_stay_text(
    planner: FlaskClient, at: str, made: DesignSession, leader: Actor
) -> None:
    hostile = factories.person('"><script>alert(1)</script>', helix=Helix.BUSINESS).id
    inviting.invite(leader, made, person_ids=[hostile])
    session_page = at.removesuffix("/attendance")

    for address in ("", "/attendance", "/invite", "/invited"):
        page = planner.get(session_page + address).text
        assert "alert(1)" in page
        assert "<script>alert" not in page


def test_the_script_finds_people_of_the_register(planner: FlaskClient, at: str) -> None:
    someone = factories.person("Zeldzaam").id
    with project_scope(factories.project("Ander project").id):
        factories.person("Zeldzaam")

    assert planner.get(f"{at}/people?q=zeldz").json == [{"id": someone, "name": "Ans Zeldzaam"}]
    assert planner.get(f"{at}/people?q=").json == []


@pytest.mark.parametrize("field", ["mark-{}", "walk_ins-0-person"])
def test_a_person_of_another_project_is_not_found(
    planner: FlaskClient, at: str, made: DesignSession, people: list[int], field: str
) -> None:
    with project_scope(factories.project("Ander project").id):
        stranger = factories.person("Vreemd").id
    value = str(stranger) if field.startswith("walk") else "present"

    answer = pages.post(planner, at, {**marks(people), field.format(stranger): value})

    assert answer.status_code == 404
    assert noted_at(made) == {}


@pytest.mark.parametrize(
    "form",
    [
        {"mark-x": "present"},
        {"mark-" + "9" * 40: "present"},
        {"walk_ins-x-name": "x"},
        {"walk_ins-0-person": "x"},
        {"walk_ins-0-name": "\x00"},
        {"walk_ins-0-name": "x" * 201},
    ],
)
def test_nonsense_does_no_harm(
    planner: FlaskClient, at: str, made: DesignSession, form: dict[str, str]
) -> None:
    answer = pages.post(planner, at, form)

    assert answer.status_code in {303, 400}
    assert noted_at(made) == {}


def test_a_list_of_walk_ins_with_a_gap_counts_each_once(
    planner: FlaskClient, at: str, made: DesignSession
) -> None:
    pages.post(planner, at, {"walk_ins-1-name": "Kees Bakker"})

    assert len(noted_at(made)) == 1


def test_a_mark_that_is_none_counts_as_not_noted(
    planner: FlaskClient, at: str, made: DesignSession, people: list[int]
) -> None:
    pages.post(planner, at, marks(people[:1], "dancing"))

    assert noted_at(made) == {}


def test_a_reviewer_takes_no_attendance(
    planner: FlaskClient, reviewer: FlaskClient, at: str
) -> None:
    fields = {"csrf_token": pages.token(planner, at)}

    assert reviewer.get(at).status_code == 403
    assert reviewer.post(at, data=fields).status_code in {400, 403}
