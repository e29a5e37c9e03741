"""Declared ties: noted by the team, or said by stakeholders themselves from a short list."""

import json
import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.core import clock
from crm.core.db import project_scope, session, unit_of_work
from crm.core.permissions import system
from crm.networks.models import DeclaredTie, DeclaringLink, SaidBy
from crm.networks.queries import declared_ties
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories, pages
from tests.networks.gathering import meet

TICKED = re.compile(r'<input checked[^>]* value="([^"]+)"')
LINK = re.compile(r'value="(http[^"]*/t/[^"]+)"')


@pytest.fixture
def other(project: Project) -> Person:
    return factories.person("Maker", first_name="Ria", at=factories.organisation("Appmakerij"))


@pytest.fixture
def visitor(app: Flask) -> FlaskClient:
    return app.test_client()


def note(client: FlaskClient, where: str, one: Person, other: Person, **more: str) -> int:
    """Let the team note a tie, and return the status."""
    page = f"{where}/people/{one.id}/declare"
    fields = {"stakeholder": f"person-{other.id}", **more}
    return pages.post(client, page, fields, form_at=f"{page}?q=Ria").status_code


def drawn(client: FlaskClient, where: str, query: str = "") -> set[tuple[str, str]]:
    """Return the ties of declared kind in the picture."""
    data = json.loads(client.get(f"{where}/picture.json?tie=declared&minimum=0{query}").data)
    return {(tie["from"], tie["to"]) for tie in data["edges"]}


def link_of(client: FlaskClient, where: str, person: Person) -> str:
    """Return the path of a fresh link for a person."""
    page = f"{where}/people/{person.id}"
    answer = pages.post(client, f"{page}/declaring-link", form_at=f"{page}/declare")
    found = LINK.search(answer.text)
    assert found
    return urlsplit(found[1]).path


def said(person: Person) -> list[tuple[str, date | None]]:
    session().rollback()
    session().expire_all()
    statement = select(DeclaredTie).where(DeclaredTie.person_id == person.id)
    return [
        (one.ends[1], one.until) for one in session().scalars(statement.order_by(DeclaredTie.id))
    ]


def test_the_team_notes_a_tie_and_its_evidence_says_so(
    leader: FlaskClient, reviewer: FlaskClient, where: str, official: Person, other: Person
) -> None:
    status = note(leader, where, official, other, about="Wekelijks overleg", since="2021-03-01")

    evidence = f"{where}/people/{official.id}?tie=declared&with=p{other.id}"
    assert status == 303
    assert drawn(leader, where) == {(f"p{official.id}", f"p{other.id}")}
    assert drawn(leader, where, "&until=2021-02-28") == set()
    assert "Noted by the project team: Wekelijks overleg" in pages.text_of(leader.get(evidence))
    assert "Wekelijks overleg" not in reviewer.get(evidence).text
    assert "Noted by the project team" in pages.text_of(reviewer.get(evidence))


def test_a_tie_joins_two_and_is_noted_once(
    leader: FlaskClient, where: str, official: Person, other: Person
) -> None:
    first = note(leader, where, official, other)

    assert first == 303
    assert note(leader, where, official, other) == 409
    assert note(leader, where, other, official) == 409
    assert note(leader, where, official, official) == 400
    assert note(leader, where, official, other, since="2021-02-01", until="2021-01-01") == 400


def test_a_tie_ends_or_is_removed(
    leader: FlaskClient, where: str, official: Person, other: Person
) -> None:
    note(leader, where, official, other, since="2021-03-01")
    session().rollback()
    one = session().scalars(select(DeclaredTie)).one()
    page = f"{where}/declared/{one.id}"

    ended = pages.post(leader, f"{page}/end", form_at=page)
    session().rollback()
    until = one.until
    removed = pages.post(leader, f"{page}/remove", form_at=page)
    session().rollback()

    assert (ended.status_code, removed.status_code) == (303, 303)
    assert until == clock.today()
    assert session().scalars(select(DeclaredTie)).all() == []


