"""Choices of an import that come beside another wish: to carry it out, or to forget a word."""

from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.importing.choices import Decisions
from crm.stakeholders.models import ContactImport, ImportState, RememberedWord
from crm.stakeholders.queries import import_reports as reports
from crm.stakeholders.services import import_memory, imports
from crm.stakeholders.services.import_parts import start


def start_unless_chosen(
    actor: Actor, contact_import: ContactImport, *, project: Project, decisions: Decisions
) -> bool:
    """
    Bring the rows into the register, or keep what was chosen since; return whether that was kept.

    What was chosen changes what importing does, so somebody should see that first.

    :raises ColumnsNotChosen: if nobody said what the columns hold
    :raises ImportOver: if it was cancelled
    """
    if not _says_more(contact_import, decisions):
        start(actor, contact_import, project=project)
        return False
    imports.decide(actor, contact_import, decisions=decisions)
    return True


def forget_word(actor: Actor, contact_import: ContactImport, *, word: RememberedWord) -> None:
    """Forget what a word means, also for a list that has it and was not imported yet."""
    import_memory.forget_word(actor, word)
    if contact_import.state is ImportState.MAPPED and not contact_import.is_under_way:
        imports.explain_words(actor, contact_import, explained=())


def _says_more(contact_import: ContactImport, decisions: Decisions) -> bool:
    """Whether decisions are others than those in force, which a page sends along too."""
    if decisions.kinds:
        return True
    lines = reports.lines_about(contact_import, {*decisions.rows, *decisions.cells})
    return any(
        decisions.rows.get(row, line.done) is not line.done
        or any(
            decisions.cells.get(row, {}).get(one.field, one.is_taken) != one.is_taken
            for one in line.cells
        )
        for row, line in lines.items()
    )
