"""The page of what is found, the quick list below the search box, and both as a file."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from crm.core import access, search
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.home.policy import HomePermission
from crm.home.search import QUICK, Answer, Asked, Group, Hit, everything, find
from crm.projects.models import Project
from crm.web.downloads import csv_file, excel_file
from crm.web.pages import Pages
from crm.web.rendering import label, page, write_date

pages = Pages("search")
LONGEST = 500
PURPOSE = "home.search"


@pages.get("/search", requires=HomePermission.SEARCH)
def results(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show what is found in the project."""
    asked = _asked(actor)
    answer = find(actor, asked)
    return page(
        "home/search.html", asked=asked, answer=answer, tabs=_tabs(project, asked, answer),
        chosen={"q": asked.typed, "group": asked.group, "exactly": _exactly(asked)},
    )  # fmt: skip


@pages.get("/search/quick", requires=HomePermission.SEARCH)
def quick(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Answer the list below the search box, while somebody types."""
    asked = _asked(actor)
    return page("home/search_quick.html", asked=asked, answer=find(actor, asked, first=QUICK))


@pages.get("/search/export.csv", requires=HomePermission.SEARCH)
def export_csv(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download what is found as CSV."""
    return csv_file(f"{project.slug}-search", _headings(), _rows(actor, project))


@pages.get("/search/export.xlsx", requires=HomePermission.SEARCH)
def export_excel(actor: Actor, project: Project) -> ResponseReturnValue:
    """Download what is found as a workbook."""
    return excel_file(f"{project.slug}-search", _headings(), _rows(actor, project))


def address_of(hit: Hit, project: Project) -> str:
    """Return the address of the page that a hit leads to."""
    endpoint, name = hit.shown.page
    values: dict[str, Any] = {"project_slug": project.slug, name: hit.result.id}
    return url_for(endpoint, **values)


def _asked(actor: Actor) -> Asked:
    """Return what the address asks; a group that is not there counts as none."""
    groups = {one.group for one in search.open_to(actor).values()}
    group = request.args.get("group", "")
    return Asked(
        typed=request.args.get("q", "").strip()[:LONGEST],
        group=group if group in groups else "",
        number=min(request.args.get("page", 1, type=int), 1_000),
        literally=request.args.get("exactly") == "yes",
    )


def _exactly(asked: Asked) -> str:
    return "yes" if asked.literally else ""


def _tabs(project: Project, asked: Asked, answer: Answer) -> list[dict[str, Any]]:
    def tab(name: object, group: str, found: Group | Answer) -> dict[str, Any]:
        chosen: dict[str, Any] = {"group": group or None, "exactly": _exactly(asked) or None}
        url = url_for("search.results", project_slug=project.slug, q=asked.typed, **chosen)
        return {"label": name, "url": url, "active": group == asked.group, **counted(found)}

    def counted(found: Group | Answer) -> dict[str, Any]:
        return {"count": found.total, "more": found.is_capped}

    rest = [tab(one.label, one.key, one) for one in answer.groups]
    return [tab(_("All"), "", answer), *rest]


def _headings() -> list[str]:
    return [_("Kind"), _("Name"), _("About"), _("Helix"), _("Day"), _("Text"), _("Address")]


def _rows(actor: Actor, project: Project) -> list[list[object]]:
    access.note(access.Access("search.export", PURPOSE))
    return [
        [
            hit.shown.label, one.title, ", ".join(one.about), label(one.helix),
            write_date(one.day), one.excerpt, address_of(hit, project),
        ]
        for hit in everything(actor, _asked(actor))
        for one in (hit.result,)
    ]  # fmt: skip