def test_an_organisation_works_with_another(
    leader: FlaskClient, where: str, office: Organisation
) -> None:
    partner = factories.organisation("Welzijn Proef")
    page = f"{where}/organisations/{office.id}/declare"

    pages.post(leader, page, {"stakeholder": f"organisation-{partner.id}"}, form_at=page)

    assert drawn(leader, where, "&view=organisations") == {(f"o{office.id}", f"o{partner.id}")}


def test_the_short_list_holds_whom_one_meets_and_nobody_private(
    leader: FlaskClient,
    visitor: FlaskClient,
    where: str,
    official: Person,
    resident: Person,
    other: Person,
) -> None:
    meet(official, resident, other)
    factories.person("Vreemde", first_name="Jo", helix=Helix.RESEARCH)

    text = pages.text_of(visitor.get(link_of(leader, where, official)))

    assert "Ria Maker (Appmakerij)" in text
    assert "Bewoner" not in text
    assert "Vreemde" not in text


def test_people_say_themselves_with_whom_they_work(
    leader: FlaskClient,
    visitor: FlaskClient,
    where: str,
    official: Person,
    resident: Person,
    other: Person,
) -> None:
    meet(official, resident, other)
    link = link_of(leader, where, official)
    key = f"p{other.id}"

    first = visitor.post(
        link, data={"chosen": [key, f"p{resident.id}"], "missed": "Jan van de kerk"}
    )
    chosen = said(official)
    ticked = TICKED.findall(visitor.get(first.location).text)
    visitor.post(link, data={"missed": ""})

    assert first.status_code == 303
    assert chosen == [(key, None)]
    assert ticked == [key]
    assert "Jan van de kerk" not in pages.text_of(leader.get(f"{where}/declared"))
    assert said(official) == []


def test_what_one_says_no_more_ends(
    leader: FlaskClient,
    visitor: FlaskClient,
    where: str,
    project: Project,
    official: Person,
    other: Person,
) -> None:
    meet(official, other)
    link = link_of(leader, where, official)
    key = f"p{other.id}"
    visitor.post(link, data={"chosen": [key], "missed": "Jan van de kerk"})
    missed = pages.text_of(leader.get(f"{where}/declared"))
    with unit_of_work(system(project.id), "tests.earlier"):
        one = session().scalars(select(DeclaredTie)).one()
        one.since = clock.today() - timedelta(days=9)

    again = visitor.post(link, data={"missed": ""})

    assert again.status_code == 303
    assert "Jan van de kerk" in missed
    assert said(official) == [(key, clock.today())]


def test_a_look_keeps_nothing_and_an_old_link_opens_nothing(
    app: Flask,
    leader: FlaskClient,
    visitor: FlaskClient,
    where: str,
    project: Project,
    official: Person,
) -> None:
    first = link_of(leader, where, official)
    second = link_of(leader, where, official)
    before = said(official)
    opened = visitor.get(second)
    with project_scope(project.id), unit_of_work(system(project.id), "tests.over"):
        session().scalars(select(DeclaringLink)).one().expires_at = clock.now()

    assert opened.status_code == 200
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert said(official) == before == []
    assert visitor.get(first).status_code == 404
    assert visitor.get(second).status_code == 404


def test_a_file_of_declared_ties_leaves_without_the_words_of_who_only_reads(
    leader: FlaskClient, reviewer: FlaskClient, where: str, official: Person, other: Person
) -> None:
    note(leader, where, official, other, about="Wekelijks overleg")

    assert "Wekelijks overleg" in leader.get(f"{where}/declared/csv").text
    assert "Wekelijks overleg" not in reviewer.get(f"{where}/declared/csv").text
    assert "Ria Maker" in reviewer.get(f"{where}/declared/csv").text


def test_own_ties_are_those_one_says_now(project: Project, official: Person, other: Person) -> None:
    with unit_of_work(system(project.id), "tests.say"):
        for until in (None, clock.today()):
            made = DeclaredTie(
                person_id=official.id,
                other_person_id=other.id,
                said_by=SaidBy.THEMSELVES,
                until=until,
            )
            session().add(made)

    assert [one.until for one in declared_ties.own_ties(official)] == [None]
