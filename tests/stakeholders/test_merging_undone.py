"""Merging: the page, what is refused, and taking it back; on both engines."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.core import undo
from crm.core.db import project_scope, session, unit_of_work
from crm.core.permissions import Actor, Role, system
from crm.core.undo import Decisions
from crm.design_sessions.models import Answer, Invitation
from crm.design_sessions.services import inviting
from crm.messages.models import (
    OutboxMessage,
)
from crm.projects.models import Project
from crm.stakeholders.models import (
    Affiliation,
    Email,
    Kind,
    Person,
    PersonTag,
)
from crm.stakeholders.queries import duplicates
from crm.stakeholders.services import merging, persons, selections
from crm.stakeholders.services.merging import Merge
from tests import factories
from tests.pages import Enter, text_of
from tests.stakeholders.merges import last_step, merged, planned, queued, rows

pytestmark = pytest.mark.both_engines("undo")


@pytest.fixture
def planner(project: Project) -> Actor:
    return system(project.id)


@pytest.fixture
def two(planner: Actor) -> tuple[Person, Person]:
    return (
        factories.person("Vries", first_name="Jan", email="jan@vries.example"),
        factories.person("Vries", first_name="J.", email="j@devries.example"),
    )


def test_the_old_address_leads_to_the_one_that_stays(
    enter: Enter, planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    third = factories.person("Vries")
    kept, gone = two[0].id, two[1].id
    base = f"/projects/{project.slug}/persons"
    merged(planner, project, *two)
    merged(planner, project, third, session().get_one(Person, kept))

    answer = enter(Role.REVIEWER).get(f"{base}/{gone}")

    assert answer.location.endswith(f"{base}/{third.id}")
    assert duplicates.now_at(Kind.PERSON, kept) == third.id


def test_one_cannot_be_merged_with_itself_or_with_one_that_is_gone(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    kept, gone = two[0].id, two[1].id
    other = factories.project("Elders")
    with project_scope(other.id):
        stranger = factories.person("Vries").id
    merged(planner, project, *two)

    with pytest.raises(merging.OneAndTheSame):
        merging.merge_persons(planner, project, merge=Merge(kept, kept))
    for absent in (gone, stranger):
        with pytest.raises(merging.NoLongerThere):
            merging.merge_persons(planner, project, merge=Merge(kept, absent))
        with pytest.raises(merging.NoLongerThere):
            merging.merge_persons(planner, project, merge=Merge(absent, kept))


def test_what_was_changed_since_it_was_shown_is_shown_again(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    with pytest.raises(merging.ChangedMeanwhile):
        merged(planner, project, *two, revisions=(two[0].revision, two[1].revision + 1))


def test_undoing_gives_both_back_row_by_row(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    held = planned(planner, project)
    inviting.invite(planner, held, person_ids=[one.id for one in two], helixes={})
    queued(planner, project, two)
    tables = (Person, Email, Invitation, OutboxMessage, Affiliation)
    before = {model: rows(model) for model in tables}
    merged(planner, project, *two)
    step = last_step()

    with unit_of_work(planner, "tests.undo"):
        plan = undo.carry_out(step, Decisions())

    assert plan.conflicts == ()
    assert {model: rows(model) for model in tables} == before


def test_the_lot_of_somebody_who_waited_comes_back(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    held = planned(planner, project)
    inviting.invite(planner, held, person_ids=[two[1].id], helixes={})
    with unit_of_work(planner, "tests.wait"):
        waits = session().scalars(select(Invitation)).one()
        waits.answer, waits.waiting_since, waits.lot = Answer.WAITING, waits.invited_at, 7
    factories.objection(two[0])
    before = rows(Invitation)
    merged(planner, project, *two)
    ended = session().scalar(select(Invitation.lot))

    with unit_of_work(planner, "tests.undo"):
        undo.carry_out(last_step(), Decisions())

    assert ended is None
    assert rows(Invitation) == before


def test_what_was_changed_after_a_merge_is_named_where_it_is_undone(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    kept = two[0].id
    merged(planner, project, *two, from_gone={"first_name"})
    with unit_of_work(planner, "tests.change"):
        session().get_one(Person, kept).first_name = "Johan"

    with unit_of_work(planner, "tests.undo"):
        plan = undo.carry_out(last_step(), Decisions())

    named = [(one.record.table, one.field) for one in plan.conflicts]
    assert ("person", "first_name") in named
    assert session().scalar(select(func.count()).select_from(Person)) == 2
    assert session().get_one(Person, kept).first_name == "Johan"


def test_what_was_removed_since_is_called_by_what_it_was(
    enter: Enter, planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    with unit_of_work(planner, "tests.tag"):
        two[1].tags.append(PersonTag(word="Zorg", word_key="zorg"))
    kept = merged(planner, project, *two)
    selections.untag_persons(planner, project, person_ids=[kept.id], word="zorg")
    step = session().scalars(select(undo.Step.id).order_by(undo.Step.id)).first()

    address, leader = f"/projects/{project.slug}/steps/{step}", enter(Role.LEADER)
    page = leader.get(address)
    persons.remove_person(planner, kept)
    without = leader.get(address)

    assert "Tags: Zorg It was removed since" in text_of(page)
    assert "E-mail addresses It was removed since" in text_of(without)
    assert "j@devries.example" not in without.text


def test_the_page_asks_field_by_field_and_merges(
    enter: Enter, project: Project, two: tuple[Person, Person]
) -> None:
    leader: FlaskClient = enter(Role.LEADER)
    kept, gone = two
    address = f"/projects/{project.slug}/persons/{kept.id}/merge/{gone.id}"
    page = leader.get(address).text
    given = {
        "first_name": "gone", "kept_revision": kept.revision, "gone_revision": gone.revision,
        "emails_shown": f"{kept.emails[0].id},{gone.emails[0].id}", "emails": gone.emails[0].id,
    }  # fmt: skip

    answer = leader.post(address, data=given)

    assert "jan@vries.example" in page
    assert "mailto:" not in page
    assert f"/persons/{kept.id}?step=" in answer.location
    shown = leader.get(answer.location).text
    assert "J. Vries" in shown
    assert "j@devries.example" in shown
    assert "jan@vries.example" not in shown

    again = leader.post(address, data=given)
    assert again.status_code == 303
    assert "These two are one already." in leader.get(again.location).text
    turned = f"/projects/{project.slug}/persons/{gone.id}/merge/{kept.id}"
    crossed = leader.post(turned, data=given)
    assert crossed.location.endswith(f"/persons/{kept.id}")
    other = address.replace(f"/{gone.id}", "/999999")
    assert leader.get(other).status_code == 404
    late = leader.post(other, data=given)
    assert late.status_code == 409
    assert "One of the two is not there any more" in late.text
