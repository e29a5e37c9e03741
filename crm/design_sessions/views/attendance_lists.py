"""Pages on which an attendance list from elsewhere is brought in."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core import progress as work_progress
from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.normalisation import fold
from crm.core.pagination import PER_PAGE, Page
from crm.core.permissions import Actor
from crm.design_sessions.forms.attendance import (
    ListColumnsForm,
    ListDecisionsForm,
    ListFileForm,
    decisions_form,
    list_columns_form,
    word_choices,
    word_name,
)
from crm.design_sessions.models import AttendanceList, DesignSession, ListState
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.queries import people, sessions
from crm.design_sessions.queries.attendance_lists import new_organisations
from crm.design_sessions.rules.attendance_columns import columns_of
from crm.design_sessions.rules.attendance_rows import (
    LEFT_OUT,
    LeftOut,
    ListedRow,
    RowState,
    counts,
    decisions_of,
)
from crm.design_sessions.services import attendance_lists
from crm.design_sessions.services import attendance_lists as services
from crm.projects.models import Project
from crm.stakeholders.forms.imports import ACCEPTED, ReadAgainForm
from crm.stakeholders.importing.columns import FIELD_LABELS
from crm.stakeholders.importing.plan_lines import ADDED, behind
from crm.stakeholders.importing.tables import table_of
from crm.stakeholders.models import Helix
from crm.stakeholders.views.import_questions import shown_reading
from crm.stakeholders.views.imports import page_number
from crm.steps.queries import step_about
from crm.web.downloads import csv_file, excel_file
from crm.web.pages import Pages
from crm.web.rendering import label, page

pages = Pages("attendance_lists")
ARRANGE = SessionPermission.ARRANGE
BASE = "/sessions/<int:session_id>/attendance/list"
ONE = f"{BASE}/<int:list_id>"
NOTHING: Mapping[str, str | None] = {}


@pages.get(BASE, requires=ARRANGE)
def start(_actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Ask for the file with who came."""
    return _start_page(sessions.design_session(session_id), ListFileForm.asked())


