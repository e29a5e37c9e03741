"""`flask --app crm accounts …` and `projects …`: let people in and out, and make projects."""

from datetime import timedelta

import click

from crm.accounts import queries as account_queries
from crm.accounts.models import Account, LinkPurpose
from crm.accounts.services import LinkDetails, make_link, set_active
from crm.cli.context import answer, as_json, config, opened, stop
from crm.core import mail
from crm.core.permissions import Role, system
from crm.projects import queries as project_queries
from crm.projects.services import ProjectDetails, create
from crm.stakeholders.values import addresses


@click.group()
def accounts() -> None:
    """Accounts: invite, reset, disable and enable."""


@accounts.command()
@click.argument("email")
@click.option("--project", "slug", help="Short name of the project to let them into.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default="planner")
@click.option("--admin", is_flag=True, help="Make them administrator of the installation.")
@as_json
def invite(email: str, slug: str | None, role: str, admin: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Print a single-use link that lets in whoever signs in, or will sign in, with EMAIL."""
    try:
        email = addresses.email(email)
    except addresses.NotAnEmail as refusal:
        stop(str(refusal))
    with opened():
        project = project_queries.by_slug(slug) if slug else None
        if slug and project is None:
            stop(f"There is no project {slug}.")
        purpose = LinkPurpose.FIRST_ADMINISTRATOR if admin else LinkPurpose.JOIN
        details = LinkDetails(
            purpose,
            timedelta(hours=config().link_hours),
            project_id=project.id if project else None,
            role=Role(role) if project else None,
            email=email,
        )
        _print_link(make_link(system(), None, details=details), as_json=as_json)


@accounts.command()
@click.argument("email")
@as_json
def reset(email: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Print a single-use link with which EMAIL can choose a new password."""
    with opened():
        account = _known(email)
        details = LinkDetails(
            LinkPurpose.RESET, timedelta(hours=1), account_id=account.id, email=account.email
        )
        _print_link(make_link(system(), None, details=details), as_json=as_json)


@accounts.command()
@click.argument("email")
@as_json
def disable(email: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Sign EMAIL out everywhere at once, and let them in no more."""
    _set_active(email, is_active=False, as_json=as_json)


@accounts.command()
@click.argument("email")
@as_json
def enable(email: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Let EMAIL sign in again."""
    _set_active(email, is_active=True, as_json=as_json)


def _set_active(email: str, *, is_active: bool, as_json: bool) -> None:
    with opened():
        account = _known(email)
        set_active(system(), account, is_active=is_active)
        answer({"email": account.email, "state": account.state.value}, as_json=as_json)


def _known(email: str) -> Account:
    account = account_queries.account_by_email(email)
    if account is None:
        stop("Nobody signs in with this address.")
    return account


def _print_link(token: str, *, as_json: bool) -> None:
    answer({"link": mail.link(f"/links/{token}")}, as_json=as_json)


@click.group()
def projects() -> None:
    """Projects: create."""


@projects.command(name="create")
@click.argument("slug")
@click.option("--name", required=True, help="Name of the project as people read it.")
@as_json
def create_project(slug: str, name: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Make the project SLUG."""
    with opened():
        project = create(system(), None, details=ProjectDetails(name=name, slug=slug))
        answer({"slug": project.slug, "name": project.name}, as_json=as_json)
