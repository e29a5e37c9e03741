"""Pages about organisations."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import access, clock, fields
from crm.core.errors import NotFound, Text
from crm.core.i18n import _
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.neighbourhoods import queries as neighbourhoods
from crm.projects.models import Project
from crm.stakeholders.forms import organisations as forms
from crm.stakeholders.forms.persons import RemoveForm
from crm.stakeholders.models import Kind, Organisation
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import duplicates as records
from crm.stakeholders.queries import organisations as queries
from crm.stakeholders.rules import round_trip
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.rules.visibility import shown_as
from crm.stakeholders.services import duplicates
from crm.stakeholders.services import organisations as services
from crm.stakeholders.views.duplicates import twins_of
from crm.stakeholders.views.persons import further_of, saved, undo_of
from crm.web import gate
from crm.web.pages import Pages, Table
from crm.web.rendering import page

pages = Pages("organisations")
PURPOSE = "stakeholders.export"


@pages.get("/organisations", requires=StakeholderPermission.READ)
def organisations(actor: Actor, project: Project) -> ResponseReturnValue:
    """Show the organisations of the project, narrowed by what stands in the address."""
    form = forms.OrganisationFilterForm(request.args)
    form.offer(neighbourhoods.in_use(project), queries.tags_in_use())
    chosen = form.chosen()
    number = request.args.get("page", 1, type=int)
    found = page_of(queries.by_name(chosen), number, count_all=request.args.get("count") == "all")
    eyes = shown_as(actor)
    further = filter(eyes.may_see, fields.of(Organisation, fields.Where.LIST))
    return page(
        "stakeholders/organisations.html",
        found=found,
        columns=[(one, eyes.values(one, found.items)) for one in further],
        form=form,
        people=queries.people_counts(found.items, clock.today()),
        may_edit=gate.may(StakeholderPermission.EDIT),
    )


@pages.get("/organisations/options", requires=StakeholderPermission.READ)
def options(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Answer the options under a field in which an organisation is typed."""
    # The field under which they stand has another name in each form.
    typed = request.args.get("q", "") or next(iter(request.args.values()), "")
    return page("stakeholders/organisation_options.html", options=queries.options(typed))


@pages.files("/organisations/export", requires=StakeholderPermission.EXPORT)
def export(actor: Actor, project: Project) -> Table:
    """Return what the list shows."""
    access.note(access.Access("organisations.export", PURPOSE))
    name = "-".join((project.slug, _("organisations")))
    found = list(queries.everything(forms.OrganisationFilterForm(request.args).chosen()))
    eyes = shown_as(actor)
    asked = filter(eyes.may_see, fields.of(Organisation, fields.Where.FILE))
    columns = round_trip.in_file(Kind.ORGANISATION, asked)
    held = [eyes.values(one, found) for one in columns]
    headings: list[Text] = [*map(round_trip.heading_of, columns)]
    rows = [_row(place, columns, [of.get(place.id) for of in held]) for place in found]
    # Who may not see everything gets no number: a list without notes is none to bring back.
    if not actor.sees_private_persons:
        return name, headings, [row[1:-1] for row in rows]
    return name, [FIELD_LABELS[Field.RECORD], *headings, FIELD_LABELS[Field.CODE]], rows


