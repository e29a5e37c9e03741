"""Many people of a list at once: one command, few statements, and a way back."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.core import undo
from crm.core.db import session, unit_of_work
from crm.core.errors import NotFound
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import Invitation
from crm.design_sessions.services import inviting, planning
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, PersonTag, ReasonMissing
from crm.stakeholders.services import selections
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.services.selections import TagMissing
from crm.stakeholders.values.names import NameParts
from tests import factories
from tests.design_sessions.conftest import details
from tests.pages import Enter
from tests.statements import counted

pytestmark = pytest.mark.both_engines("bulk work")


@pytest.fixture
def actor(project: Project) -> Actor:
    return system(project.id)


def people(project: Project, number: int, *tags: str) -> list[int]:
    new = [
        NewPerson(PersonDetails(NameParts(surname=f"Naam {at}"), tags=tags), ())
        for at in range(number)
    ]
    return add_persons_in_bulk(system(project.id), project, new=new)


def tagged() -> int:
    return session().scalar(select(func.count()).select_from(PersonTag)) or 0


def take_back(actor: Actor, step: int | None) -> None:
    with unit_of_work(actor, "tests.undo"):
        undo.carry_out(session().get_one(undo.Step, step), undo.Decisions())
    session().expire_all()


def test_a_tag_comes_and_goes_and_comes_back(project: Project, actor: Actor) -> None:
    ids = people(project, 3)

    given = selections.tag_persons(actor, project, person_ids=ids[:2], word="Groen doen")
    again = selections.tag_persons(actor, project, person_ids=ids, word="groen DOEN")
    taken = selections.untag_persons(actor, project, person_ids=ids, word="groen doen")

    assert (given.persons, again.persons, taken.persons) == (2, 1, 3)
    take_back(actor, taken.step)
    assert tagged() == 3
    take_back(actor, given.step)
    assert tagged() == 1


def test_commas_stand_between_tags(project: Project, actor: Actor) -> None:
    ids = [*people(project, 1, "sport"), *people(project, 1)]

    given = selections.tag_persons(
        actor, project, person_ids=ids, word="uitnodigen 2027, Sport; sport"
    )
    words = set(session().scalars(select(PersonTag.word)))
    taken = selections.untag_persons(actor, project, person_ids=ids, word="SPORT,nergens")

    assert words == {"sport", "Sport", "uitnodigen 2027"}
    assert (given.persons, taken.persons, tagged()) == (2, 2, 2)
    take_back(actor, taken.step)
    take_back(actor, given.step)
    assert tagged() == 1


def test_a_role_goes_to_those_who_lack_it(project: Project, actor: Actor) -> None:
    club = factories.organisation("Club", helix=Helix.BUSINESS)
    ids = people(project, 2)
    at_club = AffiliationDetails("Club", role="lid")
    selections.affiliate_persons(actor, project, person_ids=ids[:1], details=at_club)

    done = selections.affiliate_persons(actor, project, person_ids=ids, details=at_club)

    roles = session().scalars(select(Affiliation).order_by(Affiliation.person_id)).all()
    assert [(one.organisation_id, one.helix, one.is_main) for one in roles] == [
        (club.id, Helix.BUSINESS, True)
    ] * 2
    assert done.persons == 1
    take_back(actor, done.step)
    assert session().scalar(select(func.count()).select_from(Affiliation)) == 1


def test_what_makes_no_sense_changes_nobody(project: Project, actor: Actor) -> None:
    factories.organisation("Club", helix=Helix.BUSINESS)
    ids = people(project, 1)
    other = AffiliationDetails("Club", helix=Helix.RESEARCH)

    with pytest.raises(TagMissing):
        selections.tag_persons(actor, project, person_ids=ids, word=" !")
    with pytest.raises(NotFound):
        selections.tag_persons(actor, project, person_ids=[*ids, 999], word="sport")
    with pytest.raises(ReasonMissing):
        selections.affiliate_persons(actor, project, person_ids=ids, details=other)
    assert tagged() == 0
    assert session().scalar(select(func.count()).select_from(undo.Step)) == 0


def test_many_are_invited_in_one_step(project: Project, actor: Actor) -> None:
    ids = people(project, 3)
    planned = planning.add_session(actor, project, details=details())
    inviting.invite(actor, planned, person_ids=ids[:1])

    number, step = inviting.invite_selection(actor, planned, person_ids=ids)
    take_back(actor, step)

    assert number == 2
    assert list(session().scalars(select(Invitation.person_id))) == ids[:1]


@pytest.mark.engine("sqlite")  # on PostgreSQL a set is larger still
def test_ten_thousand_get_a_tag_set_by_set(app: Flask, project: Project, actor: Actor) -> None:
    ids = people(project, 10_000)

    with counted(app) as sent:
        done = selections.tag_persons(actor, project, person_ids=ids, word="zorg")

    assert done.persons == 10_000
    assert len(sent) < 300


def about_each(ids: list[int]) -> dict[str, set[int]]:
    """Return who of these has the tag, a role, and an invitation."""
    session().rollback()
    columns = {
        "tag": PersonTag.person_id,
        "affiliate": Affiliation.person_id,
        "invite": Invitation.person_id,
    }
    return {what: set(session().scalars(select(one))) & set(ids) for what, one in columns.items()}


def test_all_that_fit_get_what_is_done_and_lose_it_when_it_is_undone(
    enter: Enter, project: Project, actor: Actor
) -> None:
    inside, outside = people(project, 60, "groen"), people(project, 2, "grijs")
    factories.organisation("Club", helix=Helix.BUSINESS)
    planned = planning.add_session(actor, project, details=details())
    client, base = enter(Role.LEADER), f"/projects/{project.slug}"
    asked = {
        "tag": {"tag-word": "sport"},
        "affiliate": {"affiliate-organisation": "Club", "affiliate-role": "lid"},
        "invite": {"invite-session": str(planned.id)},
        "untag": {"untag-word": "groen"},
    }
    everybody, before = f"{base}/persons/selection?everybody=yes&where=", about_each(outside)
    steps = []

    for action, fields in asked.items():
        where = "tag:sport" if action == "untag" else "tag:groen"
        done = client.post(f"{everybody}{where}&do={action}", data=fields)
        undo_at = re.search(r'href="([^"]*/steps/[0-9]+)"', client.get(done.location).text)
        assert undo_at, action
        steps.append(undo_at[1])
    after = about_each(inside)
    taken = session().scalars(select(PersonTag.word).distinct().order_by(PersonTag.word)).all()

    assert after == {key: set(inside) for key in ("tag", "affiliate", "invite")}
    assert about_each(outside) == before
    assert taken == ["grijs", "sport"]
    for step in reversed(steps):
        assert client.post(f"{step}/undo").status_code == 303
    assert about_each(inside) == {"tag": set(inside), "affiliate": set(), "invite": set()}
    words = session().scalars(select(PersonTag.word).where(PersonTag.person_id.in_(inside)))
    assert set(words) == {"groen"}
