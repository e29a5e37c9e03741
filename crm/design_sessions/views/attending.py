"""The page on which attendance is taken, walk-ins among it, with one save."""

from dataclasses import replace
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.permissions import Actor
from crm.design_sessions.forms.attendance import AttendanceForm, Taken
from crm.design_sessions.forms.people import SessionPeopleForm
from crm.design_sessions.forms.reading import number
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import people, sessions
from crm.design_sessions.queries.standings import (
    AnswerGroup,
    Everybody,
    ids_in_order,
    page_of_people,
    page_with,
    people_among,
)
from crm.design_sessions.services import attending
from crm.design_sessions.views import wording
from crm.design_sessions.views.routes import pages, to_session
from crm.projects.models import Project
from crm.stakeholders.views.imports import page_number
from crm.web.rendering import label, page

# What a button says that saves and then shows whom one looks for.
SHOW = "show"


@pages.get("/sessions/<int:session_id>/attendance", requires=SessionPermission.ARRANGE)
def attendance(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show everybody who was invited, to note who came."""
    return _show(actor, sessions.design_session(session_id), AttendanceForm())


@pages.post("/sessions/<int:session_id>/attendance", requires=SessionPermission.ARRANGE)
def take_attendance(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Note who came."""
    found, form = sessions.design_session(session_id), AttendanceForm()
    changed = form.attempt(lambda taken: _take(actor, found, taken))
    if changed is None:
        return _show(actor, found, form)
    goes_on = request.form.get("go", "")
    if changed or not goes_on:
        flash(wording.saved(changed), "success" if changed else "info")
    return _onwards(actor, found, goes_on) if goes_on else to_session(project, session_id)


@pages.post("/sessions/<int:session_id>/attendance/lines", requires=SessionPermission.ARRANGE)
def more_lines(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show the page with what was typed and room for more walk-ins; nothing is saved."""
    form = AttendanceForm()
    form.add_lines()
    return _show(actor, sessions.design_session(session_id), form)


@pages.post("/sessions/<int:session_id>/attendance/names", requires=SessionPermission.ARRANGE)
def look_up_names(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show the page with what was typed and who in the register has such names."""
    found, form = sessions.design_session(session_id), AttendanceForm()
    form.known = {line: people.ids_found(name) for line, name in form.names().items()}
    return _show(actor, found, form)


@pages.get("/sessions/<int:session_id>/attendance/people", requires=SessionPermission.ARRANGE)
def find_people(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Give the people of the register whose words begin like those typed; for the page's script."""
    found = sessions.design_session(session_id)
    known = {0: people.ids_found(request.args.get("q", ""))}
    offered = people.to_choose_from(actor, found, known)[0]
    return jsonify([{"id": number, "name": words} for number, words in offered.items()])


def _take(actor: Actor, design_session: DesignSession, taken: Taken) -> int:
    return attending.take_attendance(
        actor, design_session, noted=taken.noted, walk_ins=taken.walk_ins
    )


def _onwards(actor: Actor, design_session: DesignSession, goes_on: str) -> ResponseReturnValue:
    """Send the reader to whom they look for, or to the page of the list with this person."""
    if goes_on == SHOW:
        return redirect(_address(SessionPeopleForm(request.form)), 303)
    asked = SessionPeopleForm(request.args)
    # By who stands on it, not by its number: who was noted a moment ago may have left the list.
    ids = ids_in_order(actor, design_session, asked.chosen())
    return redirect(_address(asked, page_with(ids, number(goes_on) or 0)), 303)


def _address(asked: SessionPeopleForm, at: int | None = None) -> str:
    given = {**(request.view_args or {}), **asked.typed()}
    return url_for("sessions.attendance", **given, page=at)


def _show(actor: Actor, design_session: DesignSession, form: AttendanceForm) -> ResponseReturnValue:
    form.offer(people.to_choose_from(actor, design_session, form.offered()))
    return page(
        "design_sessions/attendance.html",
        design_session=design_session,
        form=form,
        statuses=[(one, label(one), key) for one, key in zip(AttendanceStatus, "pen", strict=True)],
        status=form.status,
        **_people(actor, design_session, form),
    )


def _people(actor: Actor, design_session: DesignSession, form: AttendanceForm) -> dict[str, Any]:
    everybody, chosen = Everybody(actor, design_session), SessionPeopleForm(request.args).chosen()
    asked = SessionPeopleForm(request.form or request.args)
    asked.offer(everybody.noted)
    ids, gone = ids_in_order(actor, design_session, chosen), chosen.answer is AnswerGroup.GONE
    shown = page_of_people(actor, design_session, ids, page_number(), with_gone=gone)
    if form.noted:
        # Beside whom something was typed stays, also where the list changed meanwhile.
        marked = people_among(actor, design_session, form.noted, with_gone=gone)
        shown = replace(shown, items=marked)
    start = (shown.number - 1) * shown.per_page
    return {
        "asked": asked,
        "asked_for": {**SessionPeopleForm(request.args).typed(), "page": shown.number},
        "chosen": chosen,
        "people": shown,
        "previous": ids[max(0, start - shown.per_page)] if start else None,
        "following": ids[start + shown.per_page] if shown.has_next else None,
        "totals": everybody.noted,
        "is_long": everybody.all > shown.per_page or chosen.count > 0,
    }
