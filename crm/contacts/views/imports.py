"""Pages of an import: a file, its columns, what would happen, and what happened."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.contacts import forms
from crm.contacts.models import ContactImport, ImportState
from crm.contacts.queries import imports as queries
from crm.contacts.rules.choices import Choice, Reason, choices_of, decisions_of
from crm.contacts.rules.headings import recognised
from crm.contacts.rules.memory import EXPLAINED
from crm.contacts.rules.plan import RowOutcome
from crm.contacts.rules.plan_lines import ADDED, ReportLine, with_reasons
from crm.contacts.rules.row_messages import PROBLEM_TEXTS, UNPLACED, Problem
from crm.contacts.services import import_parts
from crm.contacts.services import imports as services
from crm.contacts.services.import_preview import STEP
from crm.core.i18n import _
from crm.core.pagination import PER_PAGE, Page
from crm.core.permissions import Actor
from crm.intake.forms import ACCEPTED, said_of
from crm.intake.reading.files import ReceivedFile
from crm.intake.reading.tables import table_of
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.views.persons import told
from crm.steps.queries import step_about, undone_among
from crm.tasks.queries import headway
from crm.web.pages import Pages, Table, page_number
from crm.web.rendering import label, page

EDIT = StakeholderPermission.EDIT
MOST_LINES = 200


def about(ids: dict[str, Any]) -> list[ContactImport]:
    """Return the import that an address names, for a view to get."""
    return [queries.contact_import(ids.pop("import_id"))] if "import_id" in ids else []


pages = Pages("importing", find=about)
ONE = "/persons/import/<int:import_id>"


@dataclass(frozen=True, slots=True)
class Report:
    """
    What there is to tell of the rows of an import: one page of those that were asked for.

    :ivar reasons: why rows are taken for somebody, or may be, with how many there are
    :ivar kinds: what was chosen for all rows that have a reason
    :ivar unplaced: for which values the register has no field, with in how many rows they stand
    :ivar only_unplaced: whether only rows with such values are shown
    """

    outcome: RowOutcome | None
    reason: Reason | None
    reasons: Mapping[Reason, int]
    kinds: Mapping[Reason, Choice]
    lines: Page[ReportLine]
    unplaced: Mapping[Problem, int]
    only_unplaced: bool

    @property
    def asked(self) -> dict[str, str]:
        """What the address of this page says."""
        given = {"outcome": self.outcome, "reason": self.reason}
        told = {name: member.value for name, member in given.items() if member is not None}
        told |= {"unplaced": "yes"} if self.only_unplaced else {}
        return {**told, "page": str(self.lines.number)}


@pages.post(f"{ONE}/decide", requires=EDIT)
def decide(actor: Actor, project: Project, found: ContactImport) -> ResponseReturnValue:
    """Keep what was chosen for the rows, and look at what would happen."""
    form = forms.ChoicesForm()
    form.attempt(lambda chosen: services.decide(actor, found, decisions=chosen))
    if not form.is_refused:
        flash(_("Your choices are kept. Nothing is imported yet."), "success")
    # Back to the rows that were looked at: the button sends along which they were.
    names = ("outcome", "reason", "unplaced", "page")
    asked = {name: request.form.get(name) or None for name in names}
    return told(form, address_of(project, found, **asked))


def report_asked_for(found: ContactImport) -> Report:
    """Return the rows that the address asks for; those that somebody must look at come first."""
    asked = request.args.get("outcome"), request.args.get("reason")
    outcome = next((member for member in RowOutcome if member == asked[0]), None)
    reason = next((member for member in Reason if member == asked[1]), None)
    overview = queries.overview(found)
    only_unplaced = request.args.get("unplaced") == "yes"
    places = overview.places(outcome, reason, only_unplaced=only_unplaced)
    # After a choice fewer rows may be left than the page that the address remembers.
    number = min(page_number(), max(1, -(-len(places) // PER_PAGE)))
    shown = queries.lines_at(found, places[(number - 1) * PER_PAGE : number * PER_PAGE])
    page = Page(shown, number, len(places), total_is_capped=False)
    kinds = decisions_of(found.decisions).kinds
    return Report(outcome, reason, overview.reasons, kinds, page, overview.unplaced, only_unplaced)


def choices_for(reason: Reason | None, repeats: int | None = None) -> list[tuple[str, str]]:
    """
    Return what can be chosen for a row that has this reason, each with its words.

    :param repeats: the earlier row about the same person, to whom it may only give more
    """
    offered = list(Choice)
    if repeats is not None:
        offered = [Choice.FILL, Choice.SKIP]
    elif reason is None:
        offered = [Choice.NEW, Choice.SKIP]
    # The cells that came back are chosen one by one, so taking the row takes only those.
    elif reason is Reason.RECORD:
        offered = [Choice.OVERWRITE, Choice.SKIP]
    # No second organisation with the same name: the name is what it is known by.
    elif reason is Reason.ORGANISATION:
        offered.remove(Choice.NEW)
    return [(choice.value, str(label(choice))) for choice in offered]


def _row_text(line: ReportLine) -> str:
    """Return what a row has to do with an earlier row of the list, if it is about the same."""
    row = line.repeats
    if row is None:
        return ""
    if line.outcome is RowOutcome.CHANGED:
        return _(
            "About the same person as row %(row)s. What is new in this row is added to that "
            "person.",
            row=row,
        )
    if line.outcome is RowOutcome.DUPLICATE and line.choice is Choice.SKIP:
        return _(
            "About the same person as row %(row)s. The organisation is called nearly the same, so "
            "nothing is taken from this row. If it is another one, choose “Fill what is empty”.",
            row=row,
        )
    # Whoever chose about the row knows what it is: what comes of it says the rest.
    if line.choice:
        return ""
    if line.organisation:
        return _(
            "About the same person as row %(row)s. Nothing is taken from this row. If it gives "
            "another role, add that afterwards.",
            row=row,
        )
    return _("The same as row %(row)s. Nothing is taken from this row.", row=row)


@pages.get("/persons/import", requires=EDIT)
def start(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Ask for the file with the list."""
    return _start_page(forms.FileForm.asked())


