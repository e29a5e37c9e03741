"""The page of results, the quick list and the files: what each role finds of whom."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crm.core.db import change_many, session, unit_of_work
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person, Phone
from tests import factories
from tests.pages import Enter


@pytest.fixture
def register(opened: Session, project: Project) -> dict[str, Person]:
    """A woman at work, a resident who is private, and notes on her and on her work."""
    work = factories.organisation("Dijkstra Tuinen", helix=Helix.BUSINESS)
    working = factories.person("Dijkstra", first_name="Anna", at=work, email="a@geheimpost.example")
    private = factories.person("Zonderling", first_name="Bep", helix=Helix.END_USERS)
    factories.initiative(system(project.id), project, "Buurttuin Dijkstra")
    with unit_of_work(system(project.id), "tests.notes"):
        session().add(Phone(person_id=working.id, number="+31612345678", raw="06 12345678"))
        session().add(Phone(person_id=working.id, number="+31592000501", raw="0592000501"))
        session().add(Phone(person_id=working.id, number="+3221234567", raw="02 123 45 67"))
        session().add(Phone(person_id=private.id, number="", raw="030 765432"))
        change_many(Person, Person.id == working.id, {"note": "Belt liever na het avondeten"})
        change_many(Organisation, Organisation.id == work.id, {"note": "Levert kruiwagens"})
    return {"working": working, "private": private}


def found(enter: Enter, project: Project, role: Role, asked: str, what: str = "") -> str:
    answer = enter(role).get(f"/projects/{project.slug}/search{what}?q={asked}")
    assert answer.status_code == 200
    return answer.text


def test_every_kind_stands_under_its_own_heading(
    enter: Enter, project: Project, register: dict[str, Person]
) -> None:
    text = found(enter, project, Role.PLANNER, "dijk")

    assert f"/persons/{register['working'].id}" in text
    assert "Buurttuin Dijkstra" in text
    assert "Dijkstra Tuinen" in text
    assert "Shown for" not in text


def test_what_is_typed_wrong_is_repaired_and_said(
    enter: Enter, project: Project, register: dict[str, Person]
) -> None:
    repaired = found(enter, project, Role.PLANNER, "anna+dijstra")
    literal = found(enter, project, Role.PLANNER, "dijstra&exactly=yes")

    assert "dijkstra" in repaired
    assert "Anna Dijkstra" in repaired
    assert "exactly=yes" in repaired
    assert "Anna Dijkstra" not in literal
    assert "Nothing found" in literal


@pytest.mark.parametrize("asked", ["avondeten", "kruiwagns", "geheimpost"])
def test_notes_and_addresses_are_found_by_those_who_read_them(
    enter: Enter, project: Project, register: dict[str, Person], asked: str
) -> None:
    assert "Dijkstra" in found(enter, project, Role.PLANNER, asked)
    for what in ("", "/quick", "/export.csv"):
        text = found(enter, project, Role.REVIEWER, asked, what)
        assert "Dijkstra" not in text
        assert "avondeten" not in text.replace('value="avondeten"', "").replace("q=avondeten", "")


def test_a_number_in_any_notation_leads_those_who_see_it_to_whoever_it_is_of(
    enter: Enter, project: Project, register: dict[str, Person]
) -> None:
    hers = (
        "0612345678", "06-12345678", "06 12 34 56 78", "+31 6 1234 5678", "+31 (0)6 12345678",
        "0031612345678", "31612345678", "345678", "anna 345678", "dijstra 06-12345678",
        "000501", "0592-000501", "0031592000501", "02 123 45 67",
    )  # fmt: skip
    of_nobody = "0612345679", "45678", "123456", "1345678", "876543", "zonderling 345678", "¤876543"
    planner, reviewer = enter(Role.PLANNER), enter(Role.REVIEWER)

    def told(client: FlaskClient, asked: str, what: str = "") -> list[str]:
        answer = client.get(f"/projects/{project.slug}{what}", query_string={"q": asked})
        return re.findall(r"/persons/(\d+)", answer.text)

    working, private = str(register["working"].id), str(register["private"].id)
    assert [asked for asked in hers if working not in told(planner, asked, "/search")] == []
    assert [asked for asked in of_nobody if told(planner, asked, "/search")] == []
    assert private in told(planner, "030-76 54 32", "/search")
    assert working in told(planner, "06-12345678", "/persons")
    for what in ("/search", "/search/quick", "/search/export.csv", "/persons"):
        assert [asked for asked in hers if told(reviewer, asked, what)] == []
    assert "¤" not in planner.get(f"/projects/{project.slug}/search?q=dijstra+345678").text


@pytest.mark.parametrize("asked", ["zonderling", "zonderlng", "bep", "bep+zonderling"])
def test_a_reviewer_finds_no_private_person_and_no_word_of_one(
    enter: Enter, project: Project, register: dict[str, Person], asked: str
) -> None:
    assert "Bep Zonderling" in found(enter, project, Role.LEADER, "zonderlng")
    for what in ("", "/quick", "/export.csv"):
        text = found(enter, project, Role.REVIEWER, asked, what)
        assert f"/persons/{register['private'].id}" not in text
        assert "Shown for" not in text


def test_a_reviewer_finds_names_that_are_shown_and_pseudonyms_by_their_number(
    enter: Enter, project: Project, register: dict[str, Person]
) -> None:
    number = register["private"].pseudonym

    assert "Anna Dijkstra" in found(enter, project, Role.REVIEWER, "anna+dijstra")
    text = found(enter, project, Role.REVIEWER, f"resident+{number}")
    assert f"/persons/{register['private'].id}" in text
    assert "Zonderling" not in text


def test_a_word_of_a_private_person_changes_nothing_of_what_a_reviewer_is_shown(
    enter: Enter, project: Project, register: dict[str, Person]
) -> None:
    factories.organisation("Zonderlinx")

    text = found(enter, project, Role.REVIEWER, "zonderling")

    assert "Zonderlinx" in text
    assert "Shown for" in text


def test_one_kind_is_listed_whole_and_the_files_hold_it(
    enter: Enter, project: Project, register: dict[str, Person]
) -> None:
    listed = found(enter, project, Role.PLANNER, "dijkstra&group=initiatives")
    file = found(enter, project, Role.PLANNER, "dijkstra&group=initiatives", "/export.csv")
    quick = found(enter, project, Role.PLANNER, "dijstra", "/quick")

    assert "Buurttuin Dijkstra" in listed
    assert f"/persons/{register['working'].id}" not in listed
    assert "Buurttuin Dijkstra" in file
    assert "Anna" not in file
    assert 'role="option"' in quick
    assert "<!doctype" not in quick


@pytest.mark.parametrize(
    "asked",
    [
        "", "%25", "%2A", "%00", "NEAR(", "%22%27;--", "x" * 10_000, "&page=-3", "dijk&page=9",
        "dijk&group=nonsense", "dijk&page=999999999999999999999",
    ],
)  # fmt: skip
def test_no_question_breaks_the_page(
    enter: Enter, project: Project, register: dict[str, Person], asked: str
) -> None:
    for what in ("", "/quick"):
        assert "<" in found(enter, project, Role.REVIEWER, asked, what)


def test_a_private_name_leads_a_reviewer_to_what_a_word_of_nobody_leads_to(
    enter: Enter, project: Project, register: dict[str, Person]
) -> None:
    reviewer = enter(Role.REVIEWER)
    pages = "/search", "/search/quick", "/search/export.csv", "/persons"
    asked = {
        "zonderling": "krokodillen",
        "zonderlng": "krokodiln",
        "bep+zond": "kro+kodi",
        "dijkstra+zonderling": "dijkstra+krokodillen",
    }

    def shown(page: str, words: str) -> str:
        answer = reviewer.get(f"/projects/{project.slug}{page}?q={words}")
        said = answer.text.replace(words, "…").replace(words.replace("+", " "), "…")
        # Each page has a token of its own against forged forms.
        return re.sub(r'"[\w.~-]{60,}"', "", said)

    told = [
        (page, name)
        for name, about_nobody in asked.items()
        for page in pages
        if shown(page, name) != shown(page, about_nobody)
    ]

    assert told == []


def test_the_box_is_a_form_like_any_other_without_a_script(enter: Enter, project: Project) -> None:
    text = enter(Role.REVIEWER).get(f"/projects/{project.slug}/sessions").text

    form = re.search(r'<form class="header__search".*?</form>', text, re.DOTALL)
    assert form is not None
    assert f'method="get" action="/projects/{project.slug}/search"' in form[0]
    assert 'name="q"' in form[0]
    assert re.search(r'role="listbox"[^>]* hidden', form[0])
