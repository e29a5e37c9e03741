"""Imports that go wrong: bad files, bad columns, hostile texts, and who may not import."""

import gc
import io
import re
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.contacts.models import ContactImport
from crm.core.db import session
from crm.core.permissions import Role
from crm.intake.reading.files import LARGEST_FILE
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories
from tests.contacts.pages import ROWS, as_proposed, checked, chosen, send, totals
from tests.pages import Enter, text_of

HOSTILE = "<script>alert(1)</script>\"'"


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons/import"


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (b"", [], "leeg"),
        (b"%PDF-1.7 x", [], "geen lijst"),
        (b"Voornaam\nAda\n", ["--layout", "anders"], "nl_excel"),
        (b"Kleur\nrood\n", [], "ten minste één kolom"),
        (None, [], "cannot be read"),
    ],
)
def test_the_command_line_refuses_with_status_1(
    app: Flask,
    project: Project,
    tmp_path: Path,
    content: bytes | None,
    options: list[str],
    said: str,
) -> None:
    path = tmp_path / "lijst.csv"
    if content is not None:
        path.write_bytes(content)

    command = ["import", "contacts", str(path), "--project", project.slug, *options]
    with app.app_context():
        answer = app.test_cli_runner().invoke(args=command)

    assert answer.exit_code == 1
    assert said in answer.output


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("Naam;Plaats\nJosé Proef;Assen\n".encode("cp437"), ["--encoding", "cp437"]),
        ("Naam:Plaats\nJosé Proef:Assen\n".encode(), ["--delimiter", ":"]),
        ("Naam\tPlaats\nJosé Proef\tAssen\n".encode(), ["--delimiter", "tab"]),
        ("Naam;Plaats\n'José Proef';'Assen'\n".encode(), ["--quote", "'"]),
        ('Naam;Plaats\nJosé "Proef;Assen\n'.encode(), ["--quote", "-"]),
        ("Dit is;de lijst\nNaam;Plaats\nJosé Proef;Assen\n".encode(), ["--heading-row", "2"]),
    ],
)
def test_the_command_line_reads_as_it_is_told(
    app: Flask, project: Project, tmp_path: Path, content: bytes, options: list[str]
) -> None:
    path = tmp_path / "lijst.csv"
    path.write_bytes(content)

    command = ["import", "contacts", str(path), "--project", project.slug, *options]
    with app.app_context():
        answer = app.test_cli_runner().invoke(args=command)

    assert answer.exit_code == 0, answer.output
    assert "José" in session().scalars(select(Person)).one().first_name


