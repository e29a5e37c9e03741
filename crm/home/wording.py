"""What the start page of a project says: next steps, what waits, what changed."""

from typing import Any

from flask import url_for

from crm.accounts import queries as accounts
from crm.core.i18n import _
from crm.core.permissions import Actor, Role
from crm.home import queries
from crm.projects.models import Project

WORKING = frozenset({Role.LEADER, Role.PLANNER})


def start_of(actor: Actor, project: Project) -> dict[str, Any]:
    """Return everything that stands on the start page of a project."""
    visit = accounts.visit_of(actor.account_id or 0)
    since = visit.previous_at if visit else None
    steps = queries.first_steps()
    return {
        "project": project,
        "first_steps": _first_steps(steps, project),
        "shows_steps": actor.role in WORKING and not steps.all_taken,
        "counted": _counted(queries.sizes()),
        "waiting": queries.waiting_for(actor),
        "since": since,
        "news": queries.news(project, since),
    }


def _first_steps(taken: queries.FirstSteps, project: Project) -> list[dict[str, Any]]:
    slug = project.slug
    return [
        {
            "title": _("Import your contacts"),
            "text": _("A spreadsheet with names is enough. You see first what would happen."),
            "url": url_for("importing.start", project_slug=slug),
            "label": _("Import a list"),
            "done": taken.people,
        },
        {
            "title": _("Plan a session"),
            "text": _("Say whom you need: a number of people for each helix."),
            "url": url_for("sessions.new", project_slug=slug),
            "label": _("Plan a session"),
            "done": taken.session,
        },
        {
            "title": _("Note who came"),
            "text": _("Then the network shows who works with whom."),
            "url": url_for("sessions.sessions", project_slug=slug),
            "label": _("To the sessions"),
            "done": taken.attendance,
        },
    ]


def _counted(sizes: queries.Sizes) -> list[tuple[str, int]]:
    return [
        (_("People"), sizes.people),
        (_("Organisations"), sizes.organisations),
        (_("Sessions"), sizes.sessions),
        (_("Initiatives"), sizes.initiatives),
    ]
