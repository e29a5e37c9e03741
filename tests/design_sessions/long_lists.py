"""A long attendance list on its way, without pages: its rows, its parts, and what came of it."""

from flask import Flask
from sqlalchemy import select

from crm.contacts.models import PersonOrigin
from crm.contacts.rules.reading import read
from crm.core import jobs
from crm.core.db import session
from crm.core.permissions import Actor, system
from crm.design_sessions.models import AttendanceList, AttendanceStatus, DesignSession
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.queries import people
from crm.design_sessions.rules.attendance_rows import NEW, Decisions
from crm.design_sessions.services import attendance_lists
from crm.design_sessions.services import attendance_lists as services
from crm.intake.reading.files import ReceivedFile
from crm.stakeholders.models import Helix, Person
from tests.design_sessions.conftest import anew
from tests.long_tasks import part, work

PART = 4
ROWS = [
    "A. Bekend;bekend@kring.example;ja;",
    "Een Nieuw;een@kring.example;ja;Café",
    "Jan Tuin;;afgemeld;",
    "=1+1;;ja;",
    "Een Nieuw;een@kring.example;nee;",
    "Een Nieuw;ander@kring.example;ja;Café",
    "Twee Nieuw;twee@kring.example;nee;Club",
    "Ans Bekend;;ja;",
    "Drie Nieuw;drie@kring.example;online;",
    "Jan Tuijn;;ja;",
    "Vier Nieuw;vier@kring.example;ja;Café",
]
LIST = "Naam;E-mail;Status;Organisatie\n" + "\n".join(ROWS) + "\n"
ALL_NEW = Decisions(unknown=NEW, helix=Helix.END_USERS)


def columns_chosen(leader: Actor, made: DesignSession, text: str = LIST) -> AttendanceList:
    """Return a list of which the columns are chosen."""
    table = read(text.encode(), "lijst.csv")
    given = ReceivedFile("lijst.csv", text.encode(), table)
    listed = services.receive_list(leader, made, given=given)
    services.choose_list_columns(leader, listed, columns=lists.proposed_columns(table))
    return listed


def begun(leader: Actor, made: DesignSession) -> AttendanceList:
    """Return a list that is looked at and begun, of which no row is noted yet."""
    listed = columns_chosen(leader, made)
    work(listed.task)
    attendance_lists.start(leader, listed, decisions=ALL_NEW)
    return listed


def note_one_part(listed: AttendanceList) -> bool:
    """Note the next part, and say whether there is more."""
    noting = lists.noting_of(listed)
    return part(system(listed.project_id), listed.task, (noting, attendance_lists.PART))


def noted_at(made: DesignSession) -> list[tuple[str, AttendanceStatus]]:
    """Return who is noted at a session, and how, in the order of the register."""
    anew()
    found = sorted(people.attendances_of(made), key=lambda one: one.person_id)
    return [(f"{one.person.name_key} {one.helix}", one.status) for one in found]


def came_in() -> list[tuple[object, ...]]:
    """Return who came into the register by lists: row, name, address, organisation."""
    rows = session().execute(
        select(PersonOrigin.row, Person).join(Person).order_by(PersonOrigin.row)
    )
    return [
        (
            row,
            person.name_key,
            *(mail.address for mail in person.emails),
            *(role.organisation.name for role in person.affiliations if role.organisation),
        )
        for row, person in rows
    ]


def told(listed: AttendanceList) -> tuple[object, ...]:
    """Return what a list says came of it."""
    session().refresh(listed)
    return listed.state, listed.noted, listed.new, listed.left_out, listed.reasons


def run_due(app: Flask) -> None:
    """Do all jobs that are due now."""
    while jobs.run_due(app.extensions["kring_database"], "tests"):
        pass
    anew()
