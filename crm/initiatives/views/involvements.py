"""Pages about who is involved in what, from either side."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.initiatives import queries, services
from crm.initiatives.forms import InitiativeChoiceForm, InvolvementForm, StakeholderForm
from crm.initiatives.models import Initiative, Involvement
from crm.initiatives.policy import InitiativePermission
from crm.initiatives.services import InvolvementDetails, Stakeholder
from crm.initiatives.views.initiatives import address, pages
from crm.projects.models import Project
from crm.stakeholders.queries import organisations, persons
from crm.stakeholders.visibility import shown_as
from crm.web.rendering import page

# These pages stand in one set with those about initiatives, so that the menu shows where one is.
__all__ = ["pages"]

LONGEST_QUESTION = 200


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


@pages.get("/persons/<int:person_id>/involve", requires=InitiativePermission.EDIT)
def involve_person(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Ask in which initiative a person has a part."""
    return _choice_page(actor, project, Stakeholder(person_id=person_id))


@pages.post("/persons/<int:person_id>/involve", requires=InitiativePermission.EDIT)
def add_person(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Involve a person in the chosen initiative."""
    return _add_there(actor, project, Stakeholder(person_id=person_id))


@pages.get("/organisations/<int:organisation_id>/involve", requires=InitiativePermission.EDIT)
def involve_organisation(
    actor: Actor, project: Project, organisation_id: int
) -> ResponseReturnValue:
    """Ask in which initiative an organisation has a part."""
    return _choice_page(actor, project, Stakeholder(organisation_id=organisation_id))


@pages.post("/organisations/<int:organisation_id>/involve", requires=InitiativePermission.EDIT)
def add_organisation(actor: Actor, project: Project, organisation_id: int) -> ResponseReturnValue:
    """Involve an organisation in the chosen initiative."""
    return _add_there(actor, project, Stakeholder(organisation_id=organisation_id))


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
    form, found = ActionForm(), queries.involvement(involvement_id)
    form.attempt(lambda _none: services.end_involvement(actor, found))
    _say(form, _("The involvement has ended today."))
    return redirect(_back(project, found), 303)


@pages.post("/involvements/<int:involvement_id>/remove", requires=InitiativePermission.EDIT)
def remove_involvement(actor: Actor, project: Project, involvement_id: int) -> ResponseReturnValue:
    """Remove an involvement that was entered by mistake."""
    form, found = ActionForm(), queries.involvement(involvement_id)
    back = _back(project, found)
    form.attempt(lambda _none: services.remove_involvement(actor, found))
    _say(form, _("The involvement is removed."))
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


def _add_there(actor: Actor, project: Project, stakeholder: Stakeholder) -> ResponseReturnValue:
    form = InitiativeChoiceForm()
    form.attempt(lambda part: _involve_in_chosen(actor, form, stakeholder, part))
    if form.is_refused:
        return _choice_page(actor, project, stakeholder, form)
    flash(_("The involvement is added."), "success")
    return redirect(_page_of(project, stakeholder), 303)


def _involve_in_chosen(
    actor: Actor, form: InitiativeChoiceForm, stakeholder: Stakeholder, part: InvolvementDetails
) -> Involvement:
    chosen = queries.initiative(form.chosen)
    return services.involve(actor, chosen, stakeholder=stakeholder, part=part)


def _choice_page(
    actor: Actor,
    project: Project,
    stakeholder: Stakeholder,
    form: InitiativeChoiceForm | None = None,
) -> ResponseReturnValue:
    form = form or InitiativeChoiceForm()
    choices = queries.choices()
    form.offer(choices)
    return page(
        "initiatives/choose.html",
        name=_name(actor, stakeholder),
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


def _name(actor: Actor, stakeholder: Stakeholder) -> str:
    if stakeholder.person_id is not None:
        return shown_as(actor).name(persons.person(stakeholder.person_id))
    return organisations.organisation(stakeholder.organisation_id or 0).name


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


def _say(form: ActionForm, done: str) -> None:
    for refusal in form.refusals:
        flash(refusal, "danger")
    if not form.is_refused:
        flash(done, "success")
