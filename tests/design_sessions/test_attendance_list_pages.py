"""Attendance lists in a browser without JavaScript: from the file to the session, and back."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.contacts.models import PersonOrigin
from crm.contacts.rules.reading import read
from crm.core import undo
from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.queries import people, sessions
from crm.design_sessions.rules.attendance_rows import NEW, Decisions
from crm.design_sessions.services import attendance_lists as services
from crm.intake.reading.files import ReceivedFile
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from crm.web import uploads
from tests import factories, pages
from tests.contacts.pages import chosen, send
from tests.design_sessions.conftest import anew
from tests.design_sessions.test_at_once import at_once
from tests.pages import Enter

PRESENT, _EXCUSED, NO_SHOW = AttendanceStatus
LIST = (
    b"Naam;E-mail;Status\n"
    b"A. Bekend;bekend@kring.example;ja\n"
    b"Cees Zelfde;;online\n"
    b"Nieuw Iemand;nieuw@kring.example;aanwezig\n"
    b"Nog Iemand;nog@kring.example;aanwezig\n"
    b"=1+1;;ja\n"
)


@pytest.fixture
def base(project: Project, made: DesignSession) -> str:
    return f"/projects/{project.slug}/sessions/{made.id}/attendance/list"


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


@pytest.fixture
def known() -> int:
    return factories.person("Bekend", first_name="Ans", email="bekend@kring.example").id


def noted_at(made: DesignSession) -> dict[int, AttendanceStatus]:
    anew()
    return {one.person_id: one.status for one in people.attendances_of(made)}


def word_of(page: str) -> str:
    found = re.search(r'name="(word-\w+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.engine("sqlite")
def test_a_list_that_is_too_large_is_refused_on_the_form_of_its_session(
    app: Flask, planner: FlaskClient, base: str
) -> None:
    app.extensions["kring_upload_limit"] = -uploads.ROOM_FOR_FORM

    answer = send(planner, base, LIST)

    assert answer.status_code == 400
    assert re.search(r'id="file-error">.*?too large', answer.text, re.DOTALL)
    assert f'action="{base}"' in answer.text


def test_a_row_with_an_organisation_alone_is_left_out_and_the_others_are_noted(
    planner: FlaskClient, base: str, made: DesignSession
) -> None:
    rows = b"Naam;Organisatie;E-mail\nAda Vos;Club;ada@kring.example\n;Skaters Pittelo;\n"
    address = send(planner, base, rows).location
    planner.post(f"{address}/columns", data=chosen(planner.get(address).text))

    check = planner.get(address).text
    answer = planner.post(f"{address}/note", data={"unknown": NEW, "helix": "business"})

    assert "This row cannot be used." in check
    assert answer.status_code == 303
    assert len(noted_at(made)) == 1
    assert "1 row was left out" in planner.get(address).text


def test_a_list_is_noted_after_somebody_said_who_is_meant_and_who_is_new(
    planner: FlaskClient, base: str, made: DesignSession, known: int
) -> None:
    same = [factories.person("Zelfde", first_name="Cees").id for _number in range(2)]

    address = send(planner, base, LIST).location
    planner.post(f"{address}/columns", data=chosen(planner.get(address).text))
    check = planner.get(address).text
    assert "2 people are not in the register" in check
    assert all(f'value="{one}"' in check for one in same)
    assert noted_at(made) == {}

    kept = {word_of(check): "no_show", "row-3": str(same[1]), "row-4": "new", "unknown": ""}
    done = planner.post(f"{address}/note", data=kept, follow_redirects=True).text

    assert "2 rows were left out" in done
    noted = noted_at(made)
    new = session().query(Person).filter_by(surname="Iemand").one()
    assert noted == {known: PRESENT, same[1]: NO_SHOW, new.id: PRESENT}
    assert session().query(PersonOrigin).filter_by(person_id=new.id, row=4).count() == 1
    left = planner.get(f"{address}/left-out.csv").text
    assert "Nog Iemand" in left
    assert "1+1" in left
    assert "Bekend" not in left


def test_what_a_word_means_is_asked_once(planner: FlaskClient, base: str, known: int) -> None:
    content = b"E-mail;Aanwezig\nbekend@kring.example;online\n"

    first = send(planner, base, content).location
    planner.post(f"{first}/columns", data=chosen(planner.get(first).text))
    word = word_of(planner.get(first).text)
    planner.post(f"{first}/decide", data={word: "present"})
    second = send(planner, base, content).location
    planner.post(f"{second}/columns", data=chosen(planner.get(second).text))

    assert known
    assert '<option value="present" selected' in planner.get(second).text


def test_the_file_can_be_read_in_another_way_or_thrown_away(
    planner: FlaskClient, base: str, made: DesignSession
) -> None:
    address = send(planner, base, "Lijst\nNaam;Mail\nJosé Nieuw;\n".encode("cp1252")).location

    assert "José" in planner.get(f"{address}/reading?encoding=cp1252").text
    again = planner.post(f"{address}/reading", data={"heading_row": "2"})
    assert again.status_code == 303
    gone = planner.post(f"{address}/cancel", follow_redirects=True).text

    assert "thrown away" in gone
    assert noted_at(made) == {}
    assert planner.get(f"{address}/reading").status_code == 404


def test_a_list_that_is_refused_can_be_read_in_another_way(
    planner: FlaskClient, base: str, made: DesignSession
) -> None:
    content = b'Naam;E-mail;Status\n"Open Iemand;open@kring.example;ja\nNog Iemand;;ja\n'

    refused = send(planner, base, content)
    assert refused.status_code == 400
    reading = re.search(rf'href="({base}/\d+/reading)"', refused.text)
    assert reading is not None
    address = reading[1].removesuffix("/reading")
    assert "quotation mark" in planner.get(address, follow_redirects=True).text
    assert "Open Iemand" in planner.get(f"{reading[1]}?quote=none").text

    again = planner.post(reading[1], data={"quote": "none"}, follow_redirects=True)

    assert "What do the columns hold?" in again.text
    assert noted_at(made) == {}


def test_undoing_takes_back_what_was_noted_and_who_came_into_the_register(
    planner: FlaskClient, base: str, made: DesignSession, known: int
) -> None:
    planner.post(base.removesuffix("/list"), data={f"mark-{known}": "no_show", f"was-{known}": ""})
    before = noted_at(made)
    address = send(planner, base, LIST).location
    planner.post(f"{address}/columns", data=chosen(planner.get(address).text))
    done = planner.post(f"{address}/note", data={"unknown": "new"}, follow_redirects=True).text
    assert len(noted_at(made)) == 3

    step = re.search(r"/steps/(\d+)", done)
    assert step is not None
    with unit_of_work(system(made.project_id), "tests.undo"):
        undo.carry_out(session().get_one(undo.Step, int(step[1])), undo.Decisions())

    assert noted_at(made) == before
    assert session().query(Person).count() == 1


def test_one_list_twice_at_once_doubles_nobody(
    app: Flask, project: Project, made: DesignSession, leader: Actor
) -> None:
    table = read(LIST, "lijst.csv")
    given = ReceivedFile("lijst.csv", LIST, table)
    ids = []
    for _number in range(2):
        listed = services.receive_list(leader, made, given=given)
        services.choose_list_columns(leader, listed, columns=lists.proposed_columns(table))
        ids.append(listed.id)
    session_id, project_id = made.id, project.id
    session().rollback()

    def note() -> int:
        listed = lists.attendance_list(sessions.design_session(session_id), ids.pop())
        services.start(system(project_id), listed, decisions=Decisions(unknown=NEW))
        return listed.new

    got = at_once(app, project_id, note)

    anew()
    assert session().query(Person).filter_by(surname="Iemand").count() == 2
    assert sorted(got) == [0, 3]
    assert len(noted_at(sessions.design_session(session_id))) == 3


def test_the_helix_of_new_organisations_is_asked_and_stands_beside_who_brings_them(
    planner: FlaskClient, base: str, made: DesignSession, known: int
) -> None:
    factories.organisation("Buurthuis", helix=Helix.END_USERS)
    content = (
        b"Naam;E-mail;Organisatie\n"
        b"A. Bekend;bekend@kring.example;Nergens\n"
        b"Een Nieuw;;Gemeente Proef\nTwee Nieuw;;Proefwerk\nDrie Nieuw;;Proefhof\n"
        b"Vier Nieuw;;Buurthuis\nVijf Nieuw;;\n"
    )
    address = send(planner, base, content).location
    planner.post(f"{address}/columns", data=chosen(planner.get(address).text))
    check = pages.text_of(planner.get(address))
    fields = planner.get(address).text
    names = dict(re.findall(r'name="organisation-(\d+)" value="([^"]+)"', fields))
    asked = {f"organisation-{number}": name for number, name in names.items()}
    said = {name: f"helix-of-{number}" for number, name in names.items()}

    refused = planner.post(f"{address}/note", data={"unknown": "new"}, follow_redirects=True)
    nothing = noted_at(made)
    answers = {said["Gemeente Proef"]: "government", said["Proefhof"]: "research"}
    kept = {"unknown": "new", "helix": "business", **asked, **answers}
    planner.post(f"{address}/note", data=kept)

    assert set(said) == {"Gemeente Proef", "Proefhof", "Proefwerk"}
    assert "3 organisations are new here" in check
    assert "Gemeente Proef New organisation Government" in check
    assert "Proefwerk New organisation its helix is not chosen yet" in check
    assert "Choose which helix the organisations have" in pages.text_of(refused)
    assert re.search(r'value="new" selected>Add them', refused.text)  # what was chosen is kept
    assert nothing == {}
    assert len(noted_at(made)) == 6
    found = {one.name: one.helix for one in session().query(Organisation)}
    assert found == {
        "Buurthuis": Helix.END_USERS,
        "Gemeente Proef": Helix.GOVERNMENT,
        "Proefhof": Helix.RESEARCH,
        "Proefwerk": Helix.BUSINESS,
    }
