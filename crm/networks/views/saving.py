"""Saved views of the network, and links by which outsiders see one."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core.i18n import _
from crm.core.permissions import Actor, allows, require
from crm.networks import queries, services
from crm.networks.forms import (
    AppearanceForm,
    LinkForm,
    NetworkFilterForm,
    NewViewForm,
    ViewForm,
    asked_again,
    kept,
    lifetimes,
)
from crm.networks.models import SavedView
from crm.networks.policy import NetworkPermission
from crm.networks.queries import saved_views as view_queries
from crm.networks.views.addresses import Addresses
from crm.networks.views.packing import described
from crm.networks.views.pages import pages
from crm.projects.models import Project
from crm.web.rendering import page

VIEWS = "/network/views"
ONE = f"{VIEWS}/<int:saved_view_id>"


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
        lambda given: services.save_view(actor, project, details=given, query=form.asks)
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
    form.attempt(lambda given: services.change_view(actor, view, details=given))
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
    return _page(actor, project, NewViewForm(formdata=None), token=token)


@pages.post("/network/links/<int:share_link_id>/end", requires=NetworkPermission.PUBLISH)
def end_link(actor: Actor, project: Project, share_link_id: int) -> ResponseReturnValue:
    """End a link at once."""
    link = view_queries.share_link(share_link_id)
    ActionForm().attempt(lambda _none: services.revoke_link(actor, link))
    flash(_("The link has ended. Whoever opens it sees nothing any more."), "success")
    return _back(project)


def _changeable(actor: Actor, saved_view_id: int) -> SavedView:
    """
    Return a view that the actor may change.

    :raises Forbidden: if the project shares it and it is somebody else's
    """
    view = view_queries.saved_view(actor, saved_view_id)
    require(actor, NetworkPermission.KEEP, view)
    return view


def _page(
    actor: Actor, project: Project, form: NewViewForm, token: str = ""
) -> ResponseReturnValue:
    asked = NetworkFilterForm(asked_again(form.query.data or ""))
    asked.offer(queries.offers(actor, project))
    seen = queries.look(actor, project.id, asked.chosen())
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
