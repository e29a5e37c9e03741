"""The steps of an import: who may take which, and what is thrown away."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.contacts import jobs
from crm.contacts.models import ImportState, ReportPart
from crm.contacts.queries.imports import all_lines
from crm.contacts.rules.choices import Choices
from crm.contacts.rules.headings import LayoutDiffers, LayoutUnknown, NoNameColumn, mapping_for
from crm.contacts.rules.reading import read
from crm.contacts.services import imports
from crm.core import audit, clock
from crm.core.errors import Forbidden
from crm.core.permissions import Actor, Role, system
from crm.intake.reading.refusals import ColumnTwice
from crm.projects.models import Project
from crm.stakeholders.rules.columns import Field
from tests.contacts.lists import begun, imported

pytestmark = pytest.mark.both_engines("undo")

LIST = "Voornaam;Achternaam;E-mail\nAda;Vos;ada@kring.example\n"


def test_a_cancelled_import_is_over(project: Project) -> None:
    made = begun(project, LIST)

    imports.cancel(system(project.id), made)

    assert (made.state, made.table, made.overview) == (ImportState.CANCELLED, "", None)
    with pytest.raises(imports.ImportOver):
        imports.carry_out(system(project.id), made, project=project)
    with pytest.raises(imports.ImportOver):
        imports.cancel(system(project.id), imported(project, LIST))


def test_nothing_is_imported_before_the_columns_are_chosen(project: Project) -> None:
    table = read(LIST.encode(), "lijst.csv")
    actor = system(project.id)
    choices = Choices(mapping_for(table.headings))
    made = imports.receive(actor, project, file_name="x" * 300, table=table, choices=choices)

    with pytest.raises(imports.ColumnsNotChosen):
        imports.carry_out(actor, made, project=project)
    with pytest.raises(NoNameColumn):
        imports.choose_columns(actor, made, choices=Choices({"Voornaam": None}))
    twice: dict[str, Field | None] = {"Voornaam": Field.SURNAME, "Achternaam": Field.SURNAME}
    with pytest.raises(ColumnTwice) as refused:
        imports.choose_columns(actor, made, choices=Choices(twice))
    assert refused.value.field == "column_1"


def test_lists_are_thrown_away_after_seven_days(project: Project, opened: Session) -> None:
    waiting, done = begun(project, LIST), imported(project, "Voornaam;E-mail\nAda;geen adres\n")
    assert list(all_lines(done))

    with clock.frozen(clock.now() + timedelta(days=6)):
        jobs.clear_imports({})
    opened.expire_all()
    assert waiting.table

    with clock.frozen(clock.now() + timedelta(days=8)):
        jobs.clear_imports({})
    opened.expire_all()
    assert (waiting.state, waiting.table, waiting.overview) == (ImportState.CANCELLED, "", None)
    assert opened.scalar(select(func.count()).select_from(ReportPart)) == 0
    assert (done.state, list(all_lines(done))) == (ImportState.DONE, [])
    assert "geen adres" not in str(
        [value.old for value in opened.scalars(select(audit.AuditValue))]
    )


def test_a_layout_has_a_name_and_its_own_columns() -> None:
    assert mapping_for(["Voornaam", "Anders"], "nl_excel") == {
        "Voornaam": Field.FIRST_NAME,
        "Anders": None,
    }
    with pytest.raises(LayoutUnknown, match="nl_excel"):
        mapping_for(["Voornaam"], "onbekend")
    with pytest.raises(LayoutDiffers):
        mapping_for(["Anders"], "nl_excel")


def test_reviewers_import_nothing(project: Project) -> None:
    made = begun(project, LIST)
    reviewer = Actor(account_id=1, name="Rik", role=Role.REVIEWER, project_id=project.id)

    with pytest.raises(Forbidden):
        imports.carry_out(reviewer, made, project=project)
