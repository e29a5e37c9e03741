"""Pages about areas."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.core import permissions
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.neighbourhoods import queries, services
from crm.neighbourhoods.forms import AreaForm
from crm.neighbourhoods.policy import NeighbourhoodPermission
from crm.projects.models import Project
from crm.web.pages import Pages
from crm.web.rendering import page

pages = Pages("areas")


@pages.get("/areas", requires=NeighbourhoodPermission.READ)
def areas(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show all areas, with how many of each kind lie in them in this project."""
    return page(
        "neighbourhoods/areas.html",
        areas=queries.areas_of(project),
        uses=queries.uses(),
        may_add=permissions.allows(actor, NeighbourhoodPermission.ADD),
        may_edit=permissions.allows(actor, NeighbourhoodPermission.EDIT),
    )


@pages.get("/areas/new", requires=NeighbourhoodPermission.ADD)
def new(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Ask for the name of a new area."""
    return page("neighbourhoods/new.html", form=AreaForm())


@pages.post("/areas/new", requires=NeighbourhoodPermission.ADD)
def add(actor: Actor, project: Project) -> ResponseReturnValue:
    """Add an area."""
    form = AreaForm()
    made = form.attempt(lambda details: services.add(actor, project, details=details))
    if made is None:
        return page("neighbourhoods/new.html", form=form, status=form.status)
    flash(_("The area is added."), "success")
    return redirect(url_for("areas.areas", project_slug=project.slug), 303)


@pages.get("/areas/<int:area_id>/edit", requires=NeighbourhoodPermission.EDIT)
def edit(_actor: Actor, _project: Project, area_id: int) -> ResponseReturnValue:
    """Ask what changes about an area."""
    area = queries.area(area_id)
    return page("neighbourhoods/edit.html", form=AreaForm.of(area), area=area)


@pages.post("/areas/<int:area_id>/edit", requires=NeighbourhoodPermission.EDIT)
def save(actor: Actor, project: Project, area_id: int) -> ResponseReturnValue:
    """Save an area."""
    form, area = AreaForm(), queries.area(area_id)
    revision = form.revision.data or ""
    form.attempt(lambda given: services.edit(actor, area, details=given, revision=revision))
    if form.is_refused:
        return page("neighbourhoods/edit.html", form=form, area=area, status=form.status)
    flash(_("The area is saved."), "success")
    return redirect(url_for("areas.areas", project_slug=project.slug), 303)
