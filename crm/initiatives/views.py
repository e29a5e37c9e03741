"""Pages about initiatives and who is involved in them, from either side."""

from collections.abc import Mapping
from typing import Any, Protocol

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm, press
from crm.core import clock, permissions
from crm.core.i18n import _
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.initiatives import queries, services
from crm.initiatives.forms import (
    FilterForm,
    InitiativeChoiceForm,
    InitiativeForm,
    InvolvementForm,
    StakeholderForm,
)
from crm.initiatives.models import Initiative, Involvement
from crm.initiatives.policy import InitiativePermission
from crm.initiatives.services import Stakeholder
from crm.neighbourhoods import queries as neighbourhoods
from crm.projects.models import Project
from crm.stakeholders.queries import organisations, persons
from crm.stakeholders.rules.visibility import shown_as
from crm.web.pages import Pages, Table
from crm.web.rendering import label, page, write_date

# One set of pages for initiatives and involvement, so that the menu shows where one is.
pages = Pages("initiatives")
LONGEST_QUESTION = 200


@pages.get("/initiatives", requires=InitiativePermission.READ)
def initiatives(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show the initiatives of the project, narrowed by what stands in the address."""
    form = _filter()
    # A number that is too large for the database is held by the page itself.
    found = page_of(queries.by_name(form.details()), request.args.get("page", 1, type=int))
    return page(
        "initiatives/initiatives.html",
        found=found,
        form=form,
        involved=queries.involved_counts(found.items),
        is_empty=not queries.any_initiative(),
        may_edit=may_edit(actor),
    )


@pages.files("/initiatives/export", requires=InitiativePermission.READ)
def export(_actor: Actor, project: Project) -> Table:
    """Return what the list shows, as a table to keep."""
    headings = [
        _("Name"), _("Track"), _("Status"), _("Neighbourhood"), _("From"), _("Until"),
        _("People"), _("Organisations"), _("Description"),
    ]  # cells of one row side by side # fmt: skip
    found = queries.every(_filter().details())
    involved = queries.involved_counts(found)
    return f"{project.slug}-initiatives", headings, [
        [
            initiative.name, label(initiative.track), label(initiative.status),
            initiative.area.name if initiative.area else "",
            write_date(initiative.since), write_date(initiative.until),
            involved[initiative.id].persons, involved[initiative.id].organisations,
            initiative.description,
        ]
        for initiative in found
    ]  # cells of one row side by side # fmt: skip


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


@pages.get("/initiatives/<int:initiative_id>/involve", requires=InitiativePermission.EDIT)
def involve(actor: Actor, _project: Project, initiative_id: int) -> ResponseReturnValue:
    """Let somebody look for a stakeholder and say what part they have."""
    return _involve_page(actor, queries.initiative(initiative_id), StakeholderForm())


@pages.post("/initiatives/<int:initiative_id>/involve", requires=InitiativePermission.EDIT)
def add(actor: Actor, project: Project, initiative_id: int) -> ResponseReturnValue:
    """Involve a stakeholder in an initiative."""
    form, found = StakeholderForm(), queries.initiative(initiative_id)
    form.attempt(lambda part: services.involve(actor, found, stakeholder=form.chosen, part=part))
    if form.is_refused:
        return _involve_page(actor, found, form)
    flash(_("The involvement is added."), "success")
    return redirect(address(project, found), 303)


OF_STAKEHOLDER = (
    "/persons/<int:person_id>/involve",
    "/organisations/<int:organisation_id>/involve",
)


@pages.get(*OF_STAKEHOLDER, requires=InitiativePermission.EDIT)
def involve_stakeholder(actor: Actor, project: Project, **given: int) -> ResponseReturnValue:
    """Ask in which initiative a person or an organisation has a part."""
    return _choice_page(actor, project, Stakeholder(**given), InitiativeChoiceForm())


@pages.post(*OF_STAKEHOLDER, requires=InitiativePermission.EDIT)
def add_stakeholder(actor: Actor, project: Project, **given: int) -> ResponseReturnValue:
    """Involve a person or an organisation in the chosen initiative."""
    form, stakeholder = InitiativeChoiceForm(), Stakeholder(**given)
    # Looked up inside the attempt: an initiative that is gone is told in the form.
    form.attempt(
        lambda part: services.involve(
            actor, queries.initiative(form.chosen), stakeholder=stakeholder, part=part
        )
    )
    if form.is_refused:
        return _choice_page(actor, project, stakeholder, form)
    flash(_("The involvement is added."), "success")
    return redirect(_page_of(project, stakeholder), 303)


@pages.get("/involvements/<int:involvement_id>/edit", requires=InitiativePermission.EDIT)
def edit_involvement(actor: Actor, project: Project, involvement_id: int) -> ResponseReturnValue:
    """Ask what changes about an involvement."""
    found = queries.involvement(involvement_id)
    return _edit_page(actor, project, found, InvolvementForm.of(found))


@pages.post("/involvements/<int:involvement_id>/edit", requires=InitiativePermission.EDIT)
def save_involvement(actor: Actor, project: Project, involvement_id: int) -> ResponseReturnValue:
    """Save an involvement."""
    form, found = InvolvementForm(), queries.involvement(involvement_id)
    seen = form.seen_revision
    form.attempt(lambda part: services.edit_involvement(actor, found, part=part, revision=seen))
    if form.is_refused:
        return _edit_page(actor, project, queries.involvement(involvement_id), form)
    flash(_("The changes are saved."), "success")
    return redirect(_back(project, found), 303)


@pages.post("/involvements/<int:involvement_id>/end", requires=InitiativePermission.EDIT)
def end_involvement(actor: Actor, project: Project, involvement_id: int) -> ResponseReturnValue:
    """Let an involvement end today."""
    found = queries.involvement(involvement_id)
    press(lambda: services.end_involvement(actor, found), _("The involvement has ended today."))
    return redirect(_back(project, found), 303)


@pages.post("/involvements/<int:involvement_id>/remove", requires=InitiativePermission.EDIT)
def remove_involvement(actor: Actor, project: Project, involvement_id: int) -> ResponseReturnValue:
    """Remove an involvement that was entered by mistake."""
    found = queries.involvement(involvement_id)
    # Asked while it is there: a removed one no longer says where it came from.
    back = _back(project, found)
    press(lambda: services.remove_involvement(actor, found), _("The involvement is removed."))
    return redirect(back, 303)


def _involve_page(actor: Actor, found: Initiative, form: StakeholderForm) -> ResponseReturnValue:
    typed = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    candidates = queries.candidates(actor, typed)
    form.offer(candidates)
    return page(
        "initiatives/involve.html",
        initiative=found,
        form=form,
        typed=typed,
        candidates=candidates,
        roles=queries.roles_in_use(),
        status=form.status,
    )


def _choice_page(
    actor: Actor, project: Project, stakeholder: Stakeholder, form: InitiativeChoiceForm
) -> ResponseReturnValue:
    choices = queries.choices()
    form.offer(choices)
    if stakeholder.person_id is not None:
        # A private person is called by the pseudonym for who may not know the name.
        name = shown_as(actor).name(persons.person(stakeholder.person_id))
    else:
        name = organisations.organisation(stakeholder.organisation_id or 0).name
    return page(
        "initiatives/choose.html",
        name=name,
        back=_page_of(project, stakeholder),
        form=form,
        choices=choices,
        roles=queries.roles_in_use(),
        status=form.status,
    )


def _edit_page(
    actor: Actor, project: Project, found: Involvement, form: InvolvementForm
) -> ResponseReturnValue:
    return page(
        "initiatives/involvement.html",
        involvement=found,
        name=queries.participant(shown_as(actor), found).name,
        form=form,
        back=_back(project, found),
        side=_side(),
        roles=queries.roles_in_use(),
        status=form.status,
    )


def _side() -> str:
    """Return from which side somebody came: the stakeholder's, or the initiative's."""
    return "stakeholder" if request.values.get("side") == "stakeholder" else ""


def _back(project: Project, found: Involvement) -> str:
    if _side():
        return _page_of(project, Stakeholder(found.person_id, found.organisation_id))
    return address(project, found.initiative)


def _page_of(project: Project, stakeholder: Stakeholder) -> str:
    if stakeholder.person_id is not None:
        return url_for("persons.person", project_slug=project.slug, person_id=stakeholder.person_id)
    return url_for(
        "organisations.organisation",
        project_slug=project.slug,
        organisation_id=stakeholder.organisation_id,
    )


class HasId(Protocol):
    """The person or organisation whose page it is."""

    id: int


def of_person(actor: Actor, person: HasId) -> Mapping[str, Any]:
    """Return what a person is and was involved in."""
    involvements = queries.involvement_of_person(person.id)
    return _values(actor, involvements, {"person_id": person.id})


def of_organisation(actor: Actor, organisation: HasId) -> Mapping[str, Any]:
    """Return what an organisation is and was involved in."""
    involvements = queries.involvement_of_organisation(organisation.id)
    return _values(actor, involvements, {"organisation_id": organisation.id})


def _values(
    actor: Actor, involvements: list[Involvement], stakeholder: dict[str, int]
) -> Mapping[str, Any]:
    eyes = shown_as(actor)
    return {
        "participants": [queries.participant(eyes, involvement) for involvement in involvements],
        "stakeholder": stakeholder,
        "today": eyes.day,
        "may_edit": may_edit(actor),
    }