@pytest.mark.engine("sqlite")
def test_the_command_line_asks_for_the_helix_of_new_organisations(
    app: Flask, project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text("Naam;Organisatie\nBo Vos;Gemeente Assen\nCas Bos;De Vaart\n")

    def run(*options: str) -> Result:
        command = ["import", "contacts", str(path), "--project", project.slug, *options]
        with app.app_context():
            return app.test_cli_runner().invoke(args=command)

    asked = run()
    before = session().scalar(select(func.count()).select_from(Person))
    done = run("--helix", "business")
    session().rollback()

    assert (asked.exit_code, before) == (1, 0)
    assert "no helix for 1 new organisations: De Vaart. Say which" in asked.output
    assert done.exit_code == 0
    path.write_text("Naam;Organisatie\nDora Smit;Gemeente Rolde\n")
    assert run().exit_code == 0
    session().rollback()
    assert {one.name: one.helix for one in session().scalars(select(Organisation))} == {
        "Gemeente Assen": Helix.BUSINESS,
        "De Vaart": Helix.BUSINESS,
        "Gemeente Rolde": Helix.GOVERNMENT,
    }


def test_what_has_no_place_yet_is_said_before_anything_comes_in(
    planner: FlaskClient, base: str, opened: Session
) -> None:
    content = (
        "Naam;Organisatie;Helix;E-mail;Tel;Straat;Plaats\n"
        ";Wijkraad;bewoners;raad@kring.example;0592123456;Dorpsstraat 1;Rolde\n"
        "Bo Vos;;bewoners;bo@kring.example;0612345678;Kerkweg 2;Assen\n"
        "Cas Bos;Gemeente Assen;overheid;cas@kring.example;;Noordersingel 33;Assen\n"
    )

    address = checked(planner, base, content.encode())
    shown = planner.get(address)
    page, said = shown.text, text_of(shown)
    only = planner.get(f"{address}?unplaced=yes").text

    assert (
        "e-mail address of an organisation. It was left out. It stands in 1 row (E-mail)." in said
    )
    assert "phone number of an organisation. It was left out. It stands in 1 row (Tel)." in said
    assert "where somebody lives. It was left out. It stands in 1 row (Straat, Plaats)." in said
    for text in ("raad@kring.example", "0592123456", "Kerkweg 2, Assen"):
        assert f"In the file: “{text}”" in page
    assert "In the file: “Noordersingel" not in page
    assert "Cas Bos" in page
    assert "Cas Bos" not in only
    assert totals(opened) == (0, 0)


@pytest.mark.parametrize(
    ("more", "said"), [("", False), (";Telefoon organisatie;Schoenmaat", True)]
)
def test_columns_that_are_left_out_are_said_before_anything_comes_in(
    planner: FlaskClient, base: str, more: str, *, said: bool
) -> None:
    address = checked(planner, base, f"Naam;Helix{more}\nBo Vos;bewoners;0592123456\n".encode())

    text = text_of(planner.get(address))

    words = "These columns of the list do not come in: Telefoon organisatie, Schoenmaat."
    assert (words in text) is said
    assert ("not come in:" in text) is said


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "lijst.csv", "This file is empty"),
        (b"%PDF-1.7 x", "lijst.csv", "no list that can be read"),
        (b"PK\x03\x04 broken", "lijst.xlsx", "is damaged"),
        (b"plain text", "lijst.xlsx", "is damaged"),
        (b"1;2\n3;4\n", "lijst.csv", "no headings"),
        (b"First Name,Phonetic First Name,Labels\n", "lijst.csv", "headings of Google Contacts"),
        (b"Naam;Mail\n", "lijst.csv", "no rows"),
        (b"x" * (LARGEST_FILE + 1), "lijst.csv", "too large"),
    ],
)
def test_a_bad_file_is_refused_beside_its_field(
    planner: FlaskClient, base: str, opened: Session, content: bytes, name: str, said: str
) -> None:
    answer = send(planner, base, content, name)

    assert answer.status_code == 400
    assert re.search(rf'id="file-error">.*{said}', answer.text, re.DOTALL)
    assert opened.scalar(select(func.count()).select_from(ContactImport)) == 0
    assert planner.get(base).status_code == 200


# The reader of bodies leaves the file open that it was writing when it stopped.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.engine("sqlite")
def test_a_body_past_every_limit_is_refused_beside_the_file_on_the_form(
    app: Flask, enter: Enter, base: str
) -> None:
    planner, reviewer = enter(Role.PLANNER), enter(Role.REVIEWER)
    app.config["WTF_CSRF_ENABLED"] = True  # the token is in the body that is not read

    answers = [send(who, base, b"x" * (LARGEST_FILE + 200_000)) for who in (planner, reviewer)]

    gc.collect()
    assert [one.status_code for one in answers] == [400, 413]
    said = r'id="file-error">.*?too large. Split it into files of at most 10 MB'
    assert re.search(said, answers[0].text, re.DOTALL)
    assert re.search(r'<input[^>]*aria-invalid="true"[^>]*name="file"', answers[0].text)
    assert 'name="file"' not in answers[1].text


@pytest.mark.engine("sqlite")
def test_nothing_chosen_is_said_beside_the_field(planner: FlaskClient, base: str) -> None:
    answer = planner.post(base, data={})

    assert answer.status_code == 400
    assert "Choose a file" in answer.text


