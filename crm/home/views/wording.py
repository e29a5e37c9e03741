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
    names = _("Import your contacts"), _("Plan a session"), _("Note who came")
    texts = (
        _("A spreadsheet with names is enough. You see first what would happen."),
        _("Say whom you need: a number of people for each helix."),
        _("Then the network shows who works with whom."),
    )
    labels = _("Import a list"), _("Plan a session"), _("To the sessions")
    endpoints = "importing.start", "sessions.new", "sessions.sessions"
    done = taken.people, taken.session, taken.attendance
    keys = "title", "text", "label", "url", "done"
    urls = [url_for(endpoint, project_slug=project.slug) for endpoint in endpoints]
    steps = zip(names, texts, labels, urls, done, strict=True)
    return [dict(zip(keys, step, strict=True)) for step in steps]


def _counted(sizes: queries.Sizes) -> list[tuple[str, int]]:
    return [
        (_("People"), sizes.people),
        (_("Organisations"), sizes.organisations),
        (_("Sessions"), sizes.sessions),
        (_("Initiatives"), sizes.initiatives),
    ]
