"""The list of persons as a file: what is in it, as text, and back in again."""

import csv
import io
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from crm.contacts.rules.headings import propose_mapping
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.stakeholders.rules import visibility
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.bulk import add_persons_in_bulk
from crm.stakeholders.services.persons import NewPerson, PersonDetails
from crm.stakeholders.values.names import (
    FormOfAddress,
    NameParts,
    NameUse,
    form_of_address,
    name_use,
)
from tests import factories

FORMULAS = ("=1+1", "+31", "-2", "@SUM(A1)")


@pytest.fixture
def leader(app: Flask, project: Project) -> FlaskClient:
    return factories.sign_in(app.test_client(), factories.member(project, Role.LEADER))


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons"


def add(project: Project, *names: NameParts, note: str = "") -> None:
    role = AffiliationDetails(organisation="Stad", make_organisation=True, helix=Helix.GOVERNMENT)
    new = [
        NewPerson(PersonDetails(name, ("a@b.example", "c@d.example"), note=note), (role,))
        for name in names
    ]
    add_persons_in_bulk(system(project.id), project, new=new)


def rows_of(client: FlaskClient, address: str) -> list[dict[str, str]]:
    text = client.get(address).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=","))


def test_what_was_typed_is_no_formula_in_a_file(
    leader: FlaskClient, base: str, project: Project
) -> None:
    add(project, *(NameParts(surname=text) for text in FORMULAS), note="=cmd()")

    cells = [cell for row in rows_of(leader, f"{base}/export.csv") for cell in row.values()]

    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert {f"'{text}" for text in FORMULAS} <= set(cells)
    with zipfile.ZipFile(io.BytesIO(leader.get(f"{base}/export.xlsx").data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_a_file_keeps_the_filter_and_holds_all_that_was_found(
    leader: FlaskClient, base: str, project: Project
) -> None:
    add(project, *(NameParts(surname=f"Zoek{number}") for number in range(1_010)))
    add(project, NameParts(surname="Ander"))

    assert len(rows_of(leader, f"{base}/export.csv?q=zoek")) == 1_010
    assert [row["Surname"] for row in rows_of(leader, f"{base}/export.csv?q=ander")] == ["Ander"]
    assert rows_of(leader, f"{base}/export.csv?helix=business") == []


def test_a_file_can_be_read_again(leader: FlaskClient, base: str, project: Project) -> None:
    name = NameParts(
        "J.", "Jolanda", "van der", "Veen", "in het", "Veld", NameUse.PARTNER, FormOfAddress.MADAM
    )
    add(project, name)

    (row,) = rows_of(leader, f"{base}/export.csv")

    mapping = propose_mapping(list(row))
    given = {field: row[heading] for heading, field in mapping.items() if field}
    assert given[Field.PARTNER_SURNAME] == "Veld"
    assert given[Field.EMAIL] == "a@b.example; c@d.example"
    assert form_of_address(given[Field.FORM_OF_ADDRESS]) is FormOfAddress.MADAM
    assert name_use(given[Field.NAME_USE]) is NameUse.PARTNER
    assert [heading for heading, field in mapping.items() if field is None] == [
        "Private person",
        "May be written to for: Project work",
    ]


def test_a_reviewer_gets_names_without_parts_and_addresses(
    app: Flask, base: str, project: Project
) -> None:
    add(project, NameParts(first_name="Bo", surname="Ambt"))
    reviewer = factories.sign_in(app.test_client(), factories.member(project, Role.REVIEWER))

    (row,) = rows_of(reviewer, f"{base}/export.csv")

    assert row["Full name"] == "Bo Ambt"
    assert {"E-mail address", "Phone number", "Note"} & row.keys() == set()


def test_no_address_leaves_as_long_as_nobody_knows_whom_one_may_write_to(
    leader: FlaskClient, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = factories.person("Mag", helix=Helix.GOVERNMENT, email="mag@proef.example")
    (open_row,) = rows_of(leader, f"{base}/export.csv")
    monkeypatch.setattr(visibility, "_gates", [visibility._SHUT])

    (row,) = rows_of(leader, f"{base}/export.csv")
    page = leader.get(f"{base}/{someone.id}").text

    assert open_row["E-mail address"] == "mag@proef.example"
    assert (row["E-mail address"], row["May be written to"]) == ("", "no")
    assert "mag@proef.example" in page
    assert "mailto:mag@proef.example" not in page
