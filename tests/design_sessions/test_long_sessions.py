"""A session with more people than a page holds: nothing typed is lost between pages."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.core.db import change_many, unit_of_work
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import Answer, AttendanceStatus, DesignSession, Invitation
from crm.design_sessions.queries import standings
from crm.design_sessions.services import attending, inviting
from crm.design_sessions.services.attending import Noted
from crm.stakeholders.models import Helix
from tests import factories, pages
from tests.design_sessions.test_attending_pages import marks, noted_at
from tests.pages import Enter

pytestmark = pytest.mark.both_engines("bulk work")

PRESENT, NO_SHOW = AttendanceStatus.PRESENT, AttendanceStatus.NO_SHOW
PAGE = 4


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standings, "PER_PAGE", PAGE)


@pytest.fixture
def people(made: DesignSession, leader: Actor) -> list[int]:
    ids = [factories.person(f"Proef{one:02}", helix=Helix.BUSINESS).id for one in range(10)]
    inviting.invite(leader, made, person_ids=ids)
    return ids


def listed(page: TestResponse) -> list[int]:
    return [int(one) for one in re.findall(r'name="mark-(\d+)" value="present"', page.text)]


def steps(page: TestResponse) -> list[str]:
    return re.findall(r'name="go" value="(\d+)"', page.text)


def test_each_page_is_saved_on_the_way_to_the_next(
    planner: FlaskClient, at: str, made: DesignSession, people: list[int]
) -> None:
    form = f"{at}/attendance"
    first = planner.get(form)
    sent = {**marks(people[:4]), "walk_ins-0-name": "Kees Zwart", "go": steps(first)[0]}

    went = pages.post(planner, form, sent)
    second = planner.get(went.location)
    back = pages.post(planner, went.location, {**marks(people[4:6]), "go": steps(second)[0]})

    assert "1 to 4 of 10" in pages.text_of(first)
    assert [listed(first), listed(second)] == [people[:4], people[4:8]]
    assert "Noted for 5 people." in pages.text_of(second)
    assert listed(planner.get(back.location)) == people[:4]
    assert len(noted_at(made)) == 7
    assert "Present: 7 · Excused: 0 · No show: 0 · Not noted: 4" in pages.text_of(planner.get(form))


def test_nobody_is_passed_over_where_who_is_noted_leaves_the_list(
    planner: FlaskClient, at: str, people: list[int]
) -> None:
    address, seen = f"{at}/attendance?noted=nothing", []
    while True:
        page = planner.get(address)
        seen += listed(page)
        following = steps(page)[-1:]
        if not following:
            break
        address = pages.post(planner, address, {**marks(listed(page)), "go": following[0]}).location

    assert seen == people
    assert "noted=nothing" in address


def test_somebody_is_found_by_name_answer_or_attendance_and_what_was_typed_is_saved(
    planner: FlaskClient, at: str, made: DesignSession, people: list[int]
) -> None:
    with unit_of_work(system(made.project_id), "tests.answers"):
        change_many(Invitation, Invitation.person_id == people[9], {"answer": Answer.YES})
    form = f"{at}/attendance"
    sent = {**marks(people[:1], "no_show"), "go": "show"}

    by_name = pages.post(planner, form, {**sent, "q": "proef07"})
    by_answer = pages.post(planner, form, {"go": "show", "answer": "yes"})
    by_status = pages.post(planner, form, {"go": "show", "noted": "no_show", "answer": "none"})

    assert noted_at(made) == {people[0]: NO_SHOW}
    found = [listed(planner.get(one.location)) for one in (by_name, by_answer, by_status)]
    assert found == [[people[7]], [people[9]], [people[0]]]
    assert "Nobody." in pages.text_of(planner.get(f"{form}?q=proef07&noted=present"))
    assert listed(planner.get(f"{form}?page=99&answer=nonsense")) == people[8:]


def test_what_is_refused_stays_beside_whom_it_was_typed(
    planner: FlaskClient, at: str, made: DesignSession, leader: Actor, people: list[int]
) -> None:
    attending.take_attendance(leader, made, noted={people[5]: Noted(None, PRESENT)}, walk_ins={})
    address = f"{at}/attendance?noted=nothing&page=2"
    sent = {**marks(people[4:8], "excused"), "q": "proef01", "go": "show"}

    refused = pages.post(planner, address, sent)
    lines = pages.post(planner, f"{at}/attendance/lines?noted=nothing&page=2", sent, form_at=at)

    assert refused.status_code == 409
    assert all(listed(page) == people[4:8] for page in (refused, lines))
    assert "noted meanwhile: Present" in refused.text
    assert re.search(rf'name="mark-{people[6]}" value="excused" checked', refused.text)
    assert 'value="proef01"' in refused.text
    assert 'action="' + address.replace("&", "&amp;") + '"' in refused.text


def test_the_page_of_the_session_counts_everybody_and_shows_a_page(
    planner: FlaskClient, at: str, made: DesignSession, people: list[int]
) -> None:
    pages.post(planner, f"{at}/attendance", marks(people[:6]))

    first, last, found = (
        pages.text_of(planner.get(f"{at}{one}"))
        for one in ("", "?page=3&answer=none", "?q=proef03&noted=present")
    )

    assert all("Everybody 10 Yes 0 Maybe 0 No 0 No answer yet 10" in one for one in (first, last))
    assert "1 to 4 of 10" in first
    assert "9 to 10 of 10" in last
    assert "Proef03, Ans" in found
    assert "1 to 1 of 1" in found
    assert "10 people are invited." in first


def test_a_reviewer_finds_private_people_by_their_pseudonym_alone_and_behind_the_others(
    enter: Enter, at: str, made: DesignSession, leader: Actor, people: list[int]
) -> None:
    private = factories.person("Aardig", helix=Helix.END_USERS)
    inviting.invite(leader, made, person_ids=[private.id])
    alias, reviewer = f"Resident {private.pseudonym}", enter(Role.REVIEWER)

    def page(asked: str) -> str:
        return pages.text_of(reviewer.get(f"{at}?{asked}"))

    assert alias not in page("") + page("q=aardig")
    assert alias in page("page=3")
    assert alias in page(f"q={private.pseudonym}")
    assert "Proef02, Ans" in page("q=proef02")
