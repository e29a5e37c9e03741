"""Pages to read: the list of sessions and one session."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from crm.core.pagination import Page, page_of
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.forms import SessionFilterForm
from crm.design_sessions.models import DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.views import wording
from crm.design_sessions.views.routes import pages
from crm.projects.models import Project
from crm.web.gate import may
from crm.web.rendering import page


@pages.get("/sessions", requires=SessionPermission.READ)
def sessions(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show what is coming, and below it what has been."""
    form = filter_form()
    chosen = form.chosen()
    upcoming = queries.sessions(queries.upcoming(chosen))
    past = page_of(queries.past(chosen), request.args.get("page", 1, type=int))
    values = _counted(upcoming, past)
    return page("design_sessions/sessions.html", form=form, chosen=chosen, **values)


@pages.get("/sessions/<int:session_id>", requires=SessionPermission.READ)
def session(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show one session: what is known of it, its balance and its people."""
    found = queries.design_session(session_id)
    people = queries.people_of(actor, found)
    return page(
        "design_sessions/session.html",
        design_session=found,
        people=people,
        may_arrange=may(SessionPermission.ARRANGE),
        **balance_of(found),
    )


def balance_of(design_session: DesignSession) -> dict[str, Any]:
    """Return what the two pictures of the balance need."""
    balance = queries.balance_of(design_session)
    invited, attended = wording.invited_rows(balance), wording.attended_rows(balance)
    return {
        "balance": balance,
        "begun": design_session.has_begun(),
        "invited": invited,
        "attended": attended,
        "short_invited": list(wording.shortages(invited)),
        "short_attended": list(wording.shortages(attended)),
    }


def _counted(upcoming: list[DesignSession], past: Page[DesignSession]) -> dict[str, Any]:
    return {
        "upcoming": upcoming,
        "past": past,
        "counts": queries.counts([*upcoming, *past.items]),
        "may_arrange": may(SessionPermission.ARRANGE),
    }


def filter_form() -> SessionFilterForm:
    """Return what the list is narrowed to, as it stands in the address."""
    form = SessionFilterForm(request.args)
    form.offer(queries.years())
    return form
