"""Pages on which an attendance list from elsewhere is brought in."""

import json
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.contacts.rules.plan_lines import ADDED, behind
from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.normalisation import fold
from crm.core.pagination import Page, page_of_rows
from crm.core.permissions import Actor
from crm.design_sessions.forms import attendance as forms
from crm.design_sessions.forms.reading import member
from crm.design_sessions.models import AttendanceList, DesignSession, ListState
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.queries import people
from crm.design_sessions.rules import attendance_rows
from crm.design_sessions.rules.attendance_columns import columns_of
from crm.design_sessions.rules.attendance_rows import ListedRow, RowState
from crm.design_sessions.services import attendance_lists as services
from crm.design_sessions.views.routes import about
from crm.intake.forms import ACCEPTED, ReadAgainForm, said_of, shown_reading
from crm.intake.reading.files import ReceivedFile
from crm.intake.reading.tables import Reading, table_of
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import FIELD_LABELS
from crm.steps.queries import step_about
from crm.tasks.queries import headway
from crm.web.pages import Pages, Table, page_number
from crm.web.rendering import label, page

pages = Pages("attendance_lists", find=about)
ARRANGE = SessionPermission.ARRANGE
BASE = "/sessions/<int:session_id>/attendance/list"
ONE = f"{BASE}/<int:list_id>"