@pytest.mark.engine("sqlite")
def test_a_file_of_megabytes_passes_the_token(app: Flask, enter: Enter, base: str) -> None:
    client = enter(Role.LEADER)
    app.config["WTF_CSRF_ENABLED"] = True
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(base).text)
    assert token
    rows = "".join(f"P{n};Vos;p{n}@kring.example;;{'x' * 100}\n" for n in range(20_000))
    file = (io.BytesIO((ROWS + rows).encode()), "groot.csv")

    answer = client.post(base, data={"file": file, "csrf_token": token[1]})
    answer.request.environ["wsgi.input"].close()
    without = client.post(base, data={"file": (io.BytesIO(b"x"), "x.csv")})

    assert answer.status_code == 303
    assert without.status_code == 400


def test_columns_that_clash_or_name_nobody_are_refused(planner: FlaskClient, base: str) -> None:
    address = send(planner, base, f"{ROWS}Ada;Vos;;;\n".encode()).location
    told = chosen(planner.get(address).text)

    twice = planner.post(f"{address}/columns", data={**told, "column_0": "surname"})
    nobody = planner.post(
        f"{address}/columns", data=dict.fromkeys(told, "") | {"helix": "research"}
    )
    wrong = planner.post(f"{address}/columns", data={**told, "column_0": "salary"})

    assert [one.status_code for one in (twice, nobody, wrong)] == [400, 400, 400]
    assert re.search(r'id="column_1-error">.*Another column', twice.text, re.DOTALL)
    assert "at least one column" in nobody.text


@pytest.mark.engine("sqlite")
def test_messages_leave_without_formulas(planner: FlaskClient, base: str) -> None:
    address = checked(planner, base, f"{ROWS}=1+1;;;;\nBo;;@geen;=2+2;\n".encode())

    text = planner.get(f"{address}/messages.csv").get_data().decode("utf-8-sig")
    workbook = planner.get(f"{address}/messages.xlsx")

    assert "'=1+1" in text
    assert ",=1+1" not in text
    assert workbook.get_data().startswith(b"PK")


def test_texts_of_a_list_stay_texts(planner: FlaskClient, base: str) -> None:
    rows = f'{HOSTILE};Kolom{HOSTILE}\n"{HOSTILE.replace(chr(34), 2 * chr(34))}";x\n'
    content = f"Voornaam;{rows}".replace(HOSTILE + ";", "", 1).encode()

    address = send(planner, base, content, f"{HOSTILE}.csv").location
    pages = [planner.get(address).text]
    planner.post(f"{address}/columns", data=as_proposed(pages[0]))
    pages.append(planner.get(address).text)
    pages.append(planner.post(f"{address}/run", follow_redirects=True).text)
    pages.append(planner.get(base).text)

    for page in pages:
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


@pytest.mark.engine("sqlite")
def test_reviewers_and_other_projects_reach_no_import(
    app: Flask, enter: Enter, base: str, planner: FlaskClient
) -> None:
    address = checked(planner, base, f"{ROWS}Ada;Vos;;;\n".encode())
    reviewer = enter(Role.REVIEWER)
    elsewhere = factories.project()
    other = factories.sign_in(app.test_client(), factories.member(elsewhere, Role.LEADER))
    foreign = address.replace(base, f"/projects/{elsewhere.slug}/persons/import")

    reads = [address, f"{address}/columns", f"{address}/messages.csv", f"{address}/messages.xlsx"]
    changes = [f"{address}/columns", f"{address}/run", f"{address}/cancel"]
    statuses = [reviewer.get(one).status_code for one in [base, *reads]]
    statuses += [reviewer.post(one).status_code for one in [base, *changes]]
    assert set(statuses) == {403}
    missing = [other.get(one.replace(address, foreign)).status_code for one in reads]
    missing += [other.post(one.replace(address, foreign)).status_code for one in changes]
    assert set(missing) == {404}
