"""Pages about projects and who works in them, and the way into a project."""

from datetime import timedelta
from typing import cast

from flask import Flask, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.accounts import queries as accounts
from crm.accounts.forms import ActionForm, press
from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.permissions import Actor, Role
from crm.projects import queries, services
from crm.projects.forms import ColleagueForm, ProjectForm, RoleForm, SettingsForm
from crm.projects.models import Project
from crm.projects.policy import ProjectPermission
from crm.web import gate
from crm.web.addresses import full_address
from crm.web.pages import Pages
from crm.web.rendering import page

workspace = Pages("projects", in_project=False)
pages = Pages("members")


def let_in(app: Flask) -> None:
    """Let the edge find projects by their short name in the address, and the actor's role."""
    gate.use_entrance(app, enter)


def enter(slug: str, actor: Actor) -> tuple[Project, Actor]:
    """
    Return the project and the actor at work in it.

    :raises NotFound: if it does not exist or the actor has no part in it; the two look alike
    """
    member = queries.membership_at(slug, actor.account_id)
    if member is None:
        raise NotFound
    return member.project, actor.in_project(member.project_id, member.role)


@workspace.get("/projects/new", requires=ProjectPermission.CREATE)
def new(_actor: Actor) -> ResponseReturnValue:
    """Ask for the name of a new project."""
    return page("projects/new.html", form=ProjectForm())


@workspace.post("/projects/new", requires=ProjectPermission.CREATE)
def create(actor: Actor) -> ResponseReturnValue:
    """Make a project."""
    form = ProjectForm()
    made = form.attempt(lambda details: services.create(actor, None, details=details))
    if made is None:
        return page("projects/new.html", form=form, status=form.status)
    flash(_("The project is there. These are the first three steps."), "success")
    return redirect(url_for("start.project", project_slug=made.slug), 303)


@pages.get("/settings", requires=ProjectPermission.EDIT)
def settings(_actor: Actor, project: Project) -> ResponseReturnValue:
    """Ask what a leader decides about the project."""
    return page("projects/settings.html", form=SettingsForm.of(project))


@pages.post("/settings", requires=ProjectPermission.EDIT)
def save_settings(actor: Actor, project: Project) -> ResponseReturnValue:
    """Save what a leader decides about the project."""
    form = SettingsForm()
    seen = form.seen_revision
    form.attempt(lambda given: services.edit(actor, project, settings=given, revision=seen))
    if form.is_refused:
        return page("projects/settings.html", form=form, status=form.status)
    flash(_("The project is saved."), "success")
    return redirect(url_for("members.settings", project_slug=project.slug), 303)


@pages.get("/members", requires=ProjectPermission.VIEW)
def members(_actor: Actor, project: Project) -> ResponseReturnValue:
    """Show who works in the project, and as what."""
    return _members_page(project, ColleagueForm())


@pages.post("/members", requires=ProjectPermission.MANAGE_MEMBERS)
def invite(actor: Actor, project: Project) -> ResponseReturnValue:
    """Make a single-use link for a colleague and show it once."""
    form = ColleagueForm()
    valid = cast("timedelta", current_app.extensions["kring_link_time"])
    token = form.attempt(
        lambda given: services.invite_colleague(
            actor, project, email=given[0], role=given[1], valid=valid
        )
    )
    return _members_page(project, form, token=token)


@pages.post(
    "/members/invitations/<int:link_id>/withdraw", requires=ProjectPermission.MANAGE_MEMBERS
)
def withdraw(actor: Actor, project: Project, link_id: int) -> ResponseReturnValue:
    """Withdraw an open link into the project."""
    services.withdraw_invitation(actor, project, link_id=link_id)
    flash(_("The invitation is withdrawn."), "success")
    return redirect(url_for("members.members", project_slug=project.slug), 303)


@pages.post("/members/<int:account_id>/role", requires=ProjectPermission.MANAGE_MEMBERS)
def change_role(actor: Actor, project: Project, account_id: int) -> ResponseReturnValue:
    """Give a member another role."""
    form = RoleForm()
    form.attempt(
        lambda role: services.change_role(actor, project, account_id=account_id, role=role)
    )
    for refusal in form.refusals:
        flash(refusal, "danger")
    return redirect(url_for("members.members", project_slug=project.slug), 303)


@pages.post("/members/<int:account_id>/remove", requires=ProjectPermission.MANAGE_MEMBERS)
def remove(actor: Actor, project: Project, account_id: int) -> ResponseReturnValue:
    """Take a member out of the project."""
    press(lambda: services.remove_member(actor, project, account_id=account_id))
    return redirect(url_for("members.members", project_slug=project.slug), 303)


def _members_page(
    project: Project, form: ColleagueForm, *, token: str | None = None
) -> ResponseReturnValue:
    may_manage = gate.may(ProjectPermission.MANAGE_MEMBERS)
    return page(
        "projects/members.html",
        members=queries.members_of(project),
        roles=list(Role),
        form=form,
        action=ActionForm(),
        link=full_address("links.link", token=token) if token else None,
        may_manage=may_manage,
        invitations=accounts.open_invitations(project.id) if may_manage else [],
        may_edit=gate.may(ProjectPermission.EDIT),
        status=form.status,
    )
