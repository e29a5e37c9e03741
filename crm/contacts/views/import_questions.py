"""Pages of an import that ask how a file is read and what its words mean."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.contacts import forms
from crm.contacts.models import ContactImport
from crm.contacts.queries import imports as queries
from crm.contacts.rules.choices import choices_of
from crm.contacts.rules.memory import MOST_WORDS
from crm.contacts.rules.refusals import UnreadableFile
from crm.contacts.rules.tables import Reading, Table
from crm.contacts.services import import_files, import_parts
from crm.contacts.services import imports as services
from crm.contacts.views.imports import ONE, about, address_of, to_import
from crm.core.errors import NotFound
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.views.persons import told
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("import_questions", find=about)
EDIT = StakeholderPermission.EDIT
MOST_ROWS = 8
MOST_COLUMNS = 12
LONGEST_CELL = 60


@dataclass(frozen=True, slots=True)
class Preview:
    """The start of a table: as much as fits on a page, and how much there is."""

    headings: list[str]
    rows: list[list[str]]
    columns: int
    count: int


@dataclass(frozen=True, slots=True)
class ShownReading:
    """How a file is read, what somebody asks instead, and what that gives, or why nothing."""

    file: forms.KeptFile
    form: forms.ReadingForm
    asked: dict[str, object]
    preview: Preview | None
    refusal: str = ""


@pages.get(f"{ONE}/reading", requires=EDIT)
def reading(_actor: Actor, _project: Project, found: ContactImport) -> ResponseReturnValue:
    """Show what the file gives when it is read as the address says."""
    return _reading_page(found, forms.ReadAgainForm())


@pages.post(f"{ONE}/reading", requires=EDIT)
def read_again(actor: Actor, project: Project, found: ContactImport) -> ResponseReturnValue:
    """Read the list like this from now on."""
    form = forms.ReadAgainForm()
    form.attempt(lambda how: import_files.read_again(actor, found, how=how))
    if form.is_refused:
        return _reading_page(found, form)
    address = url_for("importing.columns", project_slug=project.slug, import_id=found.id)
    return redirect(address, 303)


def _reading_page(found: ContactImport, again: forms.ReadAgainForm) -> ResponseReturnValue:
    file = queries.file_of(found)
    if file is None:
        raise NotFound
    shown = shown_reading(file, lambda how: queries.read_again(found, how))
    template = "contacts/import_reading.html"
    return page(template, contact_import=found, shown=shown, again=again, status=again.status)


def shown_reading(file: forms.KeptFile, read: Callable[[Reading], Table]) -> ShownReading:
    """
    Return what a file gives when it is read as the address or the form says.

    :param read: reads the file like that
    """
    # A post that was refused shows what was chosen there; else the address says it.
    form = forms.ReadingForm(request.form or request.args)
    form.offer(file)
    # Of a workbook only the line of headings can be chosen.
    names = ("encoding", "delimiter", "quote", "heading_row") if file.is_text else ("heading_row",)
    asked = {name: form[name].data for name in names if form[name].data}
    try:
        return ShownReading(file, form, asked, _start_of(read(form.chosen())))
    except UnreadableFile as refusal:
        return ShownReading(file, form, asked, None, str(refusal))


def _start_of(table: Table) -> Preview:
    def start(cell: str) -> str:
        # A cell may hold a whole letter; the start is enough to see whether it is read well.
        return cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]}…"

    rows = [[start(cell) for cell in row[:MOST_COLUMNS]] for row in table.rows[:MOST_ROWS]]
    headings = list(table.headings[:MOST_COLUMNS])
    return Preview(headings, rows, columns=len(table.headings), count=len(table.rows))


@pages.get(f"{ONE}/words", requires=EDIT)
def words(_actor: Actor, _project: Project, found: ContactImport) -> ResponseReturnValue:
    """Ask what words of the list mean, and show those that were explained before."""
    return _words_page(found, forms.words_form(queries.questions_of(found)))


@pages.post(f"{ONE}/words", requires=EDIT)
def explain(actor: Actor, project: Project, found: ContactImport) -> ResponseReturnValue:
    """Remember what the words mean, and look at what would happen."""
    form = forms.words_form(queries.questions_of(found))
    form.attempt(lambda given: services.explain_words(actor, found, explained=given))
    return _words_page(found, form) if form.is_refused else to_import(project, found)


@pages.post(f"{ONE}/words/<int:word_id>/forget", requires=EDIT)
def forget_word(
    actor: Actor, project: Project, found: ContactImport, word_id: int
) -> ResponseReturnValue:
    """Forget what a word means."""
    word = queries.word(word_id)
    ActionForm().attempt(lambda _none: import_parts.forget_word(actor, found, word=word))
    address = url_for("import_questions.words", project_slug=project.slug, import_id=found.id)
    return redirect(address, 303)


@pages.post(f"{ONE}/columns/forget", requires=EDIT)
def forget_columns(actor: Actor, project: Project, found: ContactImport) -> ResponseReturnValue:
    """Forget what was chosen for these headings, and propose anew."""
    form = ActionForm()
    form.attempt(lambda _none: services.forget_columns(actor, found))
    return told(form, address_of(project, found))


def _words_page(found: ContactImport, form: forms.WordsForm) -> ResponseReturnValue:
    known = [
        (
            word,
            FIELD_LABELS[Field(word.field)],
            forms.meanings(Field(word.field)).get(word.meaning, ""),
        )
        for word in queries.words()
    ]
    return page(
        "contacts/import_words.html",
        contact_import=found,
        form=form,
        known=known,
        field_labels=FIELD_LABELS,
        more=max(0, len(queries.questions_of(found)) - MOST_WORDS),
        helix_of_others=choices_of(found.mapping).helix_of_new.others,
        status=form.status,
    )
