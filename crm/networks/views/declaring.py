"""Ties that the project team declares, and the links by which people declare their own."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.forms import ActionForm
from crm.core import access
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.core.ties import organisation_key, person_key
from crm.initiatives.queries import candidates
from crm.networks import services
from crm.networks.forms import DeclareForm
from crm.networks.policy import NetworkPermission
from crm.networks.queries import declared_ties as tie_queries
from crm.networks.views.pages import pages
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.queries import organisations, persons
from crm.stakeholders.visibility import shown_as, shown_in_network
from crm.web import gate
from crm.web.downloads import csv_file
from crm.web.full_addresses import full_address
from crm.web.rendering import label, page

DECLARED = "/network/declared"
ONE = f"{DECLARED}/<int:declared_tie_id>"
OF_PERSON = "/network/people/<int:person_id>/declare"
OF_ORGANISATION = "/network/organisations/<int:organisation_id>/declare"
LINK = "/network/people/<int:person_id>/declaring-link"
LONGEST_QUESTION = 200


@pages.get(DECLARED, requires=NetworkPermission.READ)
def declared_ties(actor: Actor, _project: Project) -> ResponseReturnValue:
    """Show the ties that somebody declared, and whom people missed on their lists."""
    may_declare = gate.may(NetworkPermission.DECLARE)
    return page(
        "networks/declared.html",
        found=tie_queries.declared_ties(actor, request.args.get("page", 1, type=int)),
        missed=tie_queries.missed() if may_declare else [],
        eyes=shown_in_network(actor),
        may_declare=may_declare,
    )


@pages.get(f"{DECLARED}/csv", requires=NetworkPermission.EXPORT)
def declared_csv(actor: Actor, _project: Project) -> Response:
    """Answer the declared ties as a file."""
    access.note(access.Access("network.declared", NetworkPermission.EXPORT))
    headings = (_("Between"), _("And"), _("Said by"), _("About"), _("From"), _("Until"))
    rows = [
        (
            row.one_name, row.other_name, label(row.tie.said_by),
            row.tie.about if actor.sees_private_persons else "", row.tie.since, row.tie.until,
        )
        for row in tie_queries.all_declared_ties(actor)
    ]  # fmt: skip
    return csv_file("declared", headings, rows)


@pages.get(ONE, requires=NetworkPermission.READ)
def declared_tie(actor: Actor, _project: Project, declared_tie_id: int) -> ResponseReturnValue:
    """Show one declared tie."""
    return page(
        "networks/declared_tie.html",
        row=tie_queries.declared_tie(actor, declared_tie_id),
        about_is_shown=actor.sees_private_persons,
        may_declare=gate.may(NetworkPermission.DECLARE),
    )


@pages.post(f"{ONE}/end", requires=NetworkPermission.DECLARE)
def end_declared_tie(actor: Actor, project: Project, declared_tie_id: int) -> ResponseReturnValue:
    """Let a declared tie end today."""
    tie = tie_queries.declared_tie(actor, declared_tie_id).tie
    _acted(lambda: services.end_tie(actor, tie), _("The tie has ended today."))
    return _to_declared(project)


@pages.post(f"{ONE}/remove", requires=NetworkPermission.DECLARE)
def remove_declared_tie(
    actor: Actor, project: Project, declared_tie_id: int
) -> ResponseReturnValue:
    """Remove a tie that was declared by mistake."""
    tie = tie_queries.declared_tie(actor, declared_tie_id).tie
    _acted(lambda: services.remove_tie(actor, tie), _("The tie is removed."))
    return _to_declared(project)


@pages.get(OF_PERSON, requires=NetworkPermission.DECLARE)
def declare_of_person(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Ask with whom a person works."""
    return _declare_page(actor, persons.person(person_id), DeclareForm(formdata=None))


@pages.post(OF_PERSON, requires=NetworkPermission.DECLARE)
def declare_with_person(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """Note with whom a person works."""
    return _declare(actor, project, persons.person(person_id))


@pages.get(OF_ORGANISATION, requires=NetworkPermission.DECLARE)
def declare_of_organisation(
    actor: Actor, _project: Project, organisation_id: int
) -> ResponseReturnValue:
    """Ask with whom an organisation works."""
    found = organisations.organisation(organisation_id)
    return _declare_page(actor, found, DeclareForm(formdata=None))


@pages.post(OF_ORGANISATION, requires=NetworkPermission.DECLARE)
def declare_with_organisation(
    actor: Actor, project: Project, organisation_id: int
) -> ResponseReturnValue:
    """Note with whom an organisation works."""
    return _declare(actor, project, organisations.organisation(organisation_id))


@pages.post(LINK, requires=NetworkPermission.DECLARE)
def make_declaring_link(actor: Actor, _project: Project, person_id: int) -> ResponseReturnValue:
    """Show, once, a link by which a person says with whom they work."""
    found, form = persons.person(person_id), ActionForm()
    token = form.attempt(lambda _none: services.make_declaring_link(actor, found))
    link = full_address("own_ties.asked", token=token) if token else ""
    return page(
        "networks/declaring_link.html",
        person=found,
        name=shown_as(actor).name(found),
        link=link,
        days=services.LINK_LASTS.days,
        status=form.status,
    )


@pages.post(f"{LINK}/end", requires=NetworkPermission.DECLARE)
def end_declaring_link(actor: Actor, project: Project, person_id: int) -> ResponseReturnValue:
    """End the link of a person."""
    link = tie_queries.declaring_link(persons.person(person_id))
    if link is not None:
        _acted(lambda: services.end_declaring_link(actor, link), _("The link works no more."))
    return _to_declared(project)


def _acted(act: Callable[[], None], said: str) -> None:
    """Do what a button asks, and say that it is done or why not."""
    form = ActionForm()
    form.attempt(lambda _none: act())
    for refusal in form.refusals:
        flash(refusal, "danger")
    if not form.is_refused:
        flash(said, "success")


def _to_declared(project: Project) -> ResponseReturnValue:
    return redirect(url_for("networks.declared_ties", project_slug=project.slug), 303)


def _declare(
    actor: Actor, project: Project, stakeholder: Person | Organisation
) -> ResponseReturnValue:
    form = DeclareForm()
    form.attempt(lambda given: services.declare(actor, stakeholder, declared=given))
    if form.is_refused:
        return _declare_page(actor, stakeholder, form)
    flash(_("The tie is noted."), "success")
    return _to_declared(project)


def _declare_page(
    actor: Actor, stakeholder: Person | Organisation, form: DeclareForm
) -> ResponseReturnValue:
    typed = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    found = candidates(actor, typed)
    form.offer(found)
    return page(
        "networks/declare.html",
        form=form,
        **_who(actor, stakeholder),
        candidates=found,
        typed=typed,
        status=form.status,
    )


def _who(actor: Actor, stakeholder: Person | Organisation) -> dict[str, Any]:
    """Return key and name of whose tie is declared, and the link of a person."""
    if isinstance(stakeholder, Organisation):
        return {"key": organisation_key(stakeholder.id), "name": stakeholder.name, "link": None}
    return {
        "key": person_key(stakeholder.id),
        "name": shown_as(actor).name(stakeholder),
        "link": tie_queries.declaring_link(stakeholder),
    }
