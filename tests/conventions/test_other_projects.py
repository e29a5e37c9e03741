"""Ids of another project in forms and filters: not found or refused, and nothing is written."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.core.db import Base, Database, project_scope
from crm.core.permissions import Actor, Role
from crm.core.ties import person_key
from crm.design_sessions.models import DesignSession, SessionKind
from crm.design_sessions.services import inviting, planning
from crm.design_sessions.services.planning import LocalTime, SessionDetails
from crm.initiatives.services import InvolvementDetails, Stakeholder, involve
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories

pytestmark = pytest.mark.both_engines("scope")

# What a request writes although it changes nothing.
BESIDE = {"user_session", "visit", "access_entry"}
REFUSED = {400, 404, 409}


@dataclass(frozen=True, slots=True)
class Records:
    """The ids of one of each kind of record in a project."""

    slug: str
    person: int
    role: int
    organisation: int
    initiative: int
    involvement: int
    session: int

    @property
    def base(self) -> str:
        """The beginning of every address in the project."""
        return f"/projects/{self.slug}"


def filled(where: Project, who: Actor) -> Records:
    """Make one of each kind of record."""
    with project_scope(where.id):
        organisation = factories.organisation(f"Stichting {where.slug}")
        person = factories.person(f"Proef {where.slug}", at=organisation)
        initiative = factories.initiative(who, where, f"Moestuin {where.slug}")
        part = involve(
            who,
            initiative,
            stakeholder=Stakeholder(person_id=person.id),
            part=InvolvementDetails(role="lid"),
        )
        planned = session(who, where)
        inviting.invite(who, planned, person_ids=[person.id], helixes={})
        return Records(
            where.slug, person.id, person.affiliations[0].id, organisation.id, initiative.id,
            part.id, planned.id,
        )  # fmt: skip


def session(who: Actor, where: Project) -> DesignSession:
    """Plan a session."""
    details = SessionDetails(
        title=f"Ontwerpbijeenkomst {where.slug}",
        kind=SessionKind.DESIGN_SESSION,
        starts=LocalTime(datetime.fromisoformat("2027-05-04T14:00")),
        ends=LocalTime(datetime.fromisoformat("2027-05-04T16:00")),
    )
    return planning.add_session(who, where, details=details)


@pytest.fixture
def theirs(opened: Session) -> Records:
    """The records of another project."""
    where = factories.project("Elders")
    return filled(where, factories.leader_of(where))


@pytest.fixture
def mine(opened: Session, theirs: Records, app: Flask, client: FlaskClient) -> Records:
    """The records of one's own project, which one leads."""
    app.config["WTF_CSRF_ENABLED"] = False
    where = factories.project("Hier")
    who = factories.member(where, Role.LEADER)
    factories.sign_in(client, who)
    actor = Actor(who.id, who.name, role=Role.LEADER, project_id=where.id)
    return filled(where, actor)


def rows(app: Flask) -> dict[str, int]:
    """Return by table how many rows there are."""
    database: Database = app.extensions["kring_database"]
    with database.engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in BESIDE
        }


