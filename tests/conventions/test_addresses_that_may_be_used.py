"""Addresses: no page, file or message yields one that may not be used."""

import email
import email.policy
from collections import defaultdict
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.consent.models import ContactPurpose
from crm.consent.services import note_objection
from crm.core import clock, mail
from crm.core.db import Database, project_scope, session
from crm.core.mail import Purpose
from crm.core.permissions import NOBODY, Actor, Role
from crm.design_sessions.models import Answer, AnsweredBy, AttendanceStatus, DesignSession
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.services import answering, attending, inviting, mailing, planning
from crm.design_sessions.services.attending import Noted
from crm.messages.jobs.loop import Deliverer
from crm.messages.models import MessageState, OutboxMessage
from crm.messages.services import details, writing
from crm.messages.services.batches import NobodyToSendTo, Sending
from crm.messages.services.writing import FreeMessage
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.stakeholders.models import Objected, Person
from tests import demonstration, factories, walk
from tests.conventions.addressees import (
    ALLOWED,
    MAY_GET,
    NOT_FOR_ANYTHING,
    NOT_FOR_WORK,
    at,
    everybody,
)
from tests.conventions.test_privacy import text_of
from tests.demonstration import Entering
from tests.design_sessions.conftest import details as asked

ROUNDS = 50
# Who makes one of two chooses among their addresses, as on the page of a person.
ABOUT_ONE = {"merging.ask"}


# Messages


class Trying:
    """A leader who tries to write to everybody, and a worker that writes what leaves to files."""

    def __init__(self, project: Project, leader: Actor, people: dict[str, Person]) -> None:
        self.project = project
        self.leader = leader
        self.people = people

    def plan(self, title: str) -> DesignSession:
        """Plan a session with everybody on its list."""
        planned = planning.add_session(self.leader, self.project, details=asked(title))
        ids = [one.id for one in self.people.values()]
        inviting.invite(self.leader, planned, person_ids=ids)
        return planned

    def send(self, planned: DesignSession, purpose: Purpose) -> None:
        """Send a batch to whoever may get it."""
        mailing.send(self.leader, planned, purpose=purpose, how=Sending(f"{planned.id}-{purpose}"))

    def answer(self, planned: DesignSession, name: str, given: Answer) -> None:
        """Answer by link."""
        for one in people_queries.invitations_of(planned):
            if one.person_id == self.people[name].id:
                answering.answer(
                    answering.link_actor(one),
                    one,
                    answer=given,
                    by=AnsweredBy.LINK,
                    seen_sequence=planned.sequence,
                )

    def thank(self, planned: DesignSession) -> None:
        """Note that everybody was there, and thank them."""
        came = Noted(None, AttendanceStatus.PRESENT)
        marks = {one.id: came for one in self.people.values()}
        attending.take_attendance(self.leader, planned, noted=marks, walk_ins={})
        self.send(planned, Purpose.THANKS)


@pytest.fixture
def trying(project: Project, app: Flask, tmp_path: Path) -> Iterator[Trying]:
    before = mail.settings()
    mail.use_settings(replace(before, server="", folder=tmp_path / "mail"))
    assert app
    yield Trying(project, factories.leader_of(project), everybody())
    mail.use_settings(before)


@pytest.fixture
def worker(app: Flask) -> Iterator[Deliverer]:
    database: Database = app.extensions["kring_database"]
    made = Deliverer(database, nullcontext, 0)
    yield made
    made._leave()


def deliver(worker: Deliverer) -> None:
    """Let everything leave that is due in the next quarter of an hour."""
    session().rollback()
    with clock.frozen(clock.now() + timedelta(minutes=15)):
        for _round in range(ROUNDS):
            if not worker.round():
                break
    session().expire_all()


def got(people: dict[str, Person]) -> dict[str, set[Purpose]]:
    """Return by name what was handed over."""
    names = {person.id: name for name, person in people.items()}
    found: dict[str, set[Purpose]] = {name: set() for name in people}
    statement = select(OutboxMessage).where(OutboxMessage.state == MessageState.FILED)
    for one in session().scalars(statement.order_by(OutboxMessage.id)):
        assert one.person_id
        found[names[one.person_id]].add(one.purpose)
    return found


def files_by_address(folder: Path) -> dict[str, int]:
    """Return how many files are written to each address."""
    found: defaultdict[str, int] = defaultdict(int)
    for path in folder.glob("*.eml"):
        parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found[parsed["To"].addresses[0].addr_spec] += 1
    return dict(found)


def test_no_message_goes_to_whom_it_may_not(
    trying: Trying, worker: Deliverer, tmp_path: Path
) -> None:
    planned = trying.plan("Ontwerpbijeenkomst")
    gave = [trying.people[name].id for name in ("gaf-adres", "antwoordde", "bezwaar")]
    mailing.note_given(trying.leader, planned, person_ids=gave, reason="buurtmarkt")
    trying.send(planned, Purpose.INVITE)
    deliver(worker)
    trying.answer(planned, "antwoordde", Answer.MAYBE)
    trying.send(planned, Purpose.REMINDER)
    objected = Objected("een telefoontje", clock.now())
    note_objection(trying.leader, trying.people["bezwaar-later"], said=objected)
    deliver(worker)
    planning.cancel_session(trying.leader, planned)
    deliver(worker)
    trying.thank(trying.plan("Werksessie"))
    deliver(worker)

    assert got(trying.people) == MAY_GET
    written = files_by_address(tmp_path / "mail")
    assert written.keys() == {at(name) for name, purposes in MAY_GET.items() if purposes}


