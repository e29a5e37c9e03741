"""Pages about initiatives: the list, one of them, and its form."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core import clock, permissions
from crm.core.i18n import _
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.initiatives import queries, services
from crm.initiatives.forms import FilterForm, InitiativeForm
from crm.initiatives.models import Initiative
from crm.initiatives.policy import InitiativePermission
from crm.neighbourhoods import queries as neighbourhoods
from crm.projects.models import Project
from crm.web.downloads import csv_file, excel_file
from crm.web.pages import Pages
from crm.web.rendering import label, page, write_date

pages = Pages("initiatives")
LAST_PAGE = 1_000_000


@pages.get("/initiatives", requires=InitiativePermission.READ)
def initiatives(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show the initiatives of the project, narrowed by what stands in the address."""
    form = _filter()
    number = min(request.args.get("page", 1, type=int), LAST_PAGE)
    found = page_of(queries.by_name(form.details()), number)
    return page(
        "initiatives/initiatives.html",
        found=found,
        form=form,
        involved=queries.involved_counts(found.items),
        is_empty=not queries.any_initiative(),
        may_edit=may_edit(actor),
    )


@pages.get("/initiatives/export.csv", requires=InitiativePermission.READ)
def export_csv(_actor: Actor, project: Project) -> ResponseReturnValue:
    """Download what the list shows as CSV."""
    return csv_file(f"{project.slug}-initiatives", _headings(), _rows())


@pages.get("/initiatives/export.xlsx", requires=InitiativePermission.READ)
def export_excel(_actor: Actor, project: Project) -> ResponseReturnValue:
    """Download what the list shows as a workbook."""
    return excel_file(f"{project.slug}-initiatives", _headings(), _rows())


@pages.get("/initiatives/new", requires=InitiativePermission.EDIT)
def new(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Ask about a new initiative."""
    return _form_page("initiatives/new.html", InitiativeForm())


@pages.post("/initiatives/new", requires=InitiativePermission.EDIT)
def create(actor: Actor, project: Project) -> ResponseReturnValue:
    """Make an initiative."""
    form = InitiativeForm()
    made = form.attempt(lambda given: services.create(actor, project, details=given))
    if made is None:
        return _form_page("initiatives/new.html", form)
    flash(_("It is added. Involve the first stakeholder."), "success")
    return redirect(address(project, made), 303)


@pages.get("/initiatives/<int:initiative_id>", requires=InitiativePermission.READ)
def initiative(actor: Actor, _project: Project, initiative_id: int) -> ResponseReturnValue:
    """Show one initiative and who is involved in it."""
    return _initiative_page(actor, queries.initiative(initiative_id), ActionForm())


@pages.get("/initiatives/<int:initiative_id>/edit", requires=InitiativePermission.EDIT)
def edit(_actor: Actor, _project: Project, initiative_id: int) -> ResponseReturnValue:
    """Ask what changes about an initiative."""
    found = queries.initiative(initiative_id)
    return _form_page("initiatives/edit.html", InitiativeForm.of(found), found)


@pages.post("/initiatives/<int:initiative_id>/edit", requires=InitiativePermission.EDIT)
def save(actor: Actor, project: Project, initiative_id: int) -> ResponseReturnValue:
    """Save an initiative."""
    form, found = InitiativeForm(), queries.initiative(initiative_id)
    seen = form.seen_revision
    form.attempt(lambda given: services.edit(actor, found, details=given, revision=seen))
    if form.is_refused:
        return _form_page("initiatives/edit.html", form, found)
    flash(_("The changes are saved."), "success")
    return redirect(address(project, found), 303)


@pages.post("/initiatives/<int:initiative_id>/remove", requires=InitiativePermission.EDIT)
def remove(actor: Actor, project: Project, initiative_id: int) -> ResponseReturnValue:
    """Remove an initiative that nobody is involved in."""
    form, found = ActionForm(), queries.initiative(initiative_id)
    form.attempt(lambda _none: services.remove(actor, found))
    if form.is_refused:
        return _initiative_page(actor, queries.initiative(initiative_id), form)
    flash(_("The initiative is removed."), "success")
    return redirect(url_for("initiatives.initiatives", project_slug=project.slug), 303)


def address(project: Project, found: Initiative) -> str:
    """Return the address of the page of one initiative."""
    return url_for("initiatives.initiative", project_slug=project.slug, initiative_id=found.id)


def may_edit(actor: Actor) -> bool:
    """Whether the pages offer this actor steps that change something."""
    return permissions.allows(actor, InitiativePermission.EDIT)


def _filter() -> FilterForm:
    return FilterForm(request.args, [(area.id, area.name) for area in queries.areas_in_use()])


def _initiative_page(actor: Actor, found: Initiative, form: ActionForm) -> ResponseReturnValue:
    return page(
        "initiatives/initiative.html",
        initiative=found,
        participants=queries.participants(actor, found),
        today=clock.today(),
        may_edit=may_edit(actor),
        form=form,
        status=form.status,
    )


def _form_page(
    template: str, form: InitiativeForm, found: Initiative | None = None
) -> ResponseReturnValue:
    areas = neighbourhoods.names()
    return page(template, form=form, initiative=found, areas=areas, status=form.status)


def _headings() -> list[str]:
    return [
        _("Name"), _("Track"), _("Status"), _("Neighbourhood"), _("From"), _("Until"),
        _("People"), _("Organisations"), _("Description"),
    ]  # fmt: skip


def _rows() -> list[list[object]]:
    found = queries.every(_filter().details())
    involved = queries.involved_counts(found)
    return [
        [one.name, label(one.track), label(one.status), one.area.name if one.area else "",
         write_date(one.since), write_date(one.until), involved[one.id].persons,
         involved[one.id].organisations, one.description]
        for one in found
    ]  # fmt: skip