def attempts(mine: Records, theirs: Records) -> list[tuple[str, dict[str, object]]]:
    """Return every form of one's own project that can be sent with an id of another one."""
    base, there = mine.base, f"{mine.base}/sessions/{mine.session}"
    one = str(theirs.person)
    new = {"walk_ins-0-name": "Iemand", "walk_ins-0-helix": Helix.BUSINESS.value}
    return [
        (f"{there}/invite", {"person": one}),
        (f"{there}/invite", {"person": one, f"helix-{one}": "business"}),
        (f"{there}/invited", {"person": one}),
        (f"{there}/invited", {f"helix-{one}": "research"}),
        (f"{there}/attendance", {f"mark-{one}": "present", f"was-{one}": ""}),
        (f"{there}/attendance", {**new, "walk_ins-0-person": one, "walk_ins-0-offered": one}),
        (f"{base}/initiatives/{mine.initiative}/involve", {"stakeholder": f"person-{one}"}),
        (
            f"{base}/initiatives/{mine.initiative}/involve",
            {"stakeholder": f"organisation-{theirs.organisation}"},
        ),
        (f"{base}/persons/{mine.person}/involve", {"initiative": theirs.initiative}),
        (f"{base}/organisations/{mine.organisation}/involve", {"initiative": theirs.initiative}),
        (f"{base}/persons/{mine.person}/roles/{theirs.role}/end", {}),
        (f"{base}/persons/{mine.person}/roles/{theirs.role}/main", {}),
        (f"{base}/persons/{mine.person}/roles/{theirs.role}/remove", {}),
        (f"{base}/persons/{theirs.person}/roles/{mine.role}/remove", {}),
        (f"{base}/involvements/{theirs.involvement}/remove", {}),
        (f"{base}/sessions/{theirs.session}/invite", {"person": mine.person}),
    ]


def test_an_id_of_another_project_in_a_form_is_refused_and_nothing_is_written(
    app: Flask, client: FlaskClient, mine: Records, theirs: Records
) -> None:
    before = rows(app)

    answers = [
        (address, data, client.post(address, data=data).status_code)
        for address, data in attempts(mine, theirs)
    ]

    assert [answer for answer in answers if answer[2] not in REFUSED] == []
    assert rows(app) == before


def test_the_same_forms_work_with_ids_of_ones_own(
    client: FlaskClient, mine: Records, theirs: Records
) -> None:
    # Or the test above would show nothing.
    answers = [
        client.post(address, data=data).status_code for address, data in attempts(mine, mine)[:6]
    ]

    assert answers == [303] * 6


def test_a_filter_with_an_id_of_another_project_finds_nothing_of_it(
    client: FlaskClient, mine: Records, theirs: Records
) -> None:
    addresses = [
        f"{mine.base}/persons?organisation={theirs.organisation}",
        f"{mine.base}/persons/export.csv?organisation={theirs.organisation}",
        f"{mine.base}/organisations?q=stichting",
        f"{mine.base}/organisations/options?q=stichting",
        f"{mine.base}/initiatives?q=moestuin",
        f"{mine.base}/sessions/{mine.session}/invite?q=proef",
        f"{mine.base}/sessions/{mine.session}/attendance/people?q=proef",
        f"{mine.base}/initiatives/{mine.initiative}/involve?q=proef",
        f"{mine.base}/network",
        f"{mine.base}/network/picture.json",
        f"{mine.base}/network/people/{mine.person}?with={person_key(theirs.person)}",
    ]

    names = ("Stichting", "Proef", "Moestuin", "Ontwerpbijeenkomst")
    seen = [
        f"{name} on {address}"
        for address in addresses
        for name in names
        if f"{name} {theirs.slug}" in client.get(address).text
    ]

    assert seen == []


def test_a_role_is_found_with_its_own_person_only(
    app: Flask, client: FlaskClient, mine: Records, opened: Session
) -> None:
    with project_scope(opened.scalars(select(Project.id).where(Project.slug == mine.slug)).one()):
        other = factories.person("Ander", helix=Helix.END_USERS)
    before = rows(app)

    codes = [
        client.post(f"{mine.base}/persons/{other.id}/roles/{mine.role}/{act}").status_code
        for act in ("edit", "end", "main", "remove")
    ]

    assert codes == [404] * 4
    assert rows(app) == before


def test_an_account_without_a_role_here_is_no_member_to_change(
    client: FlaskClient, mine: Records, opened: Session
) -> None:
    stranger = factories.account("Bo Buiten")

    codes = [
        client.post(f"{mine.base}/members/{stranger.id}/{act}", data={"role": "leader"}).status_code
        for act in ("role", "remove")
    ]

    assert codes == [404, 404]
