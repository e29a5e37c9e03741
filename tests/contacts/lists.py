"""Lists of contacts on their way into the register, without pages, and lists that leave it."""

import csv
import io

from flask.testing import FlaskClient

from crm.contacts.models import ContactImport
from crm.contacts.queries.imports import all_lines
from crm.contacts.rules.choices import Choices
from crm.contacts.rules.headings import mapping_for
from crm.contacts.rules.reading import read
from crm.contacts.services import imports
from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.rules.round_trip import CellState

Row = dict[str, str]


def begun(project: Project, text: str) -> ContactImport:
    """Make an import whose columns are chosen as proposed; nothing is in the register yet."""
    table = read(text.encode(), "lijst.csv")
    choices = Choices(mapping_for(table.headings))
    actor = system(project.id)
    made = imports.receive(actor, project, file_name="lijst.csv", table=table, choices=choices)
    imports.choose_columns(actor, made, choices=choices)
    return made


def imported(project: Project, text: str) -> ContactImport:
    """Make an import that is carried out."""
    made = begun(project, text)
    imports.carry_out(system(project.id), made, project=project)
    return made


def exported(client: FlaskClient, project: Project, what: str) -> list[Row]:
    """Return the rows of the file of persons or organisations that leaves."""
    text = client.get(f"/projects/{project.slug}/{what}/export.csv").data.decode("utf-8-sig")
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def text_of(rows: list[Row]) -> str:
    """Return rows as a file that comes back."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def cells(made: ContactImport) -> dict[int, dict[Field, tuple[CellState | None, bool]]]:
    """Return row → the cells that differ: what became of each, and whether it is taken."""
    return {
        line.row: {one.field: (one.state, one.is_taken) for one in line.cells}
        for line in all_lines(made)
    }