@pages.post("/persons/import", requires=EDIT, takes_file=True)
def upload(actor: Actor, project: Project) -> ResponseReturnValue:
    """Read the file and keep what is in it for the next step."""
    form = forms.FileForm()
    begun = form.attempt(lambda given: _received(actor, project, given))
    if begun is not None:
        return to_import(project, begun)
    # What was refused is kept: read in another way it may be a list, and is not sent twice.
    unread = services.receive_file(actor, project, given=form.unread) if form.unread else None
    return _start_page(form, unread)


@pages.get(ONE, requires=EDIT)
def contact_import(actor: Actor, project: Project, found: ContactImport) -> ResponseReturnValue:
    """Show the step in which an import is."""
    if found.state is ImportState.CANCELLED:
        flash(_("This import was cancelled. Nothing was imported."), "info")
        return redirect(url_for("importing.start", project_slug=project.slug), 303)
    if found.state is ImportState.DONE:
        return _done_page(actor, found)
    if found.is_under_way or found.is_being_looked_at:
        return _progress_page("contacts/import_progress.html", found)
    if found.state is ImportState.MAPPED:
        return _check_page(found)
    if found.table:
        return _columns_page(found, _columns_form(found))
    # A file in which no list was found is kept for somebody to say how it is to be read.
    here = url_for("import_questions.reading", project_slug=project.slug, import_id=found.id)
    return redirect(here, 303)


@pages.get(f"{ONE}/columns", requires=EDIT)
def columns(_actor: Actor, project: Project, found: ContactImport) -> ResponseReturnValue:
    """Ask what the columns hold, also when that was said before."""
    return _columns_page(found, _columns_form(found)) if found.table else to_import(project, found)


@pages.post(f"{ONE}/columns", requires=EDIT)
def choose_columns(actor: Actor, project: Project, found: ContactImport) -> ResponseReturnValue:
    """Keep what the columns hold and look at what would happen."""
    if not found.table:
        return to_import(project, found)
    form = _columns_form(found)
    form.attempt(lambda choices: services.choose_columns(actor, found, choices=choices))
    if form.is_refused:
        return _columns_page(found, form)
    if not queries.questions_of(found):
        return to_import(project, found)
    # Words that were not met before are asked about before anything is looked at.
    address = url_for("import_questions.words", project_slug=project.slug, import_id=found.id)
    return redirect(address, 303)


@pages.post(f"{ONE}/run", requires=EDIT)
def carry_out(actor: Actor, project: Project, found: ContactImport) -> ResponseReturnValue:
    """Bring the rows into the register, unless something was chosen that nobody has seen yet."""
    form, run = forms.ChoicesForm(), import_parts.start_unless_chosen
    is_kept = form.attempt(lambda chosen: run(actor, found, project=project, decisions=chosen))
    if is_kept:
        flash(_("Your choices are kept. Look at what happens now, and import after that."), "info")
    return told(form, address_of(project, found))


@pages.get(f"{ONE}/progress", requires=EDIT)
def progress(_actor: Actor, _project: Project, found: ContactImport) -> ResponseReturnValue:
    """Show only how far an import is, for a page that stays open."""
    return _progress_page("contacts/_import_progress.html", found)


@pages.post(f"{ONE}/cancel", requires=EDIT)
def cancel(actor: Actor, project: Project, found: ContactImport) -> ResponseReturnValue:
    """Throw away what was read."""
    form = ActionForm()
    form.attempt(lambda _none: services.cancel(actor, found))
    return told(form, address_of(project, found))


