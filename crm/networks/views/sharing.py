"""What an outsider sees by a link: one saved view, without the name of any person."""

from collections.abc import Hashable
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.core.permissions import NOBODY, Actor
from crm.networks import queries
from crm.networks.exports import ExportFormat, Takeaway, TakenPoint, TakenTie, media_type, written
from crm.networks.forms import AppearanceForm, NetworkFilterForm, asked_again
from crm.networks.memory import Memory
from crm.networks.models import ShareLink
from crm.networks.policy import NetworkPermission
from crm.networks.queries import saved_views
from crm.networks.views.packing import takeaway
from crm.projects import queries as projects
from crm.web import personal_pages
from crm.web.personal_pages import PersonalPages
from crm.web.rendering import page
from crm.web.security import count_use

shared_pages = PersonalPages("shared", home="view")
# By all who have the link together: a report on the desks of a council opens it often.
USES = "600/hour"
POINTS = "points"
_drawn = Memory(12)


@shared_pages.get("/n/<token>", requires=NetworkPermission.VISIT)
def view(_actor: Actor, token: str) -> ResponseReturnValue:
    """Show the picture of a saved view, what it says, and the same as tables."""
    link = _opened(token)
    taken = _taken(link)
    return page(
        "networks/shared.html",
        link=link,
        taken=taken,
        picture=url_for("shared.picture", token=token),
        **_listed(token, taken),
    )


@shared_pages.get("/n/<token>/picture.svg", requires=NetworkPermission.VISIT)
def picture(_actor: Actor, token: str) -> ResponseReturnValue:
    """Answer the picture of a saved view, for a page or a report."""
    return _picture(token, ExportFormat.SVG)


@shared_pages.get("/n/<token>/picture.png", requires=NetworkPermission.VISIT)
def picture_of_dots(_actor: Actor, token: str) -> ResponseReturnValue:
    """Answer the picture of a saved view as dots, for what shows no SVG."""
    return _picture(token, ExportFormat.PNG)


def _opened(token: str) -> ShareLink:
    link = saved_views.shared_by_link(token)
    count_use(USES, "shared view", str(link.id))
    personal_pages.speak("")
    return link


def _taken(link: ShareLink) -> Takeaway:
    # Who opens a link is nobody here, also when signed in: all see the same.
    project = projects.project(link.project_id)
    return takeaway(NOBODY, project, asked_again(link.view.query))


def _key(link: ShareLink, form: ExportFormat) -> tuple[Hashable, ...]:
    asked = asked_again(link.view.query)
    chosen = NetworkFilterForm(asked).chosen(), AppearanceForm(asked).chosen()
    mark = queries.mark(NOBODY, link.project_id, *chosen)
    return (mark, link.view.query, str(get_locale()), form)


def _picture(token: str, form: ExportFormat) -> ResponseReturnValue:
    link = _opened(token)
    # Anybody can ask for it as often as the link allows, so it is drawn once for all of them.
    content = _drawn.get(_key(link, form), lambda: written(form, _taken(link)))
    answer = Response(content, content_type=media_type(form))
    # A report that stands elsewhere may show it.
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _listed(token: str, taken: Takeaway) -> dict[str, Any]:
    """Return one of two lists, the heaviest first: the ties, or the points."""
    number = request.args.get("page", 1, type=int)
    names = {point.id: point.name for point in taken.points}
    if request.args.get("list") == POINTS:
        rows: list[Any] = sorted(taken.points, key=_busiest)
    else:
        rows = sorted(taken.ties, key=_heaviest)
    return {
        "found": queries.page_of(rows, number, queries.UNDER_PICTURE),
        "list": POINTS if request.args.get("list") == POINTS else "ties",
        "names": names,
        "token": token,
    }


def _busiest(point: TakenPoint) -> tuple[int, float, str]:
    return (-point.ties, -point.weight, point.name)


def _heaviest(tie: TakenTie) -> tuple[float, str, str]:
    return (-tie.weight, tie.one, tie.other)