@pages.get(BASE, requires=ARRANGE)
def start(_actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Ask for the file with who came."""
    return _start_page(found, forms.ListFileForm.asked())


@pages.post(BASE, requires=ARRANGE, takes_file=True)
def upload(actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Read the file and keep what is in it for the next step."""
    form = forms.ListFileForm()

    def receive(given: ReceivedFile) -> AttendanceList:
        for words in said_of(given.table):
            flash(words, "warning")
        return services.receive_list(actor, found, given=given)

    received = form.attempt(receive)
    if received is not None:
        return _to(received)
    unread = None
    if form.unread is not None:
        # What was refused is kept: read in another way it may be a list, and is not sent twice.
        unread = services.receive_list(actor, found, given=form.unread)
    return _start_page(found, form, unread)


@pages.get(ONE, requires=ARRANGE)
def attendance_list(actor: Actor, project: Project, found: AttendanceList) -> ResponseReturnValue:
    """Show the step in which a list is."""
    if found.state is ListState.UPLOADED:
        return _columns_page(found) if found.table else _to(found, "reading")
    # Before its state: a list at work is still “chosen”, and nothing may be decided meanwhile.
    if found.is_under_way or found.is_being_looked_at:
        return _progress_page("design_sessions/list_progress.html", found)
    if found.state is ListState.CHOSEN:
        return _check_page(actor, found)
    if found.state is ListState.DONE:
        return _page(
            "design_sessions/list_done.html",
            found,
            left_out=len(json.loads(found.reasons)),
            step=step_about(services.STEP, "list_id", found.id),
        )
    # Of a list that was thrown away nothing is left to show.
    of = found.design_session_id
    return redirect(
        url_for("attendance_lists.start", project_slug=project.slug, session_id=of), 303
    )


@pages.get(f"{ONE}/progress", requires=ARRANGE)
def progress(_actor: Actor, _project: Project, found: AttendanceList) -> ResponseReturnValue:
    """Show only how far a long list is, for a page that stays open."""
    return _progress_page("design_sessions/_list_progress.html", found)


@pages.get(f"{ONE}/columns", requires=ARRANGE)
def columns(_actor: Actor, _project: Project, found: AttendanceList) -> ResponseReturnValue:
    """Ask what the columns hold, also when that was said before."""
    return _columns_page(found) if found.table else _to(found)


@pages.post(f"{ONE}/columns", requires=ARRANGE)
def choose_columns(actor: Actor, _project: Project, found: AttendanceList) -> ResponseReturnValue:
    """Keep what the columns hold, and look at whom the list is about."""
    # What came in could not be read yet, so it has no columns to speak of.
    if not found.table:
        return _to(found)
    form = _columns_form(found)
    form.attempt(lambda chosen: services.choose_list_columns(actor, found, columns=chosen))
    return _columns_page(found, form) if form.is_refused else _to(found)


@pages.get(f"{ONE}/reading", requires=ARRANGE)
def reading(_actor: Actor, _project: Project, found: AttendanceList) -> ResponseReturnValue:
    """Show what the file gives when it is read as the address says."""
    return _reading_page(found, ReadAgainForm())


@pages.post(f"{ONE}/reading", requires=ARRANGE)
def read_again(actor: Actor, _project: Project, found: AttendanceList) -> ResponseReturnValue:
    """Read the list like this from now on."""
    form = ReadAgainForm()

    def read(how: Reading) -> AttendanceList:
        if form.apart.data:
            given = lists.read_again(found, how)
            return services.receive_list(actor, found.design_session, given=given)
        services.read_list_again(actor, found, how=how)
        return found

    read_now = form.attempt(read)
    return _reading_page(found, form) if read_now is None else _to(read_now)


@pages.post(f"{ONE}/decide", requires=ARRANGE)
def decide(actor: Actor, _project: Project, found: AttendanceList) -> ResponseReturnValue:
    """Keep who is meant, who is new and what words mean."""
    form = _decisions_form(found)
    form.attempt(lambda chosen: services.decide_list(actor, found, decisions=chosen))
    if not form.is_refused:
        flash(_("Your choices are kept. Nothing is noted yet."), "success")
    # Back to the rows that were on the page, of which there may be many more.
    shown = {name: request.form.get(name) or None for name in ("state", "page")}
    return _after(form, found, **shown)


@pages.post(f"{ONE}/note", requires=ARRANGE)
def note(actor: Actor, _project: Project, found: AttendanceList) -> ResponseReturnValue:
    """Note who came, with what was chosen on the page."""
    form = _decisions_form(found)
    begun = form.attempt(lambda chosen: services.start(actor, found, decisions=chosen))
    # No refusal, which would take back the command: what was chosen along is kept.
    if begun is False:
        flash(services.HelixOpen.message, "danger")
    return _after(form, found)


@pages.post(f"{ONE}/cancel", requires=ARRANGE)
def cancel(actor: Actor, _project: Project, found: AttendanceList) -> ResponseReturnValue:
    """Throw away what was read."""
    form = ActionForm()
    form.attempt(lambda _none: services.cancel_list(actor, found))
    # A list at work is stopped instead, and its page says how far it came.
    if found.state is ListState.CANCELLED and not form.is_refused:
        flash(_("This list was thrown away. Nothing was noted."), "info")
    return _after(form, found)


@pages.files(f"{ONE}/left-out", requires=ARRANGE)
def left_out(_actor: Actor, project: Project, found: AttendanceList) -> Table:
    """Return the rows of which nothing was noted, to be mended, behind why they were left out."""
    name = "-".join((project.slug, _("attendance"), str(found.id), _("left out").replace(" ", "-")))
    if not found.left_out:
        return name, [*ADDED], []
    table, reasons = table_of(found.left_out), json.loads(found.reasons)
    words = {
        int(number): str(attendance_rows.LEFT_OUT[attendance_rows.LeftOut(reason)])
        for number, reason in reasons.items()
    }
    return name, [*ADDED, *table.headings], behind(table, words)


def _to(found: AttendanceList, step: str = "attendance_list", **asked: Any) -> ResponseReturnValue:
    project = (request.view_args or {})["project_slug"]
    where = {"project_slug": project, "session_id": found.design_session_id, "list_id": found.id}
    return redirect(url_for(f"attendance_lists.{step}", **where, **asked), 303)


def _after(
    form: ActionForm | forms.ListDecisionsForm, found: AttendanceList, **asked: Any
) -> ResponseReturnValue:
    # The page that follows shows the list as it stands, with no form of which to tell this.
    for refusal in form.refusals:
        flash(refusal, "danger")
    return _to(found, **asked)


def _page(template: str, found: AttendanceList, **shown: Any) -> ResponseReturnValue:
    return page(template, listed=found, design_session=found.design_session, **shown)


def _start_page(
    design_session: DesignSession, form: forms.ListFileForm, unread: AttendanceList | None = None
) -> ResponseReturnValue:
    shown = {"design_session": design_session, "form": form, "unread": unread}
    return page("design_sessions/list_start.html", **shown, accepted=ACCEPTED, status=form.status)


def _decisions_form(found: AttendanceList) -> forms.ListDecisionsForm:
    return forms.ListDecisionsForm(lists.words_of(found) if found.table else ())


def _columns_page(
    found: AttendanceList, form: forms.ListColumnsForm | None = None
) -> ResponseReturnValue:
    form = form or _columns_form(found)
    return _page("design_sessions/list_columns.html", found, form=form, status=form.status)


def _columns_form(found: AttendanceList) -> forms.ListColumnsForm:
    return forms.list_columns_form(table_of(found.table), columns_of(found.columns))


def _reading_page(found: AttendanceList, again: ReadAgainForm) -> ResponseReturnValue:
    if not found.is_open:
        raise NotFound
    shown = shown_reading(found, lambda how: lists.read_again(found, how))
    return _page(
        "design_sessions/list_reading.html", found, shown=shown, again=again, status=again.status
    )


def _progress_page(template: str, found: AttendanceList) -> ResponseReturnValue:
    return _page(template, found, headway=headway(found.task))


def _check_page(actor: Actor, found: AttendanceList) -> ResponseReturnValue:
    """Show the rows that the address asks for, with what is asked about them."""
    rows, state = lists.rows_of(found), member(RowState, request.args.get("state"))
    shown = _page_of(rows, state)
    # Somebody may have been removed since the list was looked at.
    there = lists.still_there(number for row in shown.items for number in row.persons)
    meant = {row.row: [number for number in row.persons if number in there] for row in shown.items}
    noted = people.noted_among(found.design_session, there)
    organisations = lists.new_organisations(found, rows)
    named = {row.row: row.looked.organisation for row in shown.items if row.may_be_new}
    new = {row: name for row, name in named.items() if fold(name) in organisations.found}
    return _page(
        "design_sessions/list_check.html",
        found,
        rows=shown,
        state=state,
        counts=attendance_rows.counts(rows),
        people=people.to_choose_from(actor, found.design_session, meant),
        noted={attendance.person_id: attendance.status for attendance in noted},
        unknown=attendance_rows.decisions_of(found.decisions).unknown,
        words=[(forms.word_name(word), word, *rest) for word, *rest in lists.words_of(found)],
        word_choices=forms.word_choices(),
        field_labels=FIELD_LABELS,
        organisations=organisations,
        new_places={row: organisations.helix(name) for row, name in new.items()},
        helixes=[(helix.value, label(helix)) for helix in Helix],
    )


def _page_of(rows: Sequence[ListedRow], asked: RowState | None) -> Page[ListedRow]:
    """Return a page of the rows in this state, or of all: what needs somebody comes first."""
    order = list(RowState)
    found = [row for row in rows if asked in {None, row.state}]
    found.sort(key=lambda row: order.index(row.state))
    # After choices are kept there may be fewer pages of a state than the address says.
    return page_of_rows(found, page_number(), or_last=True)
