"""Pages of an import about what is remembered: words, columns, and rows that did not come in."""

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.forms.import_words import WordsForm, meanings, words_form
from crm.stakeholders.importing.columns import FIELD_LABELS, Field
from crm.stakeholders.importing.memory import MOST_WORDS
from crm.stakeholders.importing.plan import RowOutcome
from crm.stakeholders.importing.rejected_rows import ADDED, with_reasons
from crm.stakeholders.importing.serialisation import choices_of, table_of
from crm.stakeholders.models import ContactImport
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import import_memory
from crm.stakeholders.queries import import_reports as reports
from crm.stakeholders.queries import imports as queries
from crm.stakeholders.services import import_choices
from crm.stakeholders.services import imports as services
from crm.web.downloads import csv_file, excel_file
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("import_words")
EDIT = StakeholderPermission.EDIT


@pages.get("/persons/import/<int:import_id>/words", requires=EDIT)
def words(_actor: Actor, _project: Project, import_id: int) -> ResponseReturnValue:
    """Ask what words of the list mean, and show those that were explained before."""
    found = queries.contact_import(import_id)
    return _words_page(found, words_form(import_memory.questions_of(found)))


@pages.post("/persons/import/<int:import_id>/words", requires=EDIT)
def explain(actor: Actor, project: Project, import_id: int) -> ResponseReturnValue:
    """Remember what the words mean, and look at what would happen."""
    found = queries.contact_import(import_id)
    form = words_form(import_memory.questions_of(found))
    form.attempt(lambda given: services.explain_words(actor, found, explained=given))
    return _words_page(found, form) if form.is_refused else _to_import(project, import_id)


@pages.post("/persons/import/<int:import_id>/words/<int:word_id>/forget", requires=EDIT)
def forget_word(
    actor: Actor, project: Project, import_id: int, word_id: int
) -> ResponseReturnValue:
    """Forget what a word means."""
    found, word = queries.contact_import(import_id), import_memory.word(word_id)
    form = ActionForm()
    form.attempt(lambda _none: import_choices.forget_word(actor, found, word=word))
    address = url_for("import_words.words", project_slug=project.slug, import_id=import_id)
    return redirect(address, 303)


@pages.post("/persons/import/<int:import_id>/columns/forget", requires=EDIT)
def forget_columns(actor: Actor, project: Project, import_id: int) -> ResponseReturnValue:
    """Forget what was chosen for these headings, and propose anew."""
    found = queries.contact_import(import_id)
    form = ActionForm()
    form.attempt(lambda _none: services.forget_columns(actor, found))
    for refusal in form.refusals:
        flash(refusal, "danger")
    return _to_import(project, import_id)


@pages.get("/persons/import/<int:import_id>/rejected.csv", requires=EDIT)
def rejected_csv(_actor: Actor, project: Project, import_id: int) -> ResponseReturnValue:
    """Download the rows that do not come in, to be mended, as CSV."""
    return csv_file(_file_name(project, import_id), *_rejected(queries.contact_import(import_id)))


@pages.get("/persons/import/<int:import_id>/rejected.xlsx", requires=EDIT)
def rejected_excel(_actor: Actor, project: Project, import_id: int) -> ResponseReturnValue:
    """Download the rows that do not come in, to be mended, as a workbook."""
    return excel_file(_file_name(project, import_id), *_rejected(queries.contact_import(import_id)))


def _file_name(project: Project, import_id: int) -> str:
    return "-".join((project.slug, "import", str(import_id), _("rejected")))


def _rejected(found: ContactImport) -> tuple[list[object], list[Sequence[object]]]:
    text = found.table or found.rejected_rows
    if not text:
        return [*ADDED], []
    table = table_of(text)
    places = reports.overview(found).places(RowOutcome.REJECTED, None)
    return [*ADDED, *table.headings], with_reasons(table, reports.lines_at(found, places))


def _words_page(found: ContactImport, form: WordsForm) -> ResponseReturnValue:
    known = [
        (one, FIELD_LABELS[Field(one.field)], meanings(Field(one.field)).get(one.meaning, ""))
        for one in import_memory.words()
    ]
    return page(
        "stakeholders/import_words.html",
        contact_import=found,
        form=form,
        known=known,
        field_labels=FIELD_LABELS,
        more=max(0, len(import_memory.questions_of(found)) - MOST_WORDS),
        helix_of_others=choices_of(found.mapping).helix_of_new.others,
        status=form.status,
    )


def _to_import(project: Project, import_id: int) -> ResponseReturnValue:
    address = url_for("importing.contact_import", project_slug=project.slug, import_id=import_id)
    return redirect(address, 303)
