"""What people type reaches every page, picture and hint as text, and never as a program."""

import pytest
from flask import Flask
from playwright.sync_api import Dialog, Page, expect

from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories
from tests.browser.conftest import ComeIn
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.engine("sqlite")

CORPUS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    '<a href="javascript:alert(1)">hier</a>',
    "</title></textarea><script>alert(1)</script>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    '&lt;b&gt;O\'Brien & "Zn"',
]
PLANTED = (
    "script:not([src]):not([type='application/json']), img[src=x], [onload], [onerror], iframe, "
    "a[href^='javascript:']"
)
PLAN = {"Day": "2026-11-20", "Starts at": "10:00", "Ends at": "11:00"}


@pytest.fixture(params=[CORPUS[:4], CORPUS[4:]], ids=["marks", "endings"])
def hostile(request: pytest.FixtureRequest) -> str:
    """Several names as one, since each page takes its time."""
    return " ".join(request.param)


@pytest.fixture
def leader(app: Flask, project: Project) -> Visitor:
    """Somebody who types what they should not, without a browser that helps."""
    return Visitor(factories.sign_in(app.test_client(), factories.member(project, Role.LEADER)))


@pytest.fixture
def dialogs(page: Page) -> list[str]:
    """Every window that a program opened."""
    met: list[str] = []

    def note(dialog: Dialog) -> None:
        met.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    return met


@pytest.fixture
def addresses(leader: Visitor, project: Project, hostile: str) -> list[str]:
    """Fill a project with a name in every place, and return the pages that show it."""
    home = f"/projects/{project.slug}"
    organisation = leader.open(f"{home}/organisations/new").press(
        "Add the organisation", {"Name": hostile, "Usual helix": "Business", "Tags": hostile}
    )
    found = [organisation.path]
    for first_name in ("Ans", "Bep"):
        typed = {
            "First name": first_name, "Surname": hostile, "Organisation": hostile,
            "Role": hostile, "Neighbourhood": hostile, "Tags": hostile, "Note": hostile,
        }  # fmt: skip
        leader.open(f"{home}/persons/new").press("Add the person", typed)
        found += [leader.path, f"{leader.path}/edit", f"{leader.path}/roles/new"]
    session = leader.open(f"{home}/sessions/new").press(
        "Plan the session", {"Title": hostile, "Goal": hostile, "Place": hostile, **PLAN}
    )
    at = session.path
    leader.follow("Invite people").press(leader.words("Invite everybody of this list"))
    leader.open(f"{at}/attendance").press(
        "Save attendance",
        {f"Attendance of {name} {hostile}": "Present" for name in ("Ans", "Bep")},
    )
    found += [at, f"{at}/invite", f"{at}/invited", f"{at}/attendance"]
    content = f"Voornaam;Organisatie;Functie\nIna;{quoted(hostile)};{quoted(hostile)}\n"
    name = hostile.replace('"', "%22")  # as browsers send it
    leader.open(f"{home}/persons/import").press(
        "Read the file", {"File with contacts": (content.encode(), f"{name}.csv")}
    )
    found.append(f"{leader.path}")
    leader.press("See what would happen", {"Helix where the list gives none": "Business"})
    # Where the name holds a letter, its helix is asked about first.
    found += [leader.path, leader.path.removesuffix("/words")]
    lists = ("", "persons", "organisations", "sessions", "initiatives", "areas", "network")
    return found + [f"{home}/{rest}" for rest in lists]


def quoted(words: str) -> str:
    """Return a field of a CSV file."""
    doubled = words.replace('"', '""')
    return f'"{doubled}"'


def test_a_name_is_only_ever_text(
    page: Page,
    come_in: ComeIn,
    leader: Visitor,
    addresses: list[str],
    dialogs: list[str],
    hostile: str,
) -> None:
    come_in(leader.client)
    shown = 0

    for each in addresses:
        answer = page.goto(each)
        assert answer is not None
        assert answer.status == 200, each
        assert page.locator(PLANTED).count() == 0, each
        shown += hostile in page.locator("main").inner_text()
    page.wait_for_selector("[data-settled=yes]:not([aria-busy])")
    page.locator("[data-network-canvas]").focus()
    page.keyboard.press("Home")
    box = page.locator("[data-network-canvas]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    expect(page.locator("[data-network-tip]")).to_contain_text(hostile)
    expect(page.locator("[data-network-said]")).to_contain_text(hostile)
    assert page.locator(PLANTED).count() == 0
    assert shown > 10
    assert dialogs == []


def test_a_name_that_is_suggested_while_one_types_is_only_text(
    page: Page, come_in: ComeIn, leader: Visitor, project: Project, dialogs: list[str]
) -> None:
    come_in(leader.client)
    for words in CORPUS:
        factories.person(words, first_name="Zeldzaam")
    planned = leader.open(f"/projects/{project.slug}/sessions/new").press(
        "Plan the session", {"Title": "Keukentafel", **PLAN}
    )
    page.goto(f"{planned.path}/attendance")

    page.get_by_role("group", name="Walk-in 1").get_by_label("Name").press_sequentially("zeldz")
    page.locator(".attendance__choice").first.wait_for()

    offered = page.locator(".attendance__choice").all_inner_texts()
    assert sorted(offered) == sorted(f"Zeldzaam {words}" for words in CORPUS)
    assert page.locator(PLANTED).count() == 0
    assert dialogs == []
