"""Sessions and their people as files for a spreadsheet."""

from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.views.routes import pages
from crm.design_sessions.views.sessions import filter_form
from crm.projects.models import Project
from crm.web.downloads import csv_file, excel_file
from crm.web.rendering import label

Table = tuple[str, list[str], list[list[object]]]
ONE = "/sessions/<int:session_id>"


@pages.get("/sessions/export.csv", requires=SessionPermission.EXPORT)
def export_csv(_actor: Actor, project: Project) -> ResponseReturnValue:
    """Download the sessions that are listed as CSV."""
    return csv_file(*_sessions(project))


@pages.get("/sessions/export.xlsx", requires=SessionPermission.EXPORT)
def export_excel(_actor: Actor, project: Project) -> ResponseReturnValue:
    """Download the sessions that are listed as a workbook."""
    return excel_file(*_sessions(project))


@pages.get(f"{ONE}/people.csv", requires=SessionPermission.EXPORT)
def people_csv(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Download the people of a session as CSV."""
    return csv_file(*_people(actor, project, session_id))


@pages.get(f"{ONE}/people.xlsx", requires=SessionPermission.EXPORT)
def people_excel(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Download the people of a session as a workbook."""
    return excel_file(*_people(actor, project, session_id))


def _sessions(project: Project) -> Table:
    chosen = filter_form().chosen()
    parts = (queries.upcoming(chosen), queries.called_off(chosen), queries.past(chosen))
    listed = [one for part in parts for one in queries.sessions(part)]
    counts = queries.counts(listed)
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


def _people(actor: Actor, project: Project, session_id: int) -> Table:
    found = queries.design_session(session_id)
    access.note(access.Access("session.people", "design_sessions.export", found.id))
    headings = [
        _("Name"), _("Organisation"), _("Helix"), _("Invited"), _("Attendance"), _("Walk-in"),
    ]  # fmt: skip
    rows: list[list[object]] = [
        [
            one.shown.list_name, one.organisation, label(one.helix), _yes(one.invited_for),
            label(one.status), _yes(one.is_walk_in),
        ]
        for one in queries.people_of(actor, found)
    ]  # fmt: skip
    return "-".join((project.slug, _("session"), str(found.id))), headings, rows


def _written(local: str) -> str:
    return local.replace("T", " ")


def _yes(fact: object) -> str:
    return str(_("yes") if fact else _("no"))
