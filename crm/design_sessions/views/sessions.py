"""Pages to read: the list of sessions and one session."""

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from crm.core.pagination import Page, page_of
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.forms import SessionFilterForm, SessionPeopleForm
from crm.design_sessions.models import DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries.session_lists import AnswerGroup
from crm.design_sessions.queries.standings import Everybody
from crm.design_sessions.views import answer_words, pictures, wording_of_mail
from crm.design_sessions.views.routes import pages
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.stakeholders.views.imports import page_number
from crm.web.gate import may
from crm.web.rendering import label, page

# What waits for who arranges a session.
WORK = ("proposals", "someone_else", "steps", "helixes")


@pages.get("/sessions", requires=SessionPermission.READ)
def sessions(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show what is coming, and below it what has been."""
    form = filter_form()
    chosen = form.chosen()
    upcoming = queries.sessions(queries.upcoming(chosen))
    called_off = queries.sessions(queries.called_off(chosen))
    past = page_of(queries.past(chosen), request.args.get("page", 1, type=int))
    values = _counted(upcoming, called_off, past)
    return page("design_sessions/sessions.html", form=form, chosen=chosen, **values)


@pages.get("/sessions/<int:session_id>", requires=SessionPermission.READ)
def session(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Show one session: what is known of it, its balance, and its people by their answers."""
    found = queries.design_session(session_id)
    everybody, form = Everybody(actor, found), SessionPeopleForm(request.args)
    return page(
        "design_sessions/session.html",
        design_session=found,
        tabs=answer_words.tabs(project, everybody, form),
        **_people(everybody, form),
        **_work(actor, project, everybody),
        **pictures.live(found),
    )


@pages.get("/sessions/<int:session_id>/answers", requires=SessionPermission.READ)
def answers(_actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show the part of the page that follows the answers, alone."""
    found = queries.design_session(session_id)
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
        "mail": wording_of_mail.of_session(everybody.design_session),
        "proposals": answer_words.proposals(actor, everybody),
        "someone_else": everybody.someone_else,
        "steps": answer_words.steps(project, everybody),
        "helixes": [(helix.value, label(helix)) for helix in Helix],
    }


def _counted(
    upcoming: list[DesignSession], called_off: list[DesignSession], past: Page[DesignSession]
) -> dict[str, Any]:
    return {
        "upcoming": upcoming,
        "called_off": called_off,
        "past": past,
        "counts": queries.counts([*upcoming, *called_off, *past.items]),
        "may_arrange": may(SessionPermission.ARRANGE),
    }


def filter_form() -> SessionFilterForm:
    """Return what the list is narrowed to, as it stands in the address."""
    form = SessionFilterForm(request.args)
    form.offer(queries.years())
    return form