@pages.get("/organisations/new", requires=StakeholderPermission.EDIT)
def new(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Ask about a new organisation."""
    return _form_page("stakeholders/organisation_new.html", forms.NewOrganisationForm(), twins=())


@pages.post("/organisations/new", requires=StakeholderPermission.EDIT)
def add(actor: Actor, project: Project) -> ResponseReturnValue:
    """Add an organisation."""
    form = forms.NewOrganisationForm()
    add, seen = duplicates.add_organisation_unless_known, form.seen
    made = form.attempt(lambda given: add(actor, project, details=given, seen=seen))
    if made is None:
        twins = twins_of(actor, form)
        return _form_page("stakeholders/organisation_new.html", form, twins=twins)
    flash(_("The organisation is added."), "success")
    return redirect(_address(project, made), 303)


@pages.post("/organisations/twins", requires=StakeholderPermission.EDIT)
def look_for_twins(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Answer which may be meant by what is typed so far."""
    return page("stakeholders/twins.html", twins=twins_of(actor, forms.NewOrganisationForm()))


@pages.get("/organisations/<int:organisation_id>", requires=StakeholderPermission.READ)
def organisation(actor: Actor, project: Project, organisation_id: int) -> ResponseReturnValue:
    """Show one organisation with everybody who has or had a role there, or what it became."""
    try:
        found = queries.organisation(organisation_id)
    except NotFound:
        now = records.now_at(Kind.ORGANISATION, organisation_id)
        address = url_for(".organisation", project_slug=project.slug, organisation_id=now)
        return redirect(address, 302)
    return page(
        "stakeholders/organisation.html",
        organisation=found,
        people=queries.people_here(actor, found, clock.today()),
        note=found.note if actor.sees_private_persons else "",
        further=further_of(shown_as(actor), forms.OrganisationForm, found),
        **undo_of(project, Kind.ORGANISATION, found.id),
    )


@pages.get("/organisations/<int:organisation_id>/edit", requires=StakeholderPermission.EDIT)
def edit(_actor: Actor, _project: Project, organisation_id: int) -> ResponseReturnValue:
    """Ask what changes about an organisation."""
    found = queries.organisation(organisation_id)
    form = forms.OrganisationForm.of(found)
    return _form_page("stakeholders/organisation_edit.html", form, organisation=found)


@pages.post("/organisations/<int:organisation_id>/edit", requires=StakeholderPermission.EDIT)
def save(actor: Actor, project: Project, organisation_id: int) -> ResponseReturnValue:
    """Save an organisation."""
    form, found = forms.OrganisationForm(), queries.organisation(organisation_id)
    change, seen = services.edit_organisation, form.seen_revision
    form.attempt(lambda given: change(actor, found, details=given, revision=seen))
    answer = saved(form, _address(project, found), _("The organisation is saved."))
    return answer or _form_page("stakeholders/organisation_edit.html", form, organisation=found)


@pages.get("/organisations/<int:organisation_id>/remove", requires=StakeholderPermission.EDIT)
def ask_to_remove(_actor: Actor, _project: Project, organisation_id: int) -> ResponseReturnValue:
    """Say whether an organisation can go, and ask whether that is meant."""
    return _remove_page(queries.organisation(organisation_id), RemoveForm(formdata=None))


@pages.post("/organisations/<int:organisation_id>/remove", requires=StakeholderPermission.EDIT)
def remove(actor: Actor, project: Project, organisation_id: int) -> ResponseReturnValue:
    """Remove an organisation that nothing refers to."""
    form, found = RemoveForm(), queries.organisation(organisation_id)
    form.attempt(lambda reason: services.remove_organisation(actor, found, reason=reason))
    address = url_for("organisations.organisations", project_slug=project.slug)
    return saved(form, address, _("The organisation is removed.")) or _remove_page(found, form)


def _address(project: Project, found: Organisation) -> str:
    return url_for(".organisation", project_slug=project.slug, organisation_id=found.id)


def _form_page(
    template: str, form: forms.OrganisationForm, **values: object
) -> ResponseReturnValue:
    return page(
        template,
        form=form,
        **values,
        areas=neighbourhoods.names(),
        kinds=queries.kinds_in_use(),
        status=form.status,
    )


def _remove_page(organisation: Organisation, form: RemoveForm) -> ResponseReturnValue:
    return page(
        "stakeholders/organisation_remove.html",
        organisation=organisation,
        form=form,
        count=queries.rows_that_refer(organisation),
        status=form.status,
    )


def _row(
    place: Organisation, columns: Sequence[fields.Field], values: Sequence[Any]
) -> list[object]:
    number = round_trip.number_of(place.project_id, round_trip.Meant(Kind.ORGANISATION, place.id))
    told = zip(columns, values, strict=True)
    cells = [(one.kind.cell or one.kind.say)(value) for one, value in told]
    # The code is of the values, not of their words, which differ with the reader's language.
    return [number, *cells, round_trip.code_of(number, round_trip.cells_as_left(columns, values))]
