"""Lists of contacts on their way into the register, without pages."""

from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.importing.kept import Choices
from crm.stakeholders.importing.layouts import mapping_for
from crm.stakeholders.importing.reading import read
from crm.stakeholders.models import ContactImport
from crm.stakeholders.services import imports


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
