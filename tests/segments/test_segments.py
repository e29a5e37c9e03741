"""Segments: conditions under a name, which refill themselves; whose they are, who may use them."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.core import undo
from crm.core.conditions import ConditionRefused
from crm.core.db import session, unit_of_work
from crm.core.errors import Forbidden
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries import people as people_queries
from crm.networks.queries import network_views
from crm.networks.rules.selection import Selection
from crm.projects.models import Project
from crm.segments import queries as segments
from crm.segments import services
from crm.segments.models import Segment
from crm.segments.services import NoConditions, SegmentDetails, SegmentNameTaken
from crm.stakeholders.models import Helix
from crm.stakeholders.queries import condition_filter, persons
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.persons import NewPerson, PersonDetails, add_person
from crm.stakeholders.values.names import NameParts
from tests import factories
from tests.pages import Enter, text_of

pytestmark = pytest.mark.both_engines("own SQL")

TRADE = "helix:business,tag:zorg"


def member(project: Project, role: Role) -> Actor:
    account = factories.member(project, role)
    return Actor(account.id, account.name).in_project(project.id, role)


@pytest.fixture
def leader(project: Project) -> Actor:
    return member(project, Role.LEADER)


@pytest.fixture
def reviewer(project: Project) -> Actor:
    return member(project, Role.REVIEWER)


def add(project: Project, surname: str, helix: Helix = Helix.BUSINESS) -> int:
    details = PersonDetails(NameParts(first_name="A", surname=surname), tags=("zorg",))
    role = AffiliationDetails(helix=helix, helix_reason="zelf")
    return add_person(system(project.id), project, new=NewPerson(details, (role,))).id


def saved(actor: Actor, project: Project, where: str = TRADE, *, shared: bool = False) -> Segment:
    details = SegmentDetails(f"Zaken {where}", where, is_shared=shared)
    return services.save_segment(actor, project, details=details)


def people(actor: Actor, segment: Segment) -> set[int]:
    found = condition_filter.read(segments.address_of(segment), actor)
    return {one.id for one in persons.everybody(actor, PersonFilter(where=found.meant))}


def test_a_segment_refills_itself(project: Project, leader: Actor) -> None:
    first = add(project, "Een")
    segment = saved(leader, project)

    second = add(project, "Twee")

    assert people(leader, segment) == {first, second}


def test_a_segment_of_ones_own_is_nobody_elses(
    project: Project, leader: Actor, reviewer: Actor
) -> None:
    add(project, "Een")
    mine, ours = saved(leader, project), saved(leader, project, "helix:business", shared=True)

    assert [one.segment for one in segments.segments(reviewer)] == [ours]
    assert condition_filter.read(segments.address_of(mine), reviewer).refusal
    assert people(reviewer, mine) == set()
    assert len(people(reviewer, ours)) == 1
    with pytest.raises(Forbidden):
        services.remove_segment(reviewer, ours)
    with pytest.raises(Forbidden):
        saved(reviewer, project, "email", shared=True)


def test_a_reviewer_takes_no_hidden_condition_over_from_a_segment(
    project: Project, leader: Actor, reviewer: Actor
) -> None:
    hidden = add(project, "Stil", Helix.END_USERS)
    ours = saved(leader, project, "tag:zorg", shared=True)

    shown = people(reviewer, ours)

    assert hidden not in shown
    with pytest.raises(ConditionRefused):
        saved(reviewer, project, segments.address_of(ours))
    assert segments.told_to_everybody(reviewer, ours.id) is None
    assert segments.told_to_everybody(leader, ours.id) == "tag:zorg"


def test_what_a_segment_takes_over_is_copied_in(project: Project, leader: Actor) -> None:
    trade = saved(leader, project)

    both = saved(leader, project, f"!{segments.address_of(trade)},email")

    assert both.conditions == "!all(helix:business,tag:zorg),email"


def test_a_segment_needs_a_name_of_its_own_and_a_condition(project: Project, leader: Actor) -> None:
    saved(leader, project)

    with pytest.raises(SegmentNameTaken):
        saved(leader, project)
    for where in ("", "any(", "helix:moon", "segment:999"):
        with pytest.raises((NoConditions, ConditionRefused)):
            saved(leader, project, where)
    assert session().scalar(select(func.count()).select_from(Segment)) == 1


def test_a_removed_segment_comes_back(project: Project, leader: Actor) -> None:
    segment = saved(leader, project)
    number = segment.id
    step_id = services.remove_segment(leader, segment)

    with unit_of_work(leader, "tests.undo"):
        undo.carry_out(session().get_one(undo.Step, step_id), undo.Decisions())

    session().expire_all()
    assert segments.segment(leader, number).conditions == TRADE


def test_sessions_and_the_network_take_a_segment(project: Project, leader: Actor) -> None:
    inside, outside = add(project, "Een"), add(project, "Twee", Helix.RESEARCH)
    segment = saved(leader, project)
    day = DesignSession(starts_local="2027-05-04T14:00").day
    where = people_queries.in_segment(leader, str(segment.id), day).meant

    ids = people_queries.register_ids(PersonFilter(where=where), day)
    drawn = network_views.look(leader, project.id, Selection(segment=segment.id)).shown

    assert ids == [inside]
    assert [key for key in drawn if key in {f"p{inside}", f"p{outside}"}] == [f"p{inside}"]


def test_pages_save_change_and_remove_a_segment(app: Flask, enter: Enter, project: Project) -> None:
    base, leader = f"/projects/{project.slug}", enter(Role.LEADER)
    add(project, "Een")

    made = leader.post(f"{base}/segments", data={"name": "Zaken", "where": TRADE})
    key = re.search(r"segment:([0-9]+)", made.location)
    assert key
    changed = leader.post(
        f"{base}/segments/{key[1]}/edit",
        data={"name": "Zorgzaken", "where": "tag:zorg", "is_shared": "y"},
    )

    assert changed.status_code == 303
    assert "Een, A" in text_of(leader.get(made.location))
    assert "Zorgzaken" in text_of(enter(Role.REVIEWER).get(f"{base}/segments"))
    _walk(leader, base, key[1])
    removed = leader.post(f"{base}/segments/{key[1]}/remove")
    assert re.search(r"step=[0-9]+", removed.location)
    assert leader.get(removed.location).status_code == 200
    assert "no longer there" in text_of(leader.get(made.location))


def _walk(leader: FlaskClient, base: str, key: str) -> None:
    """Open the pages that lead to other conditions, and back with them."""
    assert leader.get(f"{base}/segments/{key}/edit?where=email").status_code == 200
    kept = leader.get(f"{base}/persons/conditions?match-0=all&kind-0.1=email&segment={key}&do=keep")
    assert kept.location.endswith(f"/segments/{key}/edit?where=email")
    assert leader.get(f"{base}/segments?where=any(").status_code == 200
    assert leader.get(f"{base}/persons?segment={key}").status_code == 200
    assert leader.get(f"{base}/network?segment={key}").status_code == 200
    assert leader.post(f"{base}/segments", data={"name": "", "where": "any("}).status_code == 400


def test_a_segment_as_a_file_at_the_command_line(
    app: Flask, project: Project, leader: Actor, tmp_path: Path
) -> None:
    add(project, "Een")
    add(project, "Twee", Helix.RESEARCH)
    segment, file = saved(leader, project), tmp_path / "persons.csv"
    account = factories.member(project, Role.LEADER)
    words = ["export", "persons", "--project", project.slug, "--as", account.email]
    ours = services.change_segment(
        leader, segment, details=SegmentDetails("Zaken", TRADE, is_shared=True)
    )

    with app.app_context():
        done = app.test_cli_runner().invoke(
            args=[*words, "--segment", str(segment.id), "--output", str(file)]
        )

    assert ours is None
    assert done.exit_code == 0, done.output
    assert "Een" in file.read_text()
    assert "Twee" not in file.read_text()
