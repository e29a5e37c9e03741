"""Meetings with who was there, for tests of networks; the project must be in scope."""

import sys
from datetime import UTC, date, datetime

from crm.core.db import project_in_scope, session, unit_of_work
from crm.core.memory import Memory
from crm.core.permissions import system
from crm.design_sessions.models import Attendance, AttendanceStatus, DesignSession, SessionKind
from crm.initiatives.models import Involvement
from crm.projects import services as projects
from crm.projects.models import Project
from crm.projects.services import ProjectSettings
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories


def meet(
    *people: Person, title: str = "Ontwerpbijeenkomst", day: date = date(2021, 3, 18)
) -> DesignSession:
    """Make a session at which these people were."""
    starts = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    with unit_of_work(system(project_in_scope()), "tests.meet"):
        made = DesignSession(
            title=title,
            kind=SessionKind.DESIGN_SESSION,
            starts_at=starts,
            ends_at=starts,
            starts_local=f"{day}T10:00",
            ends_local=f"{day}T10:00",
        )
        made.attendances = [
            Attendance(person_id=one.id, helix=Helix.BUSINESS, status=AttendanceStatus.PRESENT)
            for one in people
        ]
        session().add(made)
    return made


def stay_away(gathering: DesignSession, person: Person) -> None:
    """Note that somebody did not come."""
    with unit_of_work(system(project_in_scope()), "tests.stay_away"):
        session().add(
            Attendance(
                design_session_id=gathering.id,
                person_id=person.id,
                helix=Helix.BUSINESS,
                status=AttendanceStatus.NO_SHOW,
            )
        )


def involve(initiative_id: int, *stakeholders: Person | Organisation) -> None:
    """Let people and organisations take part in an initiative."""
    with unit_of_work(system(project_in_scope()), "tests.involve"):
        for one in stakeholders:
            key = {"person_id" if isinstance(one, Person) else "organisation_id": one.id}
            session().add(Involvement(initiative_id=initiative_id, **key))


def allow_groups_of(people: int, project: Project) -> None:
    """Let a project show groups of as many people alone."""
    settings = ProjectSettings(project.name, project.description, people, project.reply_address)
    who = factories.leader_of(project)
    projects.edit(who, project, settings=settings, revision=project.revision)


def forget() -> None:
    """Give up everything that this process keeps of networks, as after a start."""
    for name, module in list(sys.modules.items()):
        if name.startswith("crm.networks"):
            for value in vars(module).values():
                if isinstance(value, Memory):
                    value._kept.clear()
