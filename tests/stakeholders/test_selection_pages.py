"""The pages on which something is done with many people of a list at once."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.core.db import session
from crm.core.permissions import Role
from crm.projects.models import Project
from crm.segments.services import SegmentDetails, save_segment
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from tests import factories
from tests.pages import Enter, text_of
from tests.stakeholders.test_selections import people, tagged


@pytest.fixture
def leader(enter: Enter, project: Project) -> FlaskClient:
    people(project, 3)
    return enter(Role.LEADER)


def test_who_is_ticked_gets_the_tag_and_it_can_be_taken_back(
    leader: FlaskClient, project: Project
) -> None:
    base = f"/projects/{project.slug}/persons"
    ids = list(session().scalars(select(Person.id).order_by(Person.id)))
    query = f"person={ids[0]}&person={ids[1]}"

    asked = leader.get(f"{base}/selection?{query}")
    done = leader.post(
        f"{base}/selection?{query}&do=tag", data={"tag-word": "sport", "tag-expected": "2"}
    )
    shown = leader.get(done.location)

    assert "2 people are chosen." in text_of(asked)
    assert "Tags given to 2 people." in text_of(shown)
    assert "step=" in done.location
    session().rollback()
    assert tagged() == 2


def test_all_of_a_list_is_what_its_address_leaves(leader: FlaskClient, project: Project) -> None:
    base = f"/projects/{project.slug}/persons"
    data = {"tag-word": "sport"}

    done = leader.post(f"{base}/selection?everybody=yes&q=naam&do=tag", data=data)
    changed = leader.post(
        f"{base}/selection?everybody=yes&do=untag",
        data={"untag-word": "sport", "untag-expected": "9"},
    )
    wrong = leader.post(f"{base}/selection?everybody=yes&do=tag", data={"tag-word": ""})

    assert done.status_code == 303
    assert changed.status_code == 409
    assert wrong.status_code == 400
    assert "Fill in a tag." in text_of(wrong)
    assert leader.post(f"{base}/selection?everybody=yes&do=nothing").status_code == 404
    assert leader.get(f"{base}/selection?everybody=yes&where=any(").status_code == 400
    session().rollback()
    assert tagged() == 3


def test_a_reviewer_takes_a_selection_along_and_changes_nothing(
    enter: Enter, leader: FlaskClient, project: Project
) -> None:
    base, eyes = f"/projects/{project.slug}/persons", enter(Role.REVIEWER)

    page = eyes.get(f"{base}/selection?everybody=yes")

    assert "export.csv?everybody=yes" in page.text
    assert "Give a tag" not in page.text
    assert eyes.post(f"{base}/selection?everybody=yes&do=tag").status_code == 403


def test_a_role_in_an_organisation_that_is_new_asks_for_its_helix(
    leader: FlaskClient, project: Project
) -> None:
    address = f"/projects/{project.slug}/persons/selection?everybody=yes&do=affiliate"
    asked = {"affiliate-organisation": "Nieuwe club", "affiliate-role": "lid"}
    make = {**asked, "affiliate-make_organisation": "y"}

    unknown = leader.post(address, data=asked)
    silent = leader.post(address, data=make)
    done = leader.post(address, data={**make, "affiliate-helix": "research"})

    assert (unknown.status_code, silent.status_code, done.status_code) == (400, 400, 303)
    assert "affiliate-make_organisation" in unknown.text
    assert "it becomes the usual one of the new organisation" in text_of(silent)
    session().rollback()
    assert session().scalars(select(Organisation.helix)).all() == [Helix.RESEARCH]
    assert session().scalar(select(func.count()).select_from(Affiliation)) == 3
    step = int(re.findall(r"step=(\d+)", done.location)[0])
    assert leader.post(f"/projects/{project.slug}/steps/{step}/undo").status_code == 303
    session().rollback()
    assert session().scalars(select(Organisation.id)).all() == []


def test_who_ticks_nobody_has_chosen_nobody(leader: FlaskClient, project: Project) -> None:
    address = f"/projects/{project.slug}/persons/selection?q=naam"

    asked = leader.get(address)
    done = leader.post(f"{address}&do=tag", data={"tag-word": "sport"})
    strange = leader.post(f"{address}&person=x&do=tag", data={"tag-word": "sport"})

    assert "Nobody is chosen" in text_of(asked)
    assert (done.status_code, strange.status_code) == (409, 409)
    session().rollback()
    assert tagged() == 0


def test_the_page_says_who_is_chosen_and_leads_back_without_doing_it(
    leader: FlaskClient, project: Project
) -> None:
    base, ids = f"/projects/{project.slug}/persons", people(project, 2, "groen")
    segment = save_segment(
        factories.leader_of(project),
        project,
        details=SegmentDetails("Groenen", "tag:groen", is_shared=True),
    )
    said = {
        f"person={ids[0]}&person={ids[1]}": "Chosen: Naam 0, Naam 1.",
        "everybody=yes": "Chosen: everybody in the register.",
        "everybody=yes&q=naam": "Chosen: everybody who is found by “naam”.",
        "everybody=yes&tag=groen": "Chosen: everybody of whom this holds: has the tag “groen”.",
        "everybody=yes&q=naam&tag=groen": "Chosen: everybody who is found by “naam” and of whom "
        "this holds: has the tag “groen”.",
        f"everybody=yes&where=segment:{segment.id}": "Chosen: everybody of whom this holds: is in "
        "the segment “Groenen”. That means: has the tag “groen”.",
    }

    pages = {query: leader.get(f"{base}/selection?{query}") for query in said}
    page = pages[f"everybody=yes&where=segment:{segment.id}"]
    back = re.findall(r'<a href="([^"]*)">Cancel</a>', page.text)

    assert [said[one] in text_of(found) for one, found in pages.items()] == [True] * len(said)
    assert len(back) == len(set(re.findall(r"do=(\w+)", page.text)))
    assert set(back) == {f"{base}?where=segment:{segment.id}"}


def test_more_who_are_found_by_a_word_than_a_page_counts_can_all_be_changed(
    enter: Enter, project: Project
) -> None:
    people(project, 1_003)
    client, address = enter(Role.LEADER), f"/projects/{project.slug}/persons"

    asked = client.get(f"{address}/selection?everybody=yes&q=naam")
    counted_all = client.get(f"{address}?q=naam&count=all&page=21")
    expected = re.findall(r'name="tag-expected"[^>]*value="(\d+)"', asked.text)
    done = client.post(
        f"{address}/selection?everybody=yes&q=naam&do=tag",
        data={"tag-word": "sport", "tag-expected": expected[0]},
    )

    assert "1,003 people are chosen." in text_of(asked)
    assert "1,001 to 1,003 of 1,003" in text_of(counted_all)
    assert done.status_code == 303
