"""The page on which attendance is taken, walk-ins among it, with one save."""

from dataclasses import replace

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.i18n import _, ngettext
from crm.core.permissions import Actor
from crm.design_sessions.forms.attendance import AttendanceForm
from crm.design_sessions.forms.people import SessionPeopleForm
from crm.design_sessions.forms.reading import number
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import people, standings
from crm.design_sessions.services import attending
from crm.design_sessions.views.routes import pages, to_session
from crm.projects.models import Project
from crm.web.pages import page_number
from crm.web.rendering import label, page

ATTENDANCE = "/sessions/<int:session_id>/attendance"
ARRANGE = SessionPermission.ARRANGE
# What a button says that saves and then shows whom one looks for.
SHOW = "show"


@pages.get(ATTENDANCE, requires=ARRANGE)
def attendance(actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show everybody who was invited, to note who came."""
    return _show(actor, found, AttendanceForm())


@pages.post(ATTENDANCE, requires=ARRANGE)
def take_attendance(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Note who came."""
    form = AttendanceForm()
    changed = form.attempt(lambda taken: attending.take_attendance(actor, found, **taken))
    if changed is None:
        return _show(actor, found, form)
    goes_on = request.form.get("go", "")
    # Who only leafs through a long list need not read each time that nothing was changed.
    if changed:
        words = ngettext("Noted for %(num)s person.", "Noted for %(num)s people.", changed)
        flash(words, "success")
    elif not goes_on:
        flash(_("This was noted already."), "info")
    return (
        redirect(_onwards(actor, found, goes_on), 303) if goes_on else to_session(project, found.id)
    )


@pages.post(f"{ATTENDANCE}/lines", requires=ARRANGE)
def more_lines(actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show the page with what was typed and room for more walk-ins; nothing is saved."""
    # A page that works without JavaScript: the server draws the lines, from what was typed.
    form = AttendanceForm()
    form.add_lines()
    return _show(actor, found, form)


@pages.post(f"{ATTENDANCE}/names", requires=ARRANGE)
def look_up_names(actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show the page with what was typed and who in the register has such names."""
    form = AttendanceForm()
    form.known = {line: people.ids_found(name) for line, name in form.names().items()}
    return _show(actor, found, form)


@pages.get(f"{ATTENDANCE}/people", requires=ARRANGE)
def find_people(actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Give the people of the register whose words begin like those typed; for the page's script."""
    # Under a line of its own, as the page asks for one name at a time.
    known = {0: people.ids_found(request.args.get("q", ""))}
    offered = people.to_choose_from(actor, found, known)[0]
    return jsonify([{"id": number, "name": words} for number, words in offered.items()])


def _onwards(actor: Actor, found: DesignSession, goes_on: str) -> str:
    """Return the address of whom one looks for, or of the page of the list with this person."""
    if goes_on == SHOW:
        return _address(SessionPeopleForm(request.form))
    asked = SessionPeopleForm(request.args)
    # By who stands on it, not by its number: who was noted a moment ago may have left the list.
    ids = standings.ids_in_order(actor, found, asked.chosen())
    return _address(asked, standings.page_with(ids, number(goes_on) or 0))


def _address(asked: SessionPeopleForm, at: int | None = None) -> str:
    # What the list is narrowed to goes along: one looks for the next person in the same list.
    given = {**(request.view_args or {}), **asked.typed()}
    return url_for("sessions.attendance", **given, page=at)


def _show(actor: Actor, found: DesignSession, form: AttendanceForm) -> ResponseReturnValue:
    form.offer(people.to_choose_from(actor, found, form.offered()))
    everybody, asked_for = standings.Everybody(actor, found), SessionPeopleForm(request.args)
    # What was typed to look for somebody stays in its fields; the page shows what the address asks.
    asked, chosen = SessionPeopleForm(request.form or request.args), asked_for.chosen()
    asked.offer(everybody.noted)
    gone = chosen.answer is standings.AnswerGroup.GONE
    ids = standings.ids_in_order(actor, found, chosen)
    shown = standings.page_of_people(actor, found, ids, page_number(), with_gone=gone)
    if form.noted:
        # Beside whom something was typed stays, also where the list changed meanwhile.
        marked = standings.people_among(actor, found, form.noted, with_gone=gone)
        shown = replace(shown, items=marked)
    start = (shown.number - 1) * shown.per_page
    # The keys of the statuses, the same in every language; the page tells them.
    keys = zip(AttendanceStatus, "pen", strict=True)
    return page(
        "design_sessions/attendance.html",
        design_session=found,
        form=form,
        status=form.status,
        statuses=[(status, label(status), key) for status, key in keys],
        asked=asked,
        asked_for={**asked_for.typed(), "page": shown.number},
        chosen=chosen,
        people=shown,
        # A page is named by somebody who stands on it: numbers shift while people are noted.
        previous=ids[max(0, start - shown.per_page)] if start else None,
        following=ids[start + shown.per_page] if shown.has_next else None,
        totals=everybody.noted,
        is_long=everybody.all > shown.per_page or chosen.count > 0,
    )
