"""Long lists of organisations: downloads, suggestions, and as few statements as short ones."""

import io
import re
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from crm.core.permissions import Actor, system
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.stakeholders.queries import organisations as queries
from crm.stakeholders.services import organisations as services
from crm.stakeholders.services.organisations import OrganisationDetails
from tests import factories
from tests.statements import counted

pytestmark = pytest.mark.both_engines("own SQL")


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/organisations"


@pytest.fixture
def arranger(project: Project) -> Actor:
    return system(project.id)


@pytest.fixture
def leader(app: Flask, project: Project) -> FlaskClient:
    return factories.sign_in(app.test_client(), factories.member(project))


def test_downloads_hold_what_the_filter_leaves_and_no_formula(
    leader: FlaskClient, base: str, project: Project
) -> None:
    factories.organisation("=1+1")
    factories.organisation("Anders", helix=Helix.RESEARCH)

    rows = leader.get(f"{base}/export.csv?helix=business").text.splitlines()
    book = io.BytesIO(leader.get(f"{base}/export.xlsx").data)

    assert len(rows) == 2
    assert rows[1].split(",")[1] == "'=1+1"
    cells = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    assert [row[1] for row in cells] == ["Organisation", "=1+1", "Anders"]
    with zipfile.ZipFile(book) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_suggestions_are_options_in_the_order_of_the_list(
    leader: FlaskClient, base: str, arranger: Actor, project: Project
) -> None:
    rows = [OrganisationDetails(name, Helix.BUSINESS) for name in ("Zorg Noord", "Noorderlicht")]
    services.add_organisations(arranger, project, details=rows)

    text = leader.get(f"{base}/options?q=noord").text

    assert re.findall(r'value="(.*?)"', text) == ["Noorderlicht", "Zorg Noord"]
    assert len(re.findall("<option", leader.get(f"{base}/options").text)) == 2


def test_a_longer_list_takes_no_more_statements(
    app: Flask, leader: FlaskClient, base: str, arranger: Actor, project: Project
) -> None:
    def ask(address: str) -> int:
        with counted(app) as sent:
            leader.get(address)
        return len(sent)

    def fill(first: int, last: int) -> list[int]:
        rows = [
            OrganisationDetails(f"Club {n}", Helix.BUSINESS, area=f"Wijk {n}", tags=(f"t{n}",))
            for n in range(first, last)
        ]
        return services.add_organisations(arranger, project, details=rows)

    (first,) = fill(0, 1)
    factories.person(at=queries.organisation(first))
    addresses = [base, f"{base}?q=club&tag=t0&helix=business", f"{base}/{first}",
                 f"{base}/export.csv", f"{base}/options?q=club"]  # fmt: skip
    ask(base)  # the first request of a sign-in notes that it was seen
    before = [ask(address) for address in addresses]
    fill(1, 60)
    for _ in range(20):
        factories.person(at=queries.organisation(first))

    after = [ask(address) for address in addresses]

    assert after == before
    assert max(after) <= 14
    assert "1 to 50 of 60" in leader.get(base).text
    assert "51 to 60 of 60" in leader.get(f"{base}?page=2").text


@pytest.mark.parametrize(
    "asked", ["page=99999999999999999999", "page=-1", "page=x", "area=4000000000", "q=%00"]
)
def test_an_address_that_makes_no_sense_is_a_page_all_the_same(
    leader: FlaskClient, base: str, asked: str
) -> None:
    assert leader.get(f"{base}?{asked}").status_code == 200
