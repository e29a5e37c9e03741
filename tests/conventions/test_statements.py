"""Statements: a page about fifty takes as many as a page about one, on both engines."""

from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crm.contacts.rules.reading import read
from crm.contacts.services.import_preview import STEP
from crm.core import undo
from crm.core.db import change_many, project_scope, unit_of_work
from crm.core.mail import Letter, Purpose, Recipient
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import AttendanceStatus, DesignSession, SessionKind
from crm.design_sessions.queries import sessions
from crm.design_sessions.queries.attendance_lists import proposed_columns
from crm.design_sessions.services import attendance_lists, attending, inviting, planning
from crm.design_sessions.services.attending import Noted
from crm.design_sessions.services.planning import LocalTime, SessionDetails
from crm.initiatives.models import Initiative
from crm.initiatives.services import InvolvementDetails, Stakeholder, involve
from crm.intake.reading.files import ReceivedFile
from crm.messages.models import MessageBatch
from crm.messages.services import batches, outbox
from crm.messages.services.batches import NewBatch
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.services import persons
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import NameParts
from tests import factories
from tests.contacts.lists import begun
from tests.statements import counted, questions

pytestmark = pytest.mark.both_engines("own SQL")

MANY = 50
HEADINGS = "Voornaam;Achternaam;E-mail;Functie;Organisatie\n"
# These are opened all day, and have a limit beside staying the same.
MOST = {
    "/search?q=familie": 10,
    "/search?q=famlie": 10,
    "/search/quick?q=famlie": 10,
    "/persons": 12,
    "/persons?q=familie": 12,
    "/persons/{person}": 13,
}
PAGES = (
    *MOST, "/search?q=familie&group=people", "/search/export.csv?q=familie",
    "/persons?helix=business&tag=sport", "/persons/export.csv", "/persons/export.xlsx",
    "/organisations", "/organisations?q=club", "/organisations/{organisation}",
    "/organisations/export.csv", "/organisations/options?q=club", "/areas",
    "/duplicates", "/duplicates?kind=organisation", "/duplicates.csv",
    "/persons/{person}/merge?q=familie", "/organisations/{organisation}/merge?q=club",
    "/initiatives", "/initiatives?q=tuin", "/initiatives/{initiative}",
    "/initiatives/{initiative}/involve", "/initiatives/export.csv", "/persons/{person}/involve",
    "/sessions", "/sessions/{session}", "/sessions/{session}/invite", "/sessions/{session}/invited",
    "/sessions/{session}/attendance", "/sessions/{session}/attendance/people?q=familie",
    "/sessions/{session}?answer=none", "/sessions/{session}/answers", "/sessions/{session}/needs",
    "/sessions/calendar", "/sessions/{session}/people.csv", "/sessions/export.csv",
    "/network", "/network?list=points", "/network?view=organisations", "/network/picture.json",
    "/network/figures", "/network/figures?by=strength", "/network/figures.csv",
    "/network/communities", "/network/communities?list=ties", "/network/communities.json",
    "/network/figures/progress", "/network/compare?first=2021-01-01&second=2021-12-31",
    "/network/changes", "/network/changes?since=2021-01-01",
    "/sessions/{session}/send-invitations", "/sessions/{session}/send-thanks",
    "/sessions/{session}/write", "/sessions/{session}/ask-consent",
    "/messages/new", "/messages/consent", "/messages", "/messages/{batch}",
    "/messages/{batch}/progress", "/messages/{batch}/recipients.csv",
    "/network/take-away", "/network/take-away/graphml", "/network/ties.csv",
    "/network/points.xlsx", "/network/views", "/network/declared/ask",
    "/network/people/{person}", "/network/organisations/{organisation}", "/members", "/",
    "/persons?where=helix:business,any(tag:sport,attended)", "/segments",
    "/persons/conditions?where=tag:sport,attended,involved", "/persons/selection?everybody=yes",
    "/steps", "/steps/{step}", "/steps/{step}/progress",
)  # fmt: skip


