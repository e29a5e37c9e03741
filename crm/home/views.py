"""The first page, a project's start page, search, accounts, language and look."""

from typing import Any

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from crm.accounts import queries as accounts
from crm.accounts import services as account_services
from crm.accounts.forms import press
from crm.accounts.models import Theme
from crm.accounts.policy import AccountPermission
from crm.core import access, permissions, search
from crm.core.i18n import _
from crm.core.permissions import Actor, Role
from crm.demo import services as demo
from crm.home.forms import AccountsForm
from crm.home.policy import HomePermission
from crm.home.queries import start as queries
from crm.home.queries.search import QUICK, Answer, Asked, Group, Hit, everything, find
from crm.messages.policy import MessagePermission
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.web.addresses import own_address
from crm.web.i18n import LANGUAGE_COOKIE, LANGUAGES, THEME_COOKIE, THEMES
from crm.web.pages import Pages, Table
from crm.web.rendering import label, page, write_date

WORKING = frozenset({Role.LEADER, Role.PLANNER})


pages = Pages("home", in_project=False)
project_pages = Pages("start")
YEAR = 365 * 24 * 3600


@pages.get("/", requires=HomePermission.START)
def start(actor: Actor) -> ResponseReturnValue:
    """Show one's projects, or the two ways to begin."""
    memberships = projects.memberships_of(actor)
    has_demo = any(membership.project.is_demo for membership in memberships)
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
    visit = accounts.visit_of(actor.account_id or 0)
    since = visit.previous_at if visit else None
    taken = queries.first_steps()
    counted = _("People"), _("Organisations"), _("Sessions"), _("Initiatives")
    return page(
        "home/project.html",
        project=project,
        first_steps=_first_steps(project, taken),
        shows_steps=actor.role in WORKING and not all(taken),
        counted=zip(counted, queries.sizes(), strict=True),
        waiting=queries.waiting_for(actor),
        since=since,
        news=queries.news(project, since),
    )


def _first_steps(project: Project, taken: tuple[bool, bool, bool]) -> list[dict[str, Any]]:
    texts = (
        _("A spreadsheet with names is enough. You see first what would happen."),
        _("Say whom you need: a number of people for each helix."),
        _("Then the network shows who works with whom."),
    )
    steps = (
        (_("Import your contacts"), _("Import a list"), "importing.start"),
        (_("Plan a session"), _("Plan a session"), "sessions.new"),
        (_("Note who came"), _("To the sessions"), "sessions.sessions"),
    )
    return [
        {
            "title": title,
            "text": text,
            "label": words,
            "url": url_for(endpoint, project_slug=project.slug),
            "done": done,
        }
        for (title, words, endpoint), text, done in zip(steps, texts, taken, strict=True)
    ]


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
    # A browser drops a secure cookie that came without TLS, as on a machine of one's own.
    response.set_cookie(
        name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def _back() -> str:
    """Return the page one came from, if it is ours."""
    return own_address(request.form.get("here", ""), url_for("home.start"))


search_pages = Pages("search")
LONGEST = 500
PURPOSE = "home.search"


@search_pages.get("/search", requires=HomePermission.SEARCH)
def results(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show what is found in the project."""
    asked = _asked(actor)
    answer = find(actor, asked)
    exactly = "yes" if asked.literally else ""
    tabs = [_tab(group.label, group.key, group, asked, project) for group in answer.groups]
    return page(
        "home/search.html",
        asked=asked,
        answer=answer,
        tabs=[_tab(_("All"), "", answer, asked, project), *tabs],
        chosen={"q": asked.typed, "group": asked.group, "exactly": exactly},
    )


@search_pages.get("/search/quick", requires=HomePermission.SEARCH)
def quick(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Answer the list below the search box, while somebody types."""
    asked = _asked(actor)
    return page("home/search_quick.html", asked=asked, answer=find(actor, asked, first=QUICK))


@search_pages.files("/search/export", requires=HomePermission.SEARCH)
def export(actor: Actor, project: Project) -> Table:
    """Return what is found, as a table to keep."""
    access.note(access.Access("search.export", PURPOSE))
    headings = [_("Kind"), _("Name"), _("About"), _("Helix"), _("Day"), _("Text"), _("Address")]
    rows = [
        (
            hit.shown.label,
            hit.result.title,
            ", ".join(hit.result.about),
            label(hit.result.helix),
            write_date(hit.result.day),
            hit.result.excerpt,
            address_of(hit, project),
        )
        for hit in everything(actor, _asked(actor))
    ]
    return f"{project.slug}-search", headings, rows


def address_of(hit: Hit, project: Project) -> str:
    """Return the address of the page that a hit leads to."""
    endpoint, name = hit.shown.page
    values: dict[str, Any] = {"project_slug": project.slug, name: hit.result.id}
    return url_for(endpoint, **values)


def _asked(actor: Actor) -> Asked:
    """Return what the address asks; a group that is not there counts as none."""
    groups = {kind.group for kind in search.open_to(actor).values()}
    group = request.args.get("group", "")
    return Asked(
        typed=request.args.get("q", "").strip()[:LONGEST],
        group=group if group in groups else "",
        number=min(request.args.get("page", 1, type=int), 1_000),
        literally=request.args.get("exactly") == "yes",
    )


def _tab(
    name: object, group: str, found: Group | Answer, asked: Asked, project: Project
) -> dict[str, Any]:
    # What is empty stays out of the address.
    exactly = "yes" if asked.literally else None
    return {
        "label": name,
        "url": url_for(
            "search.results",
            project_slug=project.slug,
            q=asked.typed,
            group=group or None,
            exactly=exactly,
        ),
        "active": group == asked.group,
        "count": found.total,
        "more": found.is_capped,
    }


accounts_pages = Pages("all_accounts", in_project=False)


@accounts_pages.get("/accounts", requires=AccountPermission.ADMINISTER)
def overview(_actor: Actor) -> ResponseReturnValue:
    """Show who has an account, narrowed by what stands in the address."""
    form = AccountsForm(request.args)
    found = queries.accounts_shown(form.details(), request.args.get("page", 1, type=int))
    return page("home/accounts.html", form=form, found=found)


@accounts_pages.post("/accounts/<int:account_id>/disable", requires=AccountPermission.ADMINISTER)
def disable(actor: Actor, account_id: int) -> ResponseReturnValue:
    """Let somebody sign in no more."""
    return _set(actor, account_id, is_active=False)


@accounts_pages.post("/accounts/<int:account_id>/enable", requires=AccountPermission.ADMINISTER)
def enable(actor: Actor, account_id: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    return _set(actor, account_id, is_active=True)


def _set(actor: Actor, account_id: int, *, is_active: bool) -> ResponseReturnValue:
    account = accounts.account(account_id)
    said = (
        _("%(name)s may sign in again.", name=account.name)
        if is_active
        else _("%(name)s is signed out, and may sign in no more.", name=account.name)
    )
    press(lambda: account_services.set_active(actor, account, is_active=is_active), said)
    return redirect(url_for("all_accounts.overview"), 303)