@pages.post(BASE, requires=ARRANGE, takes_file=True)
def upload(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Read the file and keep what is in it for the next step."""
    found, form = sessions.design_session(session_id), ListFileForm()
    received = form.attempt(
        lambda given: services.receive_list(
            actor, found, given=services.ReceivedList(given.name, given.content, given.table)
        )
    )
    if received is not None:
        return _to(received)
    return _start_page(found, form, _unread(actor, found, form))


@pages.get(ONE, requires=ARRANGE)
def attendance_list(
    actor: Actor, project: Project, session_id: int, list_id: int
) -> ResponseReturnValue:
    """Show the step in which a list is."""
    found = _found(session_id, list_id)
    if found.state is ListState.UPLOADED:
        return _columns_page(found, _columns_form(found)) if found.table else _to(found, "reading")
    if found.is_under_way or found.is_being_looked_at:
        return _progress_page("design_sessions/list_progress.html", found)
    if found.state is ListState.CHOSEN:
        return check_page(actor, found, decisions_form(lists.words_of(found)))
    if found.state is ListState.DONE:
        return _done_page(found)
    address = url_for("attendance_lists.start", project_slug=project.slug, session_id=session_id)
    return redirect(address, 303)


@pages.get(f"{ONE}/progress", requires=ARRANGE)
def progress(
    _actor: Actor, _project: Project, session_id: int, list_id: int
) -> ResponseReturnValue:
    """Show only how far a long list is, for a page that stays open."""
    return _progress_page("design_sessions/_list_progress.html", _found(session_id, list_id))


@pages.get(f"{ONE}/columns", requires=ARRANGE)
def columns(_actor: Actor, _project: Project, session_id: int, list_id: int) -> ResponseReturnValue:
    """Ask what the columns hold, also when that was said before."""
    found = _found(session_id, list_id)
    return _columns_page(found, _columns_form(found)) if found.table else _to(found)


@pages.post(f"{ONE}/columns", requires=ARRANGE)
def choose_columns(
    actor: Actor, _project: Project, session_id: int, list_id: int
) -> ResponseReturnValue:
    """Keep what the columns hold, and look at whom the list is about."""
    found = _found(session_id, list_id)
    if not found.table:
        return _to(found)
    form = _columns_form(found)
    form.attempt(lambda chosen: services.choose_list_columns(actor, found, columns=chosen))
    return _columns_page(found, form) if form.is_refused else _to(found)


@pages.get(f"{ONE}/reading", requires=ARRANGE)
def reading(_actor: Actor, _project: Project, session_id: int, list_id: int) -> ResponseReturnValue:
    """Show what the file gives when it is read as the address says."""
    return _reading_page(_found(session_id, list_id), ReadAgainForm())


@pages.post(f"{ONE}/reading", requires=ARRANGE)
def read_again(
    actor: Actor, _project: Project, session_id: int, list_id: int
) -> ResponseReturnValue:
    """Read the list like this from now on."""
    found, form = _found(session_id, list_id), ReadAgainForm()
    form.attempt(lambda how: services.read_list_again(actor, found, how=how))
    return _reading_page(found, form) if form.is_refused else _to(found)


@pages.post(f"{ONE}/decide", requires=ARRANGE)
def decide(actor: Actor, _project: Project, session_id: int, list_id: int) -> ResponseReturnValue:
    """Keep who is meant, who is new and what words mean."""
    found = _found(session_id, list_id)
    form = _decisions_form(found)
    form.attempt(lambda chosen: services.decide_list(actor, found, decisions=chosen))
    if not form.is_refused:
        flash(_("Your choices are kept. Nothing is noted yet."), "success")
    return _after(form, found, {name: request.form.get(name) for name in ("state", "page")})


@pages.post(f"{ONE}/note", requires=ARRANGE)
def note(actor: Actor, _project: Project, session_id: int, list_id: int) -> ResponseReturnValue:
    """Note who came, with what was chosen on the page."""
    found = _found(session_id, list_id)
    form = _decisions_form(found)
    begun = form.attempt(lambda chosen: attendance_lists.start(actor, found, decisions=chosen))
    if begun is False:
        flash(services.HelixOpen.message, "danger")
    return _after(form, found)


@pages.post(f"{ONE}/cancel", requires=ARRANGE)
def cancel(actor: Actor, _project: Project, session_id: int, list_id: int) -> ResponseReturnValue:
    """Throw away what was read."""
    found, form = _found(session_id, list_id), ActionForm()
    form.attempt(lambda _none: services.cancel_list(actor, found))
    if found.state is ListState.CANCELLED and not form.is_refused:
        flash(_("This list was thrown away. Nothing was noted."), "info")
    return _after(form, found)


@pages.get(f"{ONE}/left-out.csv", requires=ARRANGE)
def left_out_csv(
    _actor: Actor, project: Project, session_id: int, list_id: int
) -> ResponseReturnValue:
    """Download the rows of which nothing was noted, to be mended, as CSV."""
    return csv_file(_file_name(project, list_id), *_left_out(_found(session_id, list_id)))


@pages.get(f"{ONE}/left-out.xlsx", requires=ARRANGE)
def left_out_excel(
    _actor: Actor, project: Project, session_id: int, list_id: int
) -> ResponseReturnValue:
    """Download the rows of which nothing was noted, to be mended, as a workbook."""
    return excel_file(_file_name(project, list_id), *_left_out(_found(session_id, list_id)))


def _found(session_id: int, list_id: int) -> AttendanceList:
    return lists.attendance_list(sessions.design_session(session_id), list_id)


def _unread(
    actor: Actor, design_session: DesignSession, form: ListFileForm
) -> AttendanceList | None:
    """Keep the file that was refused, if it may be a list when it is read in another way."""
    if form.unread is None:
        return None
    name, content = form.unread.name, form.unread.content
    return services.keep_unread_list(actor, design_session, name=name, content=content)


def _to(
    found: AttendanceList, step: str = "attendance_list", asked: Mapping[str, str | None] = NOTHING
) -> ResponseReturnValue:
    slug = (request.view_args or {})["project_slug"]
    address = url_for(
        f"attendance_lists.{step}",
        project_slug=slug,
        session_id=found.design_session_id,
        list_id=found.id,
        **{name: value for name, value in asked.items() if value},  # type: ignore[arg-type]  # texts only
    )
    return redirect(address, 303)


def _after(
    form: ActionForm | ListDecisionsForm,
    found: AttendanceList,
    asked: Mapping[str, str | None] = NOTHING,
) -> ResponseReturnValue:
    for refusal in form.refusals:
        flash(refusal, "danger")
    return _to(found, asked=asked)


def _start_page(
    design_session: DesignSession, form: ListFileForm, unread: AttendanceList | None = None
) -> ResponseReturnValue:
    return page(
        "design_sessions/list_start.html",
        design_session=design_session,
        form=form,
        unread=unread,
        accepted=ACCEPTED,
        status=form.status,
    )


def _columns_form(found: AttendanceList) -> ListColumnsForm:
    return list_columns_form(table_of(found.table), columns_of(found.columns))


def _decisions_form(found: AttendanceList) -> ListDecisionsForm:
    return decisions_form(lists.words_of(found) if found.table else ())


def _columns_page(found: AttendanceList, form: ListColumnsForm) -> ResponseReturnValue:
    return page(
        "design_sessions/list_columns.html",
        listed=found,
        design_session=found.design_session,
        form=form,
        status=form.status,
    )


def _reading_page(found: AttendanceList, again: ReadAgainForm) -> ResponseReturnValue:
    if not found.is_open:
        raise NotFound
    return page(
        "design_sessions/list_reading.html",
        listed=found,
        design_session=found.design_session,
        shown=shown_reading(found, lambda how: lists.read_again(found, how)),
        again=again,
        status=again.status,
    )


def _progress_page(template: str, found: AttendanceList) -> ResponseReturnValue:
    percent = work_progress.found(lists.headway_of(found))
    return page(template, listed=found, design_session=found.design_session, percent=percent)


def _done_page(found: AttendanceList) -> ResponseReturnValue:
    return page(
        "design_sessions/list_done.html",
        listed=found,
        design_session=found.design_session,
        left_out=len(json.loads(found.reasons)),
        step=step_about(services.STEP, "list_id", found.id),
    )


def _file_name(project: Project, list_id: int) -> str:
    return "-".join((project.slug, _("attendance"), str(list_id), _("left out").replace(" ", "-")))


def _left_out(found: AttendanceList) -> tuple[list[object], list[Sequence[object]]]:
    if not found.left_out:
        return [*ADDED], []
    table, reasons = table_of(found.left_out), json.loads(found.reasons)
    told = {int(number): str(LEFT_OUT[LeftOut(reason)]) for number, reason in reasons.items()}
    return [*ADDED, *table.headings], behind(table, told)


def check_page(actor: Actor, found: AttendanceList, form: ListDecisionsForm) -> ResponseReturnValue:
    """Show the rows that the address asks for, with what is asked about them."""
    rows, state = lists.rows_of(found), _state_asked_for()
    shown = _page_of(rows, state)
    there = lists.still_there(number for one in shown.items for number in one.persons)
    meant = {one.row: [number for number in one.persons if number in there] for one in shown.items}
    noted = people.noted_among(found.design_session, there)
    return page(
        "design_sessions/list_check.html",
        listed=found,
        design_session=found.design_session,
        rows=shown,
        state=state,
        counts=counts(rows),
        people=people.to_choose_from(actor, found.design_session, meant),
        noted={one.person_id: one.status for one in noted},
        unknown=decisions_of(found.decisions).unknown,
        words=[(word_name(word), word, means, count) for word, means, count in form.words],
        word_choices=word_choices(),
        field_labels=FIELD_LABELS,
        **_organisations(found, rows, shown.items),
    )


def _organisations(
    found: AttendanceList, rows: Sequence[ListedRow], shown: Sequence[ListedRow]
) -> dict[str, Any]:
    """Return what is asked about new organisations, and which rows would bring one."""
    organisations = new_organisations(found, rows)
    named = {one.row: one.looked.organisation for one in shown if one.may_be_new}
    new = {row: name for row, name in named.items() if fold(name) in organisations.found}
    return {
        "organisations": organisations,
        "new_places": {row: organisations.helix(name) for row, name in new.items()},
        "helixes": [(one.value, label(one)) for one in Helix],
    }


def _state_asked_for() -> RowState | None:
    asked = request.args.get("state", "")
    return RowState(asked) if asked in list(RowState) else None


def _page_of(rows: Sequence[ListedRow], asked: RowState | None) -> Page[ListedRow]:
    """Return a page of the rows in this state, or of all: what needs somebody comes first."""
    by_state: dict[RowState, list[ListedRow]] = {state: [] for state in RowState}
    for one in rows:
        by_state[one.state].append(one)
    found = [one for state in RowState if asked in {None, state} for one in by_state[state]]
    number = min(page_number(), max(1, -(-len(found) // PER_PAGE)))
    items = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Page(items, number, len(found), total_is_capped=False)
