"""Narrowing persons to those who may be written to: the condition says what the table says."""

import csv
import io
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.consent import queries as consent
from crm.consent import rules
from crm.consent.models import Basis, ContactPurpose
from crm.consent.queries import may_be_written_to
from crm.consent.rules import Asking
from crm.core import clock
from crm.core.conditions import Condition, Group
from crm.core.db import session
from crm.core.permissions import Actor, Role
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.queries import persons
from crm.stakeholders.queries.persons import PersonFilter, with_details
from tests import factories
from tests.pages import text_of

WORK, SESSION, PANEL, NEWS = ContactPurpose


@pytest.fixture
def leader(app: Flask, project: Project) -> FlaskClient:
    return factories.sign_in(app.test_client(), factories.member(project, Role.LEADER))


@pytest.fixture
def address(project: Project) -> str:
    return f"/projects/{project.slug}/persons"


def everybody_there_can_be() -> None:
    """Make an official and a resident with each ground for each purpose, and some more."""
    for helix, purpose, basis in product(
        (Helix.GOVERNMENT, Helix.END_USERS), ContactPurpose, Basis
    ):
        if rules.fits(basis, purpose):
            who = factories.person(helix=helix, email="ans@proef.example")
            factories.basis(who, purpose, basis)
    for basis in (Basis.NOT_ASKED, Basis.DECLINED, Basis.WITHDRAWN):
        member = factories.person(email="ans@proef.example")
        factories.basis(member, PANEL, Basis.CONSENT)
        factories.basis(member, SESSION, basis)
    factories.objection(factories.person(helix=Helix.GOVERNMENT, email="ans@proef.example"))
    factories.person(helix=Helix.GOVERNMENT)


def test_the_condition_finds_exactly_those_whom_the_table_allows(project: Project) -> None:
    assert project
    everybody_there_can_be()
    people = session().scalars(select(Person).options(*with_details()).order_by(Person.id)).all()
    one_by_one = consent.standings(people)

    assert consent.standings_of_loaded(people) == one_by_one
    for purpose in ContactPurpose:
        in_sql = session().scalars(
            select(Person.id).where(may_be_written_to(purpose, clock.today())).order_by(Person.id)
        )
        allowed = [
            one.id
            for one in people
            if one.emails and rules.refusal(one_by_one[one.id], purpose, Asking.FOLLOW_UP) is None
        ]
        assert list(in_sql) == allowed
        assert 0 < len(allowed) < len(people)


def test_the_list_is_narrowed_by_its_address(leader: FlaskClient, address: str) -> None:
    reader = factories.person("Lezer", email="lezer@proef.example")
    factories.basis(reader, NEWS, Basis.CONSENT)
    factories.person("Ander", helix=Helix.GOVERNMENT, email="ander@proef.example")

    page = text_of(leader.get(f"{address}?contact=news"))

    assert "Lezer, Ans" in page
    assert "Ander, Ans" not in page


def test_a_reviewer_cannot_ask_who_may_be_written_to(
    app: Flask, project: Project, address: str
) -> None:
    factories.person("Ander", helix=Helix.GOVERNMENT, email="ander@proef.example")
    reviewer = factories.sign_in(app.test_client(), factories.member(project, Role.REVIEWER))

    page = reviewer.get(f"{address}?contact=news")
    narrowed = reviewer.get(f"{address}?where=contact:project_work")

    assert "May be written to" not in page.text
    assert "Ander, Ans" in text_of(page)
    # Whoever asks for it as a condition learns nothing of anybody, by name or by pseudonym.
    assert "Ander, Ans" not in text_of(narrowed)
    asked = PersonFilter(where=Group((Condition("contact", (WORK.value,)),)))
    actor = Actor(1, "Reviewer", role=Role.REVIEWER)
    assert not persons.page_of_persons(actor, asked, 1).items


@pytest.mark.parametrize("asked", ["contact=nonsense", "contact=", "segment=nonsense"])
def test_what_makes_no_sense_at_a_select_counts_as_not_asked(
    leader: FlaskClient, address: str, asked: str
) -> None:
    factories.person("Ander", helix=Helix.GOVERNMENT, email="ander@proef.example")

    assert "Ander, Ans" in text_of(leader.get(f"{address}?{asked}"))


@pytest.mark.parametrize("asked", ["where=nonsense", "segment=999"])
def test_conditions_that_cannot_be_read_leave_nobody_beside_a_select_too(
    leader: FlaskClient, address: str, asked: str
) -> None:
    factories.person("Ander", helix=Helix.GOVERNMENT, email="ander@proef.example")

    assert "Ander, Ans" not in text_of(leader.get(f"{address}?contact=project_work&{asked}"))
    assert leader.get(f"{address}/export.csv?contact=project_work&{asked}").status_code == 400


def exported(leader: FlaskClient, address: str) -> dict[str, tuple[str, str]]:
    """Return the address of each row and whether one may write, by surname."""
    text = leader.get(address).data.decode("utf-8-sig")
    heading, *rows = csv.reader(io.StringIO(text))
    surname, email = heading.index("Surname"), heading.index("E-mail address")
    (allowed,) = (at for at, one in enumerate(heading) if one.startswith("May be written to"))
    return {row[surname]: (row[email], row[allowed]) for row in rows}


def test_a_file_has_addresses_only_of_those_who_may_be_written_to(
    leader: FlaskClient, address: str
) -> None:
    factories.person("Mag", helix=Helix.GOVERNMENT, email="mag@proef.example")
    objector = factories.person("Bezwaar", helix=Helix.GOVERNMENT, email="bezwaar@proef.example")
    factories.objection(objector)
    declined = factories.person("Nee", helix=Helix.GOVERNMENT, email="nee@proef.example")
    factories.basis(declined, WORK, Basis.DECLINED)
    reader = factories.person("Lezer", email="lezer@proef.example")
    factories.basis(reader, NEWS, Basis.CONSENT)

    for_work = exported(leader, f"{address}/export.csv")
    for_news = exported(leader, f"{address}/export.csv?contact=news")

    assert for_work == {
        "Mag": ("mag@proef.example", "yes"),
        "Bezwaar": ("", "no"),
        "Nee": ("", "no"),
        "Lezer": ("", "no"),
    }
    assert for_news == {"Lezer": ("lezer@proef.example", "yes")}
