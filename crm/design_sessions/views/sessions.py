"""Pages of sessions: the list, one session, planning one, and files for a spreadsheet."""

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.i18n import _, ngettext
from crm.core.mail import Purpose
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.design_sessions.forms.people import SessionFilterForm, SessionPeopleForm
from crm.design_sessions.forms.planning import SessionForm
from crm.design_sessions.models import DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries import sessions as session_queries
from crm.design_sessions.queries.standings import AnswerGroup, Everybody, undecided
from crm.design_sessions.services import planning
from crm.design_sessions.views import mailing, pictures, wording
from crm.design_sessions.views.routes import pages, to_session
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.web.gate import may
from crm.web.pages import Table, page_number
from crm.web.rendering import label, page

ONE = "/sessions/<int:session_id>"
# What waits for who arranges a session.
WORK = ("proposals", "someone_else", "steps", "helixes")


@pages.get("/sessions", requires=SessionPermission.READ)
def sessions(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show what is coming, and below it what has been."""
    form = filter_form()
    chosen = form.chosen()
    # All of what is coming, but pages of what was: that grows for ever.
    upcoming = session_queries.sessions(session_queries.upcoming(chosen))
    called_off = session_queries.sessions(session_queries.called_off(chosen))
    past = page_of(session_queries.past(chosen), request.args.get("page", 1, type=int))
    return page(
        "design_sessions/sessions.html",
        form=form,
        chosen=chosen,
        upcoming=upcoming,
        called_off=called_off,
        past=past,
        counts=session_queries.counts([*upcoming, *called_off, *past.items]),
        may_arrange=may(SessionPermission.ARRANGE),
    )


@pages.get(ONE, requires=SessionPermission.READ)
def session(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show one session: what is known of it, its balance, and its people by their answers."""
    everybody, form = Everybody(actor, found), SessionPeopleForm(request.args)
    return page(
        "design_sessions/session.html",
        design_session=found,
        tabs=wording.tabs(project, everybody, form),
        **_people(everybody, form),
        **_work(actor, project, everybody),
        **pictures.live(found),
    )


@pages.get(f"{ONE}/answers", requires=SessionPermission.READ)
def answers(_actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show the part of the page that follows the answers, alone."""
    return page("design_sessions/_answers.html", design_session=found, **pictures.live(found))


def _people(everybody: Everybody, form: SessionPeopleForm) -> dict[str, Any]:
    form.offer(everybody.noted)
    chosen = form.chosen()
    shown = everybody.page(chosen, page_number())
    return {
        "form": form,
        "chosen": chosen,
        "people": shown,
        # Only there: finding whose turn it is asks for everybody who waits.
        "turns": everybody.turns if chosen.answer is AnswerGroup.WAITING else {},
        "is_long": everybody.all > shown.per_page,
    }


def _work(actor: Actor, project: Project, everybody: Everybody) -> dict[str, Any]:
    """Return what waits for a planner; a reviewer has nothing to decide."""
    if not may(SessionPermission.ARRANGE):
        return {"may_arrange": False, "mail": None, **{key: [] for key in WORK}}
    return {
        "may_arrange": True,
        "mail": mailing.of_session(everybody.design_session),
        "proposals": undecided(actor, everybody.design_session),
        "someone_else": everybody.someone_else,
        "steps": wording.steps(project, everybody),
        "helixes": [(helix.value, label(helix)) for helix in Helix],
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


@pages.get(f"{ONE}/edit", requires=SessionPermission.ARRANGE)
def edit(actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show what is known of a session, to change it."""
    return _show(actor, SessionForm.of(found), found)


@pages.post(f"{ONE}/edit", requires=SessionPermission.ARRANGE)
def change(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Change what is known of a session."""
    form = SessionForm()
    # What somebody else saved meanwhile is shown beside this, and not overwritten.
    seen = form.seen_revision
    told = form.attempt(
        lambda details: planning.edit_session(actor, found, details=details, revision=seen)
    )
    if form.is_refused:
        return _show(actor, form, found)
    if told:
        words = ngettext(
            "In 10 minutes %(num)s person gets a mail about the change. Until then you can still "
            "change it: only the last change is told.",
            "In 10 minutes %(num)s people get a mail about the change. Until then you can still "
            "change it: only the last change is told.",
            told,
        )
        flash(words, "info")
    wording.flash_to_phone(found)
    return to_session(project, found.id)


def _show(actor: Actor, form: SessionForm, found: DesignSession) -> ResponseReturnValue:
    shown = {"form": form, "design_session": found, **mailing.hearers(actor, found, Purpose.CHANGE)}
    return page("design_sessions/edit.html", status=form.status, **shown)


@pages.files("/sessions/export", requires=SessionPermission.EXPORT)
def export(_actor: Actor, project: Project) -> Table:
    """Return the sessions that are listed."""
    chosen = filter_form().chosen()
    # In the order of the page: what is coming, what is called off, what has been.
    parts = (session_queries.upcoming, session_queries.called_off, session_queries.past)
    listed = [found for part in parts for found in session_queries.sessions(part(chosen))]
    counts = session_queries.counts(listed)
    headings: list[object] = [
        _("Title"), _("Kind"), _("Phase"), _("Starts at"), _("Ends at"), _("Time zone"),
        _("Place"), _("Link"), _("Goal"), _("Places"), _("Invited"), _("Present"), _("State"),
    ]  # cells of one row side by side # fmt: skip
    rows = [
        [
            found.title, label(found.kind), label(found.phase),
            # A spreadsheet reads a moment with a blank in the middle, and no letter.
            found.starts_local.replace("T", " "), found.ends_local.replace("T", " "),
            found.zone, found.place, found.link, found.goal, found.capacity,
            counts[found.id].invited, counts[found.id].attended, label(found.state),
        ]
        for found in listed
    ]  # cells of one row side by side # fmt: skip
    # Not in an f-string, of which texts are not found by every version of Python.
    return "-".join((project.slug, _("sessions"))), headings, rows


@pages.files(f"{ONE}/people", requires=SessionPermission.EXPORT)
def people(actor: Actor, project: Project, found: DesignSession) -> Table:
    """Return the people of a session; who takes them out is noted."""
    # A file leaves the house: who took names along can be found again.
    access.note(access.Access("session.people", "design_sessions.export", found.id))
    yes_or_no = {True: _("yes"), False: _("no")}
    headings: list[object] = [
        _("Name"), _("Organisation"), _("Helix"), _("Invited"), _("Attendance"), _("Walk-in"),
    ]  # cells of one row side by side # fmt: skip
    rows = [
        [
            person.shown.list_name, person.organisation, label(person.helix),
            yes_or_no[person.invited_for is not None], label(person.status),
            yes_or_no[person.is_walk_in],
        ]
        for person in people_queries.people_of(actor, found)
    ]  # cells of one row side by side # fmt: skip
    return "-".join((project.slug, _("session"), str(found.id))), headings, rows