def _received(actor: Actor, project: Project, given: ReceivedFile) -> ContactImport:
    begun = services.receive_file(actor, project, given=given)
    for words in said_of(given.table):
        flash(words, "warning")
    return begun


@pages.files(f"{ONE}/messages", requires=EDIT)
def messages(_actor: Actor, project: Project, found: ContactImport) -> Table:
    """Return what there is to say of each row."""
    about_row = [_("Row"), _("Name"), _("What happens")]
    headings = [*about_row, _("Weight"), _("Field"), _("Message"), _("Text in the file")]
    rows = []
    for line in queries.all_lines(found):
        first = (line.row, line.name or line.organisation, label(line.outcome))
        for said in line.messages:
            field = FIELD_LABELS[said.field] if said.field else ""
            rows.append((*first, label(said.level), field, said.text, said.raw))
    return f"{project.slug}-import-{found.id}", headings, rows


@pages.files(f"{ONE}/rejected", requires=EDIT)
def rejected(_actor: Actor, project: Project, found: ContactImport) -> Table:
    """Return the rows that do not come in, to be mended."""
    name = "-".join((project.slug, "import", str(found.id), _("rejected")))
    text = found.table or found.rejected_rows
    if not text:
        return name, [*ADDED], []
    table, places = table_of(text), queries.overview(found).places(RowOutcome.REJECTED, None)
    return name, [*ADDED, *table.headings], with_reasons(table, queries.lines_at(found, places))


def address_of(project: Project, found: ContactImport, **asked: str | None) -> str:
    """Return the address of the step in which an import is, there of the rows that are `asked`."""
    here: dict[str, Any] = {"project_slug": project.slug, "import_id": found.id, **asked}
    return url_for("importing.contact_import", **here)


def to_import(project: Project, found: ContactImport) -> ResponseReturnValue:
    """Lead to the step in which an import is."""
    return redirect(address_of(project, found), 303)


def _start_page(form: forms.FileForm, unread: ContactImport | None = None) -> ResponseReturnValue:
    recent = queries.recent_imports()
    return page(
        "contacts/import_start.html",
        form=form,
        unread=unread,
        accepted=ACCEPTED,
        recent=recent,
        undone=undone_among(contact_import.step_id for contact_import in recent),
        status=form.status,
    )


def _columns_form(found: ContactImport) -> forms.ColumnsForm:
    return forms.columns_form(table_of(found.table), choices_of(found.mapping))


def _columns_page(found: ContactImport, form: forms.ColumnsForm) -> ResponseReturnValue:
    table = table_of(found.table)
    return page(
        "contacts/import_columns.html",
        contact_import=found,
        form=form,
        layout=recognised(form.headings),
        file=queries.file_of(found),
        remembered=queries.columns_for(table.headings),
        is_of_elsewhere=queries.has_numbers_of_elsewhere(table),
        status=form.status,
    )


def _progress_page(template: str, found: ContactImport) -> ResponseReturnValue:
    return page(template, contact_import=found, headway=headway(found.task))


def _check_page(found: ContactImport) -> ResponseReturnValue:
    asked = Counter(word.field is Field.ORGANISATION for word in queries.questions_of(found))
    report, choices = report_asked_for(found), choices_of(found.mapping)

    of_kinds = {}
    for reason in report.reasons:
        chosen, now = report.kinds.get(reason), _("Each as it stands below")
        if chosen:
            now = _("Chosen for all: %(choice)s", choice=label(chosen))
        of_kinds[reason] = [("", str(now)), *choices_for(reason)]
    unplaced = []
    for problem, count in report.unplaced.items():
        held = [name for name, field in choices.columns.items() if field in UNPLACED[problem]]
        unplaced.append((str(PROBLEM_TEXTS[problem]), ", ".join(held), count))
    return page(
        "contacts/import_check.html",
        contact_import=found,
        report=report,
        unplaced=unplaced,
        left_columns=[
            key for key, held in choices.columns.items() if held in {None, Field.COUNTRY}
        ],
        useful=found.new + found.changed,
        choices_for=choices_for,
        kind_choices=of_kinds,
        row_text=_row_text,
        outcomes=list(RowOutcome),
        field_labels=FIELD_LABELS,
        meanings={field: forms.meanings(field) for field in EXPLAINED},
        unknown_words=asked[False],
        open_organisations=asked[True],
        helix_of_others=choices.helix_of_new.others,
    )


def _done_page(actor: Actor, found: ContactImport) -> ResponseReturnValue:
    places = range(len(queries.overview(found).signs))
    return page(
        "contacts/import_done.html",
        contact_import=found,
        people=queries.brought_by(found, Person, page_number()),
        organisations=queries.brought_by(found, Organisation, page_number("organisations")),
        shown=shown_as(actor),
        step=step_about(STEP, "import_id", found.id),
        lines=queries.lines_at(found, places[:MOST_LINES]),
        has_more=len(places) > MOST_LINES,
        field_labels=FIELD_LABELS,
    )