class Filling:
    """A project that grows in every list, around one record of each kind that grows too."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.actor: Actor = system(project.id)
        self.made = 0
        self.before: tuple[int, int, Initiative, DesignSession] | None = None
        self.batch: MessageBatch | None = None

    def grow_to(self, size: int) -> None:
        """Let there be `size` of everything."""
        for _number in range(self.made, size):
            factories.member(self.project, Role.REVIEWER)
        with project_scope(self.project.id), unit_of_work(self.actor, "tests.grow"):
            while self.made < size:
                self._add(self.made)
                self.made += 1

    def _add(self, number: int) -> None:
        person, planned = self._person(number), self._plan(number)
        initiative = factories.initiative(
            self.actor, self.project, f"Tuin {number}", area=f"Wijk {number}"
        )
        self._take_part(person.id, initiative, planned)
        self._write(person, number)
        if self.before is None:
            club = person.affiliations[0].organisation_id
            assert club is not None
            self.before = (person.id, club, initiative, planned)
            return
        first, club, its_initiative, its_session = self.before
        self._take_part(person.id, its_initiative, its_session)
        self._take_part(first, initiative, planned)
        self._involve(Stakeholder(organisation_id=club), initiative)

    @property
    def first(self) -> dict[str, int]:
        """The ids of the records that are about everything else."""
        assert self.before is not None
        assert self.batch is not None
        person, organisation, initiative, planned = self.before
        return {
            "person": person, "organisation": organisation, "batch": self.batch.id,
            "initiative": initiative.id, "session": planned.id, "step": self._step(),
        }  # fmt: skip

    def _step(self) -> int:
        """Do something with everybody that is then changed again for each."""
        with project_scope(self.project.id):
            first, _second = (self._note(note) for note in ("gezien", "gesproken"))
            return first

    def _note(self, note: str) -> int:
        with unit_of_work(self.actor, "tests.step"):
            made = undo.begin(STEP, about={"import_id": 0, "new": 0, "changed": 0})
            change_many(Person, Person.id > 0, {"note": note})
        return made.id

    def _take_part(self, person_id: int, initiative: Initiative, planned: DesignSession) -> None:
        came = {person_id: Noted(before=None, now=AttendanceStatus.PRESENT)}
        self._involve(Stakeholder(person_id=person_id), initiative)
        inviting.invite(self.actor, planned, person_ids=[person_id], helixes={})
        attending.take_attendance(self.actor, planned, noted=came, walk_ins={})

    def _write(self, person: Person, number: int) -> None:
        new = NewBatch(str(number), Purpose.NEWS, f"Nieuws {number}")
        made = batches.make(self.actor, self.project, new=new)
        self.batch = self.batch or made
        to = Recipient(f"a{number}@kring.example", "Ans", "nl", person_id=person.id)
        letter = Letter(Purpose.NEWS, f"news:{number}", batch_id=self.batch.id)
        outbox.queue(to, letter)

    def _involve(self, who: Stakeholder, initiative: Initiative) -> None:
        part = InvolvementDetails(role="lid", since=date(2021, 4, 1))
        involve(self.actor, initiative, stakeholder=who, part=part)

    def _person(self, number: int) -> Person:
        roles = (
            self._role("Club 0", Helix.BUSINESS),
            self._role(f"Club {number + 1}", Helix.BUSINESS),
        )
        details = PersonDetails(
            NameParts(first_name="Ans", surname=f"Familie {number}"),
            emails=(f"a{number}@kring.example", f"b{number}@kring.example"),
            phones=("0592 123456",),
            area=f"Wijk {number}",
            tags=("sport", f"tag {number}"),
        )
        return persons.add_person(self.actor, self.project, new=NewPerson(details, roles))

    def _role(self, club: str, helix: Helix) -> AffiliationDetails:
        return AffiliationDetails(club, make_organisation=True, role="lid", helix=helix)

    def _plan(self, number: int) -> DesignSession:
        day = f"2021-{number % 12 + 1:02}-{number % 28 + 1:02}"
        details = SessionDetails(
            title=f"Bijeenkomst {number}",
            kind=SessionKind.FIELD_VISIT,
            starts=LocalTime(datetime.fromisoformat(f"{day}T14:00")),
            ends=LocalTime(datetime.fromisoformat(f"{day}T16:00")),
            targets={Helix.BUSINESS: 2},
        )
        return planning.add_session(self.actor, self.project, details=details)


@pytest.fixture
def filling(project: Project) -> Filling:
    """A project to fill."""
    return Filling(project)


@pytest.fixture
def leader(client: FlaskClient, project: Project) -> FlaskClient:
    """Somebody who leads the project."""
    return factories.sign_in(client, factories.member(project))


def statements(app: Flask, client: FlaskClient, filling: Filling) -> dict[str, int]:
    """Return how many statements each page takes."""
    found = {}
    first = filling.first
    # When somebody was last seen is noted once a minute, which filling may take.
    client.get("/")
    for page in PAGES:
        address = f"/projects/{filling.project.slug}{page.format(**first)}"
        with counted(app) as sent:
            answer = client.get(address)
            answer.get_data()  # A long list asks while it is sent.
        assert answer.status_code == 200, page
        found[page] = questions(sent)
    return found


def test_a_page_about_fifty_takes_no_more_statements_than_about_one(
    app: Flask, opened: Session, leader: FlaskClient, filling: Filling
) -> None:
    filling.grow_to(1)
    about_one = statements(app, leader, filling)
    filling.grow_to(MANY)
    about_many = statements(app, leader, filling)

    more = {page: (about_one[page], now) for page, now in about_many.items()}
    assert {page: pair for page, pair in more.items() if pair[0] != pair[1]} == {}
    assert {page: about_many[page] for page, most in MOST.items() if about_many[page] > most} == {}


def test_a_long_attendance_list_takes_no_more_statements_than_a_short_one(
    app: Flask, opened: Session, leader: FlaskClient, filling: Filling
) -> None:
    filling.grow_to(1)

    def page_of(rows: int) -> int:
        mails = "".join(f"a{n}@kring.example;Nieuw {n}\n" for n in range(rows))
        # The first is known, the others are new.
        table = read(f"E-mail;Naam\n{mails}".encode(), "lijst.csv")
        with project_scope(filling.project.id):
            planned = sessions.design_session(filling.first["session"])
            given = ReceivedFile("lijst.csv", b"lijst", table)
            made = attendance_lists.receive_list(filling.actor, planned, given=given)
            columns = proposed_columns(table)
            attendance_lists.choose_list_columns(filling.actor, made, columns=columns)
        address = f"sessions/{planned.id}/attendance/list/{made.id}"
        with counted(app) as sent:
            assert leader.get(f"/projects/{filling.project.slug}/{address}").status_code == 200
        return questions(sent)

    assert page_of(MANY) == page_of(2)


def test_a_long_dry_run_takes_no_more_statements_than_a_short_one(
    app: Flask, opened: Session, leader: FlaskClient, project: Project
) -> None:
    def pages_of(rows: int) -> tuple[int, int]:
        lines = [f"Ans;Proef {n};a{n}@kring.example;lid;Club {n}" for n in range(rows)]
        made = begun(project, HEADINGS + "\n".join(lines))
        address = f"/projects/{project.slug}/persons/import/{made.id}"
        with counted(app) as checking:
            assert leader.get(address).status_code == 200
        with counted(app) as mapping:
            assert leader.get(f"{address}/columns").status_code == 200
        return questions(checking), questions(mapping)

    assert pages_of(MANY) == pages_of(1)