def test_who_gave_an_address_twice_gets_one_message_all_the_same(
    trying: Trying, worker: Deliverer
) -> None:
    person = trying.people["gaf-adres"]
    first, second = trying.plan("Eerste"), trying.plan("Tweede")
    for planned in (first, second):
        mailing.note_given(trying.leader, planned, person_ids=[person.id], reason="markt")
        trying.send(planned, Purpose.INVITE)
    deliver(worker)

    rows = session().scalars(select(OutboxMessage).where(OutboxMessage.person_id == person.id))
    assert [one.state for one in rows] == [MessageState.FILED]


def test_what_was_queued_before_an_objection_does_not_leave(
    trying: Trying, worker: Deliverer, tmp_path: Path
) -> None:
    trying.send(trying.plan("Ontwerpbijeenkomst"), Purpose.INVITE)
    official = trying.people["ambtenaar"]

    note_objection(trying.leader, official, said=Objected("een brief", clock.now()))
    deliver(worker)

    assert at("ambtenaar") not in files_by_address(tmp_path / "mail")


@pytest.mark.parametrize("contact", ContactPurpose)
def test_a_free_message_goes_to_those_who_may_get_it_for_its_purpose(
    trying: Trying, worker: Deliverer, tmp_path: Path, contact: ContactPurpose
) -> None:
    written = FreeMessage(contact, {"nl": ("Wat ervan kwam", "Er komt een speelplek.")})
    everybody_there = select(Person).order_by(Person.sort_key, Person.id)

    writing.send_free(
        trying.leader, trying.project, people=everybody_there, message=written, how=Sending("een")
    )
    deliver(worker)

    assert files_by_address(tmp_path / "mail").keys() == {at(name) for name in ALLOWED[contact]}


def test_only_who_was_not_asked_is_asked_for_consent_and_once(
    trying: Trying, worker: Deliverer, tmp_path: Path
) -> None:
    for key in ("een", "twee"):
        with suppress(NobodyToSendTo):
            writing.ask_consent(
                trying.leader,
                trying.project,
                people=select(Person).order_by(Person.sort_key, Person.id),
                how=Sending(key),
            )
        deliver(worker)

    refused = ("bezwaar", "geweigerd", "ingetrokken")
    written = files_by_address(tmp_path / "mail")
    assert set(written.values()) == {1}
    assert not written.keys() & {at(name) for name in refused}
    assert at("bewoner") in written


def test_the_link_to_their_own_details_goes_to_whoever_asks_for_it(
    trying: Trying, worker: Deliverer, tmp_path: Path
) -> None:
    for person in trying.people.values():
        details.send_link(NOBODY, person)
    deliver(worker)

    assert files_by_address(tmp_path / "mail") == {at(name): 1 for name in MAY_GET}


# Pages and files


@pytest.fixture
def shown(demo: Flask) -> dict[str, Person]:
    """Everybody in the demo, on the list of the session that the walk passes."""
    database: Database = demo.extensions["kring_database"]
    with demo.test_request_context(), database.opened():
        project = projects.by_slug(demonstration.SLUG)
        assert project is not None
        with project_scope(project.id):
            people = everybody()
            leader = factories.leader_of(project)
            ordered = select(DesignSession).order_by(DesignSession.id).limit(1)
            first = session().scalars(ordered).one()
            ids = [one.id for one in people.values()]
            inviting.invite(leader, first, person_ids=ids)
            return people


@pytest.mark.engine("sqlite")
def test_no_list_or_file_has_an_address_that_may_not_be_used(
    demo: Flask, entering: Entering, shown: dict[str, Person]
) -> None:
    assert shown
    client = entering(Role.LEADER)

    read = [stop.address for stop in walk.reads(demo) if stop.endpoint not in ABOUT_ONE]
    texts = {address: text_of(client, address) for address in read}
    found = {
        address: {name for name in NOT_FOR_WORK if at(name) in text}
        for address, text in texts.items()
    }

    assert {address: names for address, names in found.items() if names} == {}
    assert at("ambtenaar") in text_of(client, f"/projects/{demonstration.SLUG}/persons/export.csv")


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("purpose", ContactPurpose)
def test_a_file_for_a_purpose_has_the_addresses_for_that_purpose(
    entering: Entering, shown: dict[str, Person], purpose: ContactPurpose
) -> None:
    client = entering(Role.LEADER)

    for ending in ("csv", "xlsx"):
        address = f"/projects/{demonstration.SLUG}/persons/export.{ending}?contact={purpose.value}"
        text = text_of(client, address)
        assert {name for name in shown if at(name) in text} == ALLOWED[purpose]


@pytest.mark.engine("sqlite")
def test_the_page_of_a_person_shows_an_address_that_may_not_be_used_without_a_link(
    entering: Entering, shown: dict[str, Person]
) -> None:
    client: FlaskClient = entering(Role.LEADER)
    base = f"/projects/{demonstration.SLUG}/persons"

    linked = {
        name for name, one in shown.items() if "mailto:" in client.get(f"{base}/{one.id}").text
    }

    assert linked == MAY_GET.keys() - NOT_FOR_ANYTHING
