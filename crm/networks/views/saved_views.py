"""Saved views of the network, and what an outsider sees by a link: one of them, without names."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from crm.accounts.forms import ActionForm
from crm.core.i18n import _
from crm.core.memory import Memory
from crm.core.permissions import NOBODY, Actor, allows, require
from crm.networks.forms.asked import (
    AppearanceForm,
    LinkForm,
    NetworkFilterForm,
    NewViewForm,
    ViewForm,
    asked_again,
    kept,
    lifetimes,
)
from crm.networks.models import SavedView, ShareLink
from crm.networks.policy import NetworkPermission
from crm.networks.queries import listing, materials, network_views, pictures
from crm.networks.queries import saved_views as view_queries
from crm.networks.services import saved_views as services
from crm.networks.views.addresses import Addresses
from crm.networks.views.exports import ExportFormat, media_type, written
from crm.networks.views.exports.takeaway import Takeaway
from crm.networks.views.packing import described, takeaway
from crm.networks.views.pages import pages
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.web import personal_pages
from crm.web.personal_pages import PersonalPages
from crm.web.rendering import page
from crm.web.security import count_use

VIEWS = "/network/views"
ONE = f"{VIEWS}/<int:saved_view_id>"
shared_pages = PersonalPages("shared", home="view")
# By all who have the link together: a report on the desks of a council opens it often.
USES = "600/hour"
POINTS = "points"
_drawn = Memory(12)


@pages.get(VIEWS, requires=NetworkPermission.KEEP)
def saved_views(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show the views that somebody can open, and let them keep the one they come from."""
    form = NewViewForm(formdata=None, data={"query": kept(request.args)})
    return _page(actor, project, form)


@pages.post(VIEWS, requires=NetworkPermission.KEEP)
def save_view(actor: Actor, project: Project) -> ResponseReturnValue:
    """Keep a way to look at the network."""
    form = NewViewForm()
    made = form.attempt(
        lambda details: services.save_view(actor, project, details=details, query=form.asks)
    )
    if made is None:
        return _page(actor, project, form)
    flash(_("The view is saved."), "success")
    return _back(project)


@pages.get(f"{ONE}/edit", requires=NetworkPermission.KEEP)
def edit_view(actor: Actor, project: Project, saved_view_id: int) -> ResponseReturnValue:
    """Ask for another name of a view, and who finds it."""
    view = _changeable(actor, saved_view_id)
    return _edit_page(actor, project, ViewForm.of(view), view)


@pages.post(f"{ONE}/edit", requires=NetworkPermission.KEEP)
def change_view(actor: Actor, project: Project, saved_view_id: int) -> ResponseReturnValue:
    """Rename a view, share it with the project, or share it no more."""
    view, form = _changeable(actor, saved_view_id), ViewForm()
    form.attempt(lambda details: services.change_view(actor, view, details=details))
    if form.is_refused:
        return _edit_page(actor, project, form, view)
    flash(_("The view is changed."), "success")
    return _back(project)


@pages.post(f"{ONE}/remove", requires=NetworkPermission.KEEP)
def remove_view(actor: Actor, project: Project, saved_view_id: int) -> ResponseReturnValue:
    """Remove a view."""
    view = _changeable(actor, saved_view_id)
    ActionForm().attempt(lambda _none: services.remove_view(actor, view))
    flash(_("The view is removed."), "success")
    return _back(project)


@pages.post(f"{ONE}/links", requires=NetworkPermission.PUBLISH)
def make_link(actor: Actor, project: Project, saved_view_id: int) -> ResponseReturnValue:
    """Make a link to a view and show it once."""
    view, form = view_queries.saved_view(actor, saved_view_id), LinkForm()
    token = form.attempt(lambda valid: services.make_link(actor, view, valid=valid))
    if token is None:
        for refusal in form.refusals:
            flash(refusal, "danger")
        return _back(project)
    # Shown here and only once: after a redirect it would stand in an address.
    return _page(actor, project, NewViewForm(formdata=None), token=token)


@pages.post("/network/links/<int:share_link_id>/end", requires=NetworkPermission.PUBLISH)
def end_link(actor: Actor, project: Project, share_link_id: int) -> ResponseReturnValue:
    """End a link at once."""
    link = view_queries.share_link(share_link_id)
    ActionForm().attempt(lambda _none: services.revoke_link(actor, link))
    flash(_("The link has ended. Whoever opens it sees nothing any more."), "success")
    return _back(project)


def _changeable(actor: Actor, saved_view_id: int) -> SavedView:
    """Return a view that the actor may change; raise Forbidden if it is somebody else's."""
    view = view_queries.saved_view(actor, saved_view_id)
    require(actor, NetworkPermission.KEEP, view)
    return view


def _page(
    actor: Actor, project: Project, form: NewViewForm, token: str = ""
) -> ResponseReturnValue:
    asked = NetworkFilterForm(asked_again(form.query.data or ""))
    asked.offer(materials.offers(actor, project))
    seen = network_views.look(actor, project.id, asked.chosen())
    looks = AppearanceForm(asked_again(form.query.data or ""))
    return page(
        "networks/saved_views.html",
        form=form,
        filters=described(asked, looks, seen),
        views=view_queries.saved_views(actor),
        links=view_queries.open_links(),
        lifetimes=lifetimes(),
        may_share=allows(actor, NetworkPermission.SHARE),
        may_publish=allows(actor, NetworkPermission.PUBLISH),
        token=token,
        addresses=Addresses(project, asked.query() | looks.query()),
        status=form.status,
    )


def _edit_page(
    actor: Actor, project: Project, form: ViewForm, view: SavedView
) -> ResponseReturnValue:
    return page(
        "networks/saved_view.html",
        form=form,
        view=view,
        may_share=allows(actor, NetworkPermission.SHARE),
        addresses=Addresses(project, {}),
        status=form.status,
    )


def _back(project: Project) -> ResponseReturnValue:
    return redirect(url_for("networks.saved_views", project_slug=project.slug), 303)


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
    link = view_queries.shared_by_link(token)
    count_use(USES, "shared view", str(link.id))
    personal_pages.speak("")
    return link


def _taken(link: ShareLink) -> Takeaway:
    # Who opens a link is nobody here, also when signed in: all see the same.
    project = projects.project(link.project_id)
    return takeaway(NOBODY, project, asked_again(link.view.query))


def _picture(token: str, form: ExportFormat) -> ResponseReturnValue:
    link = _opened(token)
    asked = asked_again(link.view.query)
    chosen = NetworkFilterForm(asked).chosen(), AppearanceForm(asked).chosen()
    mark = pictures.mark(NOBODY, link.project_id, *chosen)
    # Anybody can ask for it as often as the link allows, so it is drawn once for all of them.
    key = (mark, link.view.query, str(get_locale()), form)
    content = _drawn.get(key, lambda: written(form, _taken(link)))
    answer = Response(content, content_type=media_type(form))
    # A report that stands elsewhere may show it.
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _listed(token: str, taken: Takeaway) -> dict[str, Any]:
    """Return one of two lists, the heaviest first: the ties, or the points."""
    number, are_points = request.args.get("page", 1, type=int), request.args.get("list") == POINTS
    rows: list[Any] = (
        sorted(taken.points, key=lambda point: (-point.ties, -point.weight, point.name))
        if are_points
        else sorted(taken.ties, key=lambda tie: (-tie.weight, tie.one, tie.other))
    )
    return {
        "found": listing.page_of(rows, number, listing.UNDER_PICTURE),
        "list": POINTS if are_points else "ties",
        "names": {point.id: point.name for point in taken.points},
        "token": token,
    }
