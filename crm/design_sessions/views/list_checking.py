"""The page on which one checks whom an attendance list is about, fifty rows at a time."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from crm.core.normalisation import fold
from crm.core.pagination import PER_PAGE, Page
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.forms.attendance_lists import ListDecisionsForm, word_choices, word_name
from crm.design_sessions.importing.decisions import decisions_of
from crm.design_sessions.importing.plan import ListedRow, counts
from crm.design_sessions.importing.preview import RowState
from crm.design_sessions.models import AttendanceList
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.queries.list_organisations import new_organisations
from crm.stakeholders.importing.columns import FIELD_LABELS
from crm.stakeholders.models import Helix
from crm.stakeholders.views.imports import page_number
from crm.web.rendering import label, page


def check_page(actor: Actor, found: AttendanceList, form: ListDecisionsForm) -> ResponseReturnValue:
    """Show the rows that the address asks for, with what is asked about them."""
    rows, state = lists.rows_of(found), _state_asked_for()
    shown = _page_of(rows, state)
    there = lists.still_there(number for one in shown.items for number in one.persons)
    meant = {one.row: [number for number in one.persons if number in there] for one in shown.items}
    noted = queries.noted_among(found.design_session, there)
    return page(
        "design_sessions/list_check.html",
        listed=found,
        design_session=found.design_session,
        rows=shown,
        state=state,
        counts=counts(rows),
        people=queries.to_choose_from(actor, found.design_session, meant),
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
