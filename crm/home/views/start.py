"""The first page, a project's start page, language and look."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from crm import demo
from crm.accounts import queries as accounts
from crm.accounts import services as account_services
from crm.accounts.models import Theme
from crm.accounts.policy import AccountPermission
from crm.core import permissions
from crm.core.permissions import Actor
from crm.home.policy import HomePermission
from crm.home.views import wording
from crm.messages.policy import MessagePermission
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.web.addresses import own_address
from crm.web.i18n import LANGUAGE_COOKIE, LANGUAGES, THEME_COOKIE, THEMES
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("home", in_project=False)
project_pages = Pages("start")
YEAR = 365 * 24 * 3600


@pages.get("/", requires=HomePermission.START)
def start(actor: Actor) -> ResponseReturnValue:
    """Show one's projects, or the two ways to begin."""
    memberships = projects.memberships_of(actor)
    has_demo = any(one.project.is_demo for one in memberships)
    return page(
        "home/start.html",
        memberships=memberships,
        offers_demo=not has_demo and (not memberships or demo.is_loaded()),
        may_administer=permissions.allows(actor, AccountPermission.ADMINISTER),
        may_write_mail=permissions.allows(actor, MessagePermission.ADMINISTER),
    )


@pages.post("/demo", requires=HomePermission.START)
def load_demo(actor: Actor) -> ResponseReturnValue:
    """Make the demo project, or enter the one that is there."""
    made = demo.load(actor)
    return redirect(url_for("start.project", project_slug=made.slug), 303)


@project_pages.get("/", requires=HomePermission.PROJECT)
def project(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show what is next in a project."""
    return page("home/project.html", **wording.start_of(actor, project))


@pages.post("/language", requires=HomePermission.CHOOSE)
def set_language(actor: Actor) -> ResponseReturnValue:
    """Read in another language from now on."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        return redirect(_back(), 303)
    if actor.account_id is not None:
        account_services.set_language(actor, accounts.account(actor.account_id), locale=chosen)
    return _remember(LANGUAGE_COOKIE, chosen)


@pages.post("/theme", requires=HomePermission.CHOOSE)
def set_theme(actor: Actor) -> ResponseReturnValue:
    """Read light, dark or as the device says from now on."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        return redirect(_back(), 303)
    if actor.account_id is not None:
        account_services.set_theme(actor, accounts.account(actor.account_id), theme=Theme(chosen))
    return _remember(THEME_COOKIE, chosen)


def _remember(name: str, value: str) -> Response:
    response = make_response(redirect(_back(), 303))
    response.set_cookie(
        name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def _back() -> str:
    """Return the page one came from, if it is ours."""
    return own_address(request.form.get("here", ""), url_for("home.start"))
