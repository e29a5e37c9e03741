"""Very many people at once: part by part in the background, one step, as whoever ordered it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.accounts import queries as accounts
from crm.accounts.services import set_active
from crm.core import audit, clock, undo
from crm.core.audit import AuditEntry
from crm.core.bulk_changes import change_called
from crm.core.db import project_scope, remove_many, session, unit_of_work
from crm.core.jobs import MOST_ATTEMPTS, Job, run_due
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import Invitation
from crm.design_sessions.services import planning
from crm.projects import queries as projects
from crm.projects.models import Membership, Project
from crm.stakeholders.models import (
    Affiliation,
    Helix,
    Organisation,
    Person,
    PersonTag,
)
from crm.stakeholders.services import bulk, merging
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import MOST_AT_ONCE, Wanted
from crm.stakeholders.services.merging import Merge
from crm.stakeholders.services.selections import TagMissing
from crm.steps.services import take_back
from crm.tasks import jobs
from crm.tasks.models import LongTask, TaskState
from tests import factories
from tests.design_sessions.conftest import details
from tests.pages import Enter, text_of
from tests.stakeholders.test_selections import people

pytestmark = pytest.mark.both_engines("bulk work")

PART, ALL = 2, 5


@pytest.fixture
def in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PART", PART)


@pytest.fixture
def leader(project: Project) -> Actor:
    return factories.leader_of(project)


@pytest.fixture
def ids(project: Project, in_small_parts: None) -> list[int]:
    return people(project, ALL)


def ordered(
    leader: Actor, project: Project, ids: list[int], key: str = "tag", asked: object = "sport"
) -> LongTask:
    """Order a change of which the first part is done at once."""
    wanted = Wanted(change_called(key), ids, asked)
    return bulk.order(leader, project, wanted=wanted, part=PART)


def carry_out(made: LongTask) -> None:
    jobs.run({"task": made.id, "account": made.made_by_id})
    session().expire_all()


def who_have(column: object) -> list[int]:
    session().rollback()
    return sorted(session().scalars(select(column)))  # type: ignore[call-overload]  # a column of ids


def lose_the_role(leader: Actor) -> None:
    with unit_of_work(system(), "tests.leave"):
        remove_many(Membership, Membership.account_id == leader.account_id)


def be_disabled(leader: Actor) -> None:
    factories.member(projects.project(leader.project_id or 0))
    set_active(system(), accounts.account(leader.account_id or 0), is_active=False)


@pytest.mark.parametrize("key", ["tag", "untag", "affiliate", "invite"])
def test_parts_do_the_same_as_the_whole_and_are_undone_as_one(
    leader: Actor, project: Project, ids: list[int], key: str
) -> None:
    factories.organisation("Club", helix=Helix.BUSINESS)
    planned = planning.add_session(leader, project, details=details())
    asked = {
        "tag": ("sport", PersonTag.person_id),
        "untag": ("groen", PersonTag.person_id),
        "affiliate": (AffiliationDetails("Club", since=clock.today()), Affiliation.person_id),
        "invite": (planned.id, Invitation.person_id),
    }
    wanted, column = asked[key]
    if key == "untag":
        change_called("tag").carry_out(leader, project, ids, "groen")
    before = who_have(column)

    made = ordered(leader, project, ids, key, wanted)
    first = who_have(column)
    carry_out(made)

    assert sorted({*first} ^ {*before}) == ids[:PART]
    assert sorted({*who_have(column)} ^ {*before}) == ids
    assert (made.state, made.done, made.changed) == (TaskState.DONE, ALL, ALL)
    assert made.about["missing"] == 0
    assert (made.chosen, made.asked) == ("[]", {})
    step = session().get_one(undo.Step, made.step_id)
    assert (step.made_by_id, step.about["persons"]) == (leader.account_id, ALL)
    assert audit.broken_entry(project.id) is None
    take_back(leader, step)
    assert who_have(column) == before


def test_what_makes_no_sense_is_refused_at_once(
    leader: Actor, project: Project, ids: list[int]
) -> None:
    with pytest.raises(TagMissing):
        ordered(leader, project, ids, asked=" !")

    session().rollback()
    kept = [session().scalar(select(func.count()).select_from(one)) for one in (LongTask, Job)]
    assert kept == [0, 0]


def test_who_stops_it_keeps_what_is_done_and_can_undo_that(
    leader: Actor, project: Project, ids: list[int]
) -> None:
    made = ordered(leader, project, ids)

    bulk.stop(leader, made)
    carry_out(made)

    assert (made.state, made.done, made.chosen) == (TaskState.STOPPED, PART, "[]")
    assert who_have(PersonTag.person_id) == ids[:PART]
    take_back(leader, session().get_one(undo.Step, made.step_id))
    assert who_have(PersonTag.person_id) == []


@pytest.mark.parametrize("lose", [lose_the_role, be_disabled])
def test_who_lost_the_right_meanwhile_changes_nothing_more(
    enter: Enter,
    leader: Actor,
    project: Project,
    ids: list[int],
    lose: Callable[[Actor], None],
) -> None:
    made = ordered(leader, project, ids)
    lose(leader)

    carry_out(made)

    assert (made.state, made.done) == (TaskState.NOT_ALLOWED, PART)
    assert who_have(PersonTag.person_id) == ids[:PART]
    page = enter(Role.PLANNER).get(f"/projects/{project.slug}/persons/selection/{made.id}")
    assert "This ended after 2 of 5 people: who began it may not do it any more." in text_of(page)
    assert "Tags given to 2 people." in text_of(page)


def test_each_part_is_written_down_as_done_by_who_ordered_it(
    leader: Actor, project: Project, ids: list[int]
) -> None:
    carry_out(ordered(leader, project, ids))

    tags = select(AuditEntry.account_id).where(AuditEntry.table == "person_tag")
    assert list(session().scalars(tags)) == [leader.account_id] * ALL


def test_what_is_gone_meanwhile_ends_it_with_a_reason(
    enter: Enter, leader: Actor, project: Project, ids: list[int]
) -> None:
    factories.organisation("Club", helix=Helix.BUSINESS)
    made = ordered(leader, project, ids, "affiliate", AffiliationDetails("Club"))
    take_back(leader, session().get_one(undo.Step, made.step_id))
    other = ordered(leader, project, ids, "affiliate", AffiliationDetails("Club"))
    with unit_of_work(leader, "tests.rename"):
        place = session().scalars(select(Affiliation).limit(1)).one().organisation
        assert place is not None
        place.name = place.name_key = "kring"

    carry_out(made)
    carry_out(other)

    assert (made.state, other.state) == (TaskState.STOPPED, TaskState.IMPOSSIBLE)
    assert who_have(Affiliation.person_id) == ids[:PART]
    page = enter(Role.PLANNER).get(f"/projects/{project.slug}/persons/selection/{other.id}")
    assert "something that it needs was changed or removed meanwhile" in text_of(page)


def test_what_keeps_failing_says_so_and_what_can_be_done(
    app: Flask,
    enter: Enter,
    leader: Actor,
    project: Project,
    ids: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = ordered(leader, project, ids)
    planner, order_id = enter(Role.PLANNER), made.id
    address = f"/projects/{project.slug}/persons/selection/{order_id}"
    session().rollback()
    monkeypatch.setattr(bulk, "change_called", None)
    start = clock.now()

    for tries in range(MOST_ATTEMPTS):
        assert "data-live-going" in planner.get(address).text
        with clock.frozen(start + timedelta(hours=tries)):
            run_all(app)

    told = planner.get(address)
    assert "This failed after 2 of 5 people, by a fault in Kring." in text_of(told)
    assert re.search(r'href="[^"]*/steps/[0-9]+"', told.text)
    assert who_have(PersonTag.person_id) == ids[:PART]


def run_all(app: Flask) -> None:
    database = app.extensions["kring_database"]
    while run_due(database, "one"):
        pass  # each job that is due


def test_an_organisation_that_is_new_is_made_once_with_the_first_part(
    leader: Actor, project: Project, ids: list[int]
) -> None:
    asked = AffiliationDetails("Nieuw", make_organisation=True, helix=Helix.RESEARCH)
    made = ordered(leader, project, ids, "affiliate", asked)
    with unit_of_work(leader, "tests.rename"):
        place = session().scalars(select(Organisation)).one()
        place.name = place.name_key = "kring"

    carry_out(made)

    assert (made.state, made.changed) == (TaskState.IMPOSSIBLE, PART)
    assert list(session().scalars(select(Organisation.name))) == ["kring"]


def test_who_was_merged_is_followed_and_who_is_gone_is_counted(
    leader: Actor, project: Project, ids: list[int]
) -> None:
    later = people(project, 1)
    made = ordered(leader, project, ids)
    merging.merge_persons(leader, project, merge=Merge(later[0], ids[2]))
    with unit_of_work(leader, "tests.remove"):
        remove_many(Person, Person.id == ids[3])

    carry_out(made)

    assert who_have(PersonTag.person_id) == sorted([*ids[:2], ids[4], *later])
    assert (made.state, made.changed, made.about["missing"]) == (TaskState.DONE, 4, 1)


def test_another_project_does_not_see_it(leader: Actor, project: Project, ids: list[int]) -> None:
    made = ordered(leader, project, ids)

    with project_scope(factories.project().id):
        assert session().scalar(select(LongTask).where(LongTask.id == made.id)) is None


def test_a_large_selection_shows_how_far_it_is_and_the_way_back(
    enter: Enter, project: Project, opened: Session
) -> None:
    people(project, MOST_AT_ONCE + 1)
    client: FlaskClient = enter(Role.LEADER)
    base = f"/projects/{project.slug}"
    selection = f"{base}/persons/selection?everybody=yes"

    asked = client.get(selection)
    wrong = client.post(f"{selection}&do=tag", data={"tag-word": ""})
    done = client.post(f"{selection}&do=tag", data={"tag-word": "sport"})
    going = client.get(done.location)
    part = client.get(f"{done.location}/progress")
    start = client.get(f"{base}/")
    stopped = client.post(f"{done.location}/stop", follow_redirects=True)

    assert "part by part in the background" in text_of(asked)
    assert (wrong.status_code, done.status_code) == (400, 303)
    assert "250 of 1,001 people have had their turn. 24%" in text_of(going)
    assert "data-live-going" in part.text
    assert "A change of 1,001 people is under way: 24%" in text_of(start)
    assert "This was stopped after 250 of 1,001 people." in text_of(stopped)
    assert "Tags given to 250 people." in text_of(stopped)
    assert re.search(r'href="[^"]*/steps/[0-9]+"', stopped.text)
    opened.rollback()
    assert len(who_have(PersonTag.person_id)) == 250
