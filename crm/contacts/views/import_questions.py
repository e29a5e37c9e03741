"""Pages of an import that ask how a file is read and what its words mean."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.contacts import forms
from crm.contacts.models import ContactImport
from crm.contacts.queries import imports as queries
from crm.contacts.rules.choices import choices_of
from crm.contacts.rules.memory import MOST_WORDS
from crm.contacts.services import import_files, import_parts
from crm.contacts.services import imports as services
from crm.contacts.views.imports import ONE, about, address_of, to_import
from crm.core.errors import NotFound
from crm.core.permissions import Actor
from crm.intake.forms import ReadAgainForm, shown_reading
from crm.intake.reading.tables import Reading
from crm.projects.models import Project
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.views.persons import told
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("import_questions", find=about)
EDIT = StakeholderPermission.EDIT


@pages.get(f"{ONE}/reading", requires=EDIT)
def reading(_actor: Actor, _project: Project, found: ContactImport) -> ResponseReturnValue:
    """Show what the file gives when it is read as the address says."""
    return _reading_page(found, ReadAgainForm())


@pages.post(f"{ONE}/reading", requires=EDIT)
def read_again(actor: Actor, project: Project, found: ContactImport) -> ResponseReturnValue:
    """Read the list like this from now on."""
    form = ReadAgainForm()

    def read(how: Reading) -> ContactImport:
        if form.apart.data:
            return services.receive_file(actor, project, given=queries.read_again(found, how))
        import_files.read_again(actor, found, how=how)
        return found

    read_now = form.attempt(read)
    if read_now is None:
        return _reading_page(found, form)
    address = url_for("importing.columns", project_slug=project.slug, import_id=read_now.id)
    return redirect(address, 303)


def _reading_page(found: ContactImport, again: ReadAgainForm) -> ResponseReturnValue:
    file = queries.file_of(found)
    if file is None:
        raise NotFound
    shown = shown_reading(file, lambda how: queries.read_again(found, how))
    template = "contacts/import_reading.html"
    return page(template, contact_import=found, shown=shown, again=again, status=again.status)


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
