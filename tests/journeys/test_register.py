"""The register as its pages keep it: people with their roles, lists, files, and two editors."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories
from tests.journeys.conftest import Guide
from tests.journeys.visitor import Visitor

DEMO = "/projects/assen-i2i"


@pytest.fixture
def planner(app: Flask, project: Project) -> Visitor:
    """A planner of an empty project, on its list of persons."""
    return _persons(app.test_client(), project, Role.PLANNER)


def _persons(client: FlaskClient, project: Project, role: Role) -> Visitor:
    who = Visitor(factories.sign_in(client, factories.member(project, role)))
    return who.open(f"/projects/{project.slug}/persons")


def listed(visitor: Visitor) -> list[str]:
    """Return the names in the list of persons."""
    return [row[0].removesuffix(" private") for row in people(visitor)]


def people(visitor: Visitor) -> list[list[str]]:
    """Return the rows of the list of persons, without the box to choose each."""
    rows = visitor.rows("People")
    return [row[1:] if row[0].startswith("Choose ") else row for row in rows]


def test_a_person_is_added_with_everything(planner: Visitor) -> None:
    typed = {
        "Initials": "J.M.", "First name": "Jolanda", "Prefix": "van der", "Surname": "Veen",
        "Partner's prefix": "de", "Partner's surname": "Boer", "Name in use": "Own then partner",
        "Form of address": "Ms", "E-mail addresses 1": "j@veen.example",
        "E-mail addresses 2": "jolanda@werk.example", "Phone numbers 1": "06 12345678",
        "Phone numbers 2": "0592 123456", "Language": "English", "Neighbourhood": "Pittelo",
        "Tags": "sport, jeugd", "Note": "Belt liever.",
    }  # fmt: skip

    planner.follow("Add a person").press("Add the person", typed)

    assert planner.heading == "Jolanda van der Veen-de Boer"
    shown = (
        "j@veen.example", "jolanda@werk.example", "06 12345678", "0592 123456", "Pittelo",
        "sport", "jeugd", "Belt liever.", "Dear Ms Van der Veen-de Boer",
    )  # fmt: skip
    assert [words for words in shown if words not in planner.text] == []
    planner.follow("Edit").press("Save", {"Note": "Belt graag."})
    assert "Belt graag." in planner.text
    assert [words for words in shown[:-2] if words not in planner.text] == []


def test_roles_have_a_helix_a_reason_and_one_is_main(planner: Visitor, project: Project) -> None:
    planner.open(f"/projects/{project.slug}/organisations/new")
    planner.press("Add the organisation", {"Name": "Gemeente Proef", "Usual helix": "Government"})
    planner.open(f"/projects/{project.slug}/persons/new")
    planner.press("Add the person", {"First name": "Ans", "Surname": "Proef"})

    # A helix that departs from the organisation's is refused without a reason, beside its field.
    role = {"Organisation": "Gemeente Proef", "Role": "onderzoeker", "Helix": "Research"}
    planner.follow("Add a role").press("Add the role", role)
    assert planner.response.status_code == 400
    assert planner.wrong("Why another helix")
    planner.press("Add the role", {"Why another helix": "werkt bij het lectoraat"})
    assert planner.rows("Roles")[0][2] == "Research werkt bij het lectoraat"

    # Who speaks for themselves counts as end user by default.
    planner.follow("Add a role").press("Add the role", {"Role": "bewoner", "From": "2020-01-01"})
    own = next(row for row in planner.rows("Roles") if row[1] == "bewoner")
    assert own[:3] == ["speaks for themselves", "bewoner", "End users"]
    assert "main role" not in own[5]

    planner.press("Make main bewoner")
    states = {row[1]: row[5] for row in planner.rows("Roles")}
    assert ["main role" in states[role] for role in ("bewoner", "onderzoeker")] == [True, False]
    planner.press("End today bewoner")
    assert "Ans Proef" in planner.follow("Gemeente Proef").text


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("de vrie", "Vries, Ria de"),
        ("RIA DE VR", "Vries, Ria de"),
        ("akess", "Åkesson, Björn"),
        ("yildiz", "Yıldız, Mohamed"),
    ],
)
def test_the_beginning_of_a_word_is_enough_to_find_somebody(
    visiting: Guide, typed: str, first: str
) -> None:
    leader = visiting(Role.LEADER).open(f"{DEMO}/persons")

    leader.press("Show", {"Name": typed})

    assert listed(leader)[0] == first
    assert len(listed(leader)) < 3
    assert "q=" in leader.response.request.url


def test_filters_stand_in_the_address_and_can_be_sent_to_a_colleague(visiting: Guide) -> None:
    leader, planner = visiting(Role.LEADER), visiting(Role.PLANNER)
    leader.open(f"{DEMO}/persons").press("Show", {"Helix": "Research", "Tag": "jongeren"})

    planner.open(leader.response.request.url)

    assert listed(leader) == listed(planner) == ["Åkesson, Björn"]
    leader.follow("Clear filters")
    assert len(listed(leader)) > 20
    leader.press("Show", {"Neighbourhood": "Pittelo"})
    assert {row[4] for row in people(leader)} == {"Pittelo"}
    leader.press("Show", {"Name": "niemand zo"})
    assert "Nobody fits" in leader.text


def test_a_long_list_is_paged_and_its_file_is_whole(planner: Visitor, project: Project) -> None:
    for number in range(60):
        factories.person(f"Proef{number:02}", first_name="Ans")

    planner.open(f"/projects/{project.slug}/persons")
    first = listed(planner)
    second = listed(planner.follow("Next"))
    rows = _csv(planner.follow("Download as CSV"))

    assert len(first) < 60
    assert not set(first) & set(second)
    assert len(rows) == 61


def test_files_open_again_and_hold_what_the_list_shows(visiting: Guide) -> None:
    leader = visiting(Role.LEADER).open(f"{DEMO}/persons").press("Show", {"Helix": "Business"})
    names = listed(leader)
    here = leader.response.request.url

    text = _csv(leader.follow("Download as CSV"))
    excel = _excel(leader.open(here).follow("Download for Excel"))

    assert len(text) == len(excel) == len(names) + 1
    assert [[str(cell) for cell in row] for row in excel] == text
    column = text[0].index("Surname")
    assert [row[column] in name for row, name in zip(text[1:], names, strict=True)] == [
        True for _name in names
    ]


def test_a_reviewer_reads_pseudonyms_everywhere(visiting: Guide) -> None:
    reviewer = visiting(Role.REVIEWER).open(f"{DEMO}/persons")
    names = listed(reviewer)
    resident = next(name for name in names if name.startswith("Resident"))
    files = [
        reviewer.follow("Download as CSV").response.text,
        str(_excel(reviewer.open(f"{DEMO}/persons").follow("Download for Excel"))),
    ]

    for text in [*names, *files, reviewer.open(f"{DEMO}/persons").text]:
        assert "Wolfswinkel" not in text
    assert reviewer.follow(resident).heading == resident
    assert "Edit" not in [one.text for one in reviewer.page.all("a")]
    assert "Nobody fits" in reviewer.open(f"{DEMO}/persons?q=wolfswinkel").text
    attended = reviewer.open(f"{DEMO}/sessions").follow("Tussenstand pilots")
    assert "Wolfswinkel" not in attended.text


def test_the_second_of_two_editors_sees_both_texts(visiting: Guide) -> None:
    one, other = visiting(Role.LEADER), visiting(Role.PLANNER)
    for editor in (one, other):
        editor.open(f"{DEMO}/persons?q=wolfswinkel").follow("Wolfswinkel, Trijntje").follow("Edit")

    one.press("Save", {"Note": "Belt liever."})
    other.press("Save", {"Note": "Mailt liever."})

    assert one.response.status_code == 200
    assert other.response.status_code == 409
    assert other.rows("Differences") == [["Note", "Belt liever.", "Mailt liever."]]
    other.press("Save", {"Note": "Belt of mailt."})
    assert other.heading == "Trijntje Wolfswinkel"
    assert "Belt of mailt." in other.text


@pytest.mark.parametrize("kind", ["persons", "organisations", "sessions", "initiatives"])
def test_a_record_of_another_project_is_not_there(visiting: Guide, kind: str) -> None:
    leader = visiting(Role.LEADER).open("/projects/new")
    leader.press("Make the project", {"Name of the project": "Ander", "Short name": "ander"})

    assert leader.open(f"{DEMO}/{kind}/1").response.status_code == 200
    assert leader.open(f"/projects/ander/{kind}/1").response.status_code == 404


def _csv(visitor: Visitor) -> list[list[str]]:
    text = visitor.response.data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def _excel(visitor: Visitor) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(visitor.response.data))
    return [list(row) for row in book.get_sheet_by_index(0).to_python()]
