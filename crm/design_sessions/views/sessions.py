"""Pages of sessions: the list, one session, planning one, and files for a spreadsheet."""

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.i18n import _
from crm.core.mail import Purpose
from crm.core.pagination import Page, page_of
from crm.core.permissions import Actor
from crm.design_sessions.forms.people import SessionFilterForm, SessionPeopleForm
from crm.design_sessions.forms.planning import SessionForm
from crm.design_sessions.models import DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries import sessions as session_queries
from crm.design_sessions.queries.standings import AnswerGroup, Everybody
from crm.design_sessions.services import planning
from crm.design_sessions.services.planning import SessionDetails
from crm.design_sessions.views import mailing, pictures, wording
from crm.design_sessions.views.routes import pages, to_session
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.stakeholders.views.imports import page_number
from crm.web.downloads import csv_file, excel_file
from crm.web.gate import may
from crm.web.rendering import label, page

# What waits for who arranges a session.
WORK = ("proposals", "someone_else", "steps", "helixes")


@pages.get("/sessions", requires=SessionPermission.READ)
def sessions(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show what is coming, and below it what has been."""
    form = filter_form()
    chosen = form.chosen()
    upcoming = session_queries.sessions(session_queries.upcoming(chosen))
    called_off = session_queries.sessions(session_queries.called_off(chosen))
    past = page_of(session_queries.past(chosen), request.args.get("page", 1, type=int))
    values = _counted(upcoming, called_off, past)
    return page("design_sessions/sessions.html", form=form, chosen=chosen, **values)


@pages.get("/sessions/<int:session_id>", requires=SessionPermission.READ)
def session(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Show one session: what is known of it, its balance, and its people by their answers."""
    found = session_queries.design_session(session_id)
    everybody, form = Everybody(actor, found), SessionPeopleForm(request.args)
    return page(
        "design_sessions/session.html",
        design_session=found,
        tabs=wording.tabs(project, everybody, form),
        **_people(everybody, form),
        **_work(actor, project, everybody),
        **pictures.live(found),
    )


@pages.get("/sessions/<int:session_id>/answers", requires=SessionPermission.READ)
def answers(_actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show the part of the page that follows the answers, alone."""
    found = session_queries.design_session(session_id)
    return page("design_sessions/_answers.html", design_session=found, **pictures.live(found))


def _people(everybody: Everybody, form: SessionPeopleForm) -> dict[str, Any]:
    form.offer(everybody.noted)
    chosen = form.chosen()
    people = everybody.page(chosen, page_number())
    return {
        "form": form,
        "chosen": chosen,
        "people": people,
        "turns": everybody.turns if chosen.answer is AnswerGroup.WAITING else {},
        "is_long": everybody.all > people.per_page,
    }


def _work(actor: Actor, project: Project, everybody: Everybody) -> dict[str, Any]:
    """Return what waits for a planner; a reviewer has nothing to decide."""
    if not may(SessionPermission.ARRANGE):
        return {"may_arrange": False, "mail": None, **{key: [] for key in WORK}}
    return {
        "may_arrange": True,
        "mail": mailing.of_session(everybody.design_session),
        "proposals": wording.proposals(actor, everybody),
        "someone_else": everybody.someone_else,
        "steps": wording.steps(project, everybody),
        "helixes": [(helix.value, label(helix)) for helix in Helix],
    }


def _counted(
    upcoming: list[DesignSession], called_off: list[DesignSession], past: Page[DesignSession]
) -> dict[str, Any]:
    return {
        "upcoming": upcoming,
        "called_off": called_off,
        "past": past,
        "counts": session_queries.counts([*upcoming, *called_off, *past.items]),
        "may_arrange": may(SessionPermission.ARRANGE),
    }


def filter_form() -> SessionFilterForm:
    """Return what the list is narrowed to, as it stands in the address."""
    form = SessionFilterForm(request.args)
    form.offer(session_queries.years())
    return form


@pages.get("/sessions/new", requires=SessionPermission.ARRANGE)
def new(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Ask what the session is to be."""
    return page("design_sessions/new.html", form=SessionForm())


@pages.post("/sessions/new", requires=SessionPermission.ARRANGE)
def create(actor: Actor, project: Project) -> ResponseReturnValue:
    """Plan a session."""
    form = SessionForm()
    made = form.attempt(lambda details: planning.add_session(actor, project, details=details))
    if made is None:
        return page("design_sessions/new.html", form=form, status=form.status)
    flash(_("The session is planned."), "success")
    return to_session(project, made.id)


@pages.get("/sessions/<int:session_id>/edit", requires=SessionPermission.ARRANGE)
def edit(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show what is known of a session, to change it."""
    found = session_queries.design_session(session_id)
    return _show(actor, SessionForm.of(found), found)


@pages.post("/sessions/<int:session_id>/edit", requires=SessionPermission.ARRANGE)
def change(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Change what is known of a session."""
    found, form = session_queries.design_session(session_id), SessionForm()
    told = form.attempt(lambda details: _edit(actor, found, details, form.seen_revision))
    if form.is_refused:
        return _show(actor, form, found)
    if told:
        flash(wording.told_of_change(told), "info")
    wording.flash_to_phone(found)
    return to_session(project, session_id)


def _show(actor: Actor, form: SessionForm, found: DesignSession) -> ResponseReturnValue:
    told = mailing.hearers(actor, found, Purpose.CHANGE)
    values = {"form": form, "design_session": found, **told}
    return page("design_sessions/edit.html", status=form.status, **values)


def _edit(actor: Actor, found: DesignSession, details: SessionDetails, revision: int) -> int:
    return planning.edit_session(actor, found, details=details, revision=revision)


Table = tuple[str, list[str], list[list[object]]]
ONE = "/sessions/<int:session_id>"


@pages.get("/sessions/export.csv", requires=SessionPermission.EXPORT)
def export_csv(_actor: Actor, project: Project) -> ResponseReturnValue:
    """Download the sessions that are listed as CSV."""
    return csv_file(*_sessions_table(project))


@pages.get("/sessions/export.xlsx", requires=SessionPermission.EXPORT)
def export_excel(_actor: Actor, project: Project) -> ResponseReturnValue:
    """Download the sessions that are listed as a workbook."""
    return excel_file(*_sessions_table(project))


@pages.get(f"{ONE}/people.csv", requires=SessionPermission.EXPORT)
def people_csv(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Download the people of a session as CSV."""
    return csv_file(*_people_table(actor, project, session_id))


@pages.get(f"{ONE}/people.xlsx", requires=SessionPermission.EXPORT)
def people_excel(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Download the people of a session as a workbook."""
    return excel_file(*_people_table(actor, project, session_id))


def _sessions_table(project: Project) -> Table:
    chosen = filter_form().chosen()
    parts = (
        session_queries.upcoming(chosen),
        session_queries.called_off(chosen),
        session_queries.past(chosen),
    )
    listed = [one for part in parts for one in session_queries.sessions(part)]
    counts = session_queries.counts(listed)
    headings = [
        _("Title"), _("Kind"), _("Phase"), _("Starts at"), _("Ends at"), _("Time zone"),
        _("Place"), _("Link"), _("Goal"), _("Places"), _("Invited"), _("Present"), _("State"),
    ]  # fmt: skip
    rows: list[list[object]] = [
        [
            one.title, label(one.kind), label(one.phase), _written(one.starts_local),
            _written(one.ends_local), one.zone, one.place, one.link, one.goal, one.capacity,
            counts[one.id].invited, counts[one.id].attended, label(one.state),
        ]
        for one in listed
    ]  # fmt: skip
    return "-".join((project.slug, _("sessions"))), headings, rows


def _people_table(actor: Actor, project: Project, session_id: int) -> Table:
    found = session_queries.design_session(session_id)
    access.note(access.Access("session.people", "design_sessions.export", found.id))
    headings = [
        _("Name"), _("Organisation"), _("Helix"), _("Invited"), _("Attendance"), _("Walk-in"),
    ]  # fmt: skip
    rows: list[list[object]] = [
        [
            one.shown.list_name, one.organisation, label(one.helix), _yes(one.invited_for),
            label(one.status), _yes(one.is_walk_in),
        ]
        for one in people_queries.people_of(actor, found)
    ]  # fmt: skip
    return "-".join((project.slug, _("session"), str(found.id))), headings, rows


def _written(local: str) -> str:
    return local.replace("T", " ")


def _yes(fact: object) -> str:
    return str(_("yes") if fact else _("no"))
