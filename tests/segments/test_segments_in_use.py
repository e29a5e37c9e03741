"""A segment wherever people are chosen: exactly its people, and nobody where it cannot be read."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import DesignSession, Invitation
from crm.design_sessions.services import planning
from crm.projects.models import Project
from crm.segments import services
from crm.segments.models import Segment
from crm.segments.services import SegmentDetails
from crm.stakeholders.models import Helix
from tests import factories
from tests.design_sessions.conftest import details
from tests.pages import Enter, text_of

INSIDE, OUTSIDE = {"Binnenman", "Binnenveld"}, {"Buitenman", "Buitenveld"}
GONE = "no longer there, or it is somebody else's own"


def member(project: Project) -> Actor:
    account = factories.member(project, Role.LEADER)
    return Actor(account.id, account.name).in_project(project.id, Role.LEADER)


def saved(actor: Actor, project: Project, where: str, *, shared: bool) -> Segment:
    given = SegmentDetails(f"Zaken {shared}", where, is_shared=shared)
    return services.save_segment(actor, project, details=given)


@pytest.fixture
def planned(opened: Session, project: Project) -> DesignSession:
    """A session to come, and people of two offices who have addresses and were asked nothing."""
    for names, helix in ((INSIDE, Helix.GOVERNMENT), (OUTSIDE, Helix.BUSINESS)):
        office = factories.organisation(f"Kantoor {helix}", helix=helix)
        for name in sorted(names):
            factories.person(name, at=office, email=f"{name.lower()}@kring.example")
    return planning.add_session(system(project.id), project, details=details())


def seen(client: FlaskClient, address: str) -> set[str]:
    text = client.get(address).text
    return {name for name in INSIDE | OUTSIDE if name in text}


def places(project: Project, planned: DesignSession, key: int) -> dict[str, str]:
    """Return the addresses of everything that takes a segment."""
    base, where = f"/projects/{project.slug}", f"where=segment:{key}"
    return {
        "list": f"{base}/persons?{where}",
        "file": f"{base}/persons/export.csv?{where}",
        "session": f"{base}/sessions/{planned.id}/invite?segment={key}",
        "message": f"{base}/messages/new?segment={key}&purpose=session",
        "consent": f"{base}/messages/consent?segment={key}",
        "network": f"{base}/network?list=points&segment={key}",
    }


def test_each_place_takes_exactly_the_people_of_a_segment(
    enter: Enter, project: Project, planned: DesignSession
) -> None:
    ours = saved(member(project), project, "helix:government", shared=True)
    leader, where = enter(Role.LEADER), places(project, planned, ours.id)

    found = {place: seen(leader, address) for place, address in where.items()}
    leader.post(where["session"], data={"everybody": "yes"})

    session().rollback()
    invited = session().scalars(select(Invitation)).all()
    assert {place: names for place, names in found.items() if names != INSIDE} == {}
    assert {one.person.surname for one in invited} == INSIDE


def test_somebody_elses_own_segment_leads_to_nobody_and_says_why(
    enter: Enter, project: Project, planned: DesignSession
) -> None:
    mine = saved(member(project), project, "helix:government", shared=False)
    other, where = enter(Role.LEADER), places(project, planned, mine.id)

    answers = {place: other.get(address) for place, address in where.items()}
    other.post(where["session"], data={"everybody": "yes"})

    session().rollback()
    silent = [place for place, answer in answers.items() if GONE not in text_of(answer)]
    assert silent == []
    assert answers["file"].status_code == 400
    assert all(not seen(other, address) for address in where.values())
    assert session().scalars(select(Invitation.id)).all() == []
    assert other.get(f"/projects/{project.slug}/segments/{mine.id}/edit").status_code == 404
    assert other.post(f"/projects/{project.slug}/segments/{mine.id}/remove").status_code == 404


def test_a_segment_that_names_something_removed_says_so(
    enter: Enter, project: Project, planned: DesignSession
) -> None:
    leader, base = enter(Role.LEADER), f"/projects/{project.slug}"
    where = f"helix:government,!attended:{planned.id}"
    address = leader.post(f"{base}/segments", data={"name": "Zaken", "where": where}).location
    before = text_of(leader.get(address))

    with unit_of_work(system(project.id), "tests.remove"):
        session().delete(session().get_one(DesignSession, planned.id))

    assert "was not at Ontwerpbijeenkomst Lariks" in before
    assert "was not at (no longer there)" in text_of(leader.get(address))
    assert seen(leader, address) == INSIDE
