"""Questions about projects and roles."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from sqlalchemy import Integer, Select, String, bindparam, func, select
from sqlalchemy.orm import contains_eager, joinedload

from crm.accounts.models import Account
from crm.core.db import session, unscoped
from crm.core.errors import NotFound
from crm.core.permissions import NOBODY, Actor, Role, system
from crm.projects.models import Membership, Project

_OPTIONS = unscoped("roles decide which project comes into scope")


def by_slug(slug: str) -> Project | None:
    """Return the project with this short name."""
    if "\0" in slug:  # PostgreSQL takes no such text, not even to compare
        return None
    return session().scalar(select(Project).where(Project.slug == slug))


def membership_at(slug: str, account_id: int | None) -> Membership | None:
    """Return the role of an account in the project with this short name, and that project."""
    if "\0" in slug:
        return None
    asked = {"slug": slug, "account": account_id}
    return session().scalar(_membership_at(), asked, execution_options=_OPTIONS)


# Every page asks it, and making the statement took longer than the answer.
@cache
def _membership_at() -> Select[Membership]:
    here = Project.slug == bindparam("slug", type_=String)
    theirs = Membership.account_id == bindparam("account", type_=Integer)
    statement = select(Membership).join(Membership.project).where(here, theirs)
    return statement.options(contains_eager(Membership.project))


def project(project_id: int) -> Project:
    """Return one project, or raise `NotFound`."""
    found = session().get(Project, project_id)
    if found is None:
        raise NotFound
    return found


def projects() -> list[Project]:
    """Return all projects by name."""
    return list(session().scalars(select(Project).order_by(Project.name, Project.id)))


def memberships_of(actor: Actor) -> list[Membership]:
    """Return the projects of an actor with the role held in each, by name."""
    statement = (
        select(Membership)
        .join(Membership.project)
        .where(Membership.account_id == actor.account_id)
        .options(joinedload(Membership.project))
        .order_by(Project.name, Project.id)
    )
    return list(session().scalars(statement, execution_options=_OPTIONS))


def membership(project: Project, account_id: int | None) -> Membership | None:
    """Return the role of an account in a project, if it has one."""
    statement = select(Membership).where(
        Membership.project_id == project.id, Membership.account_id == account_id
    )
    return session().scalar(statement, execution_options=_OPTIONS)


def at_work(project: Project, account_id: int | None) -> Actor:
    """
    Return an account as it may act in a project at this moment, for its work in the background.

    Who was removed, locked out or left the project may do nothing there.
    """
    found = membership(project, account_id)
    account = found.account if found is not None else None
    if found is None or account is None or not account.is_active:
        return replace(NOBODY, account_id=account_id)
    actor = Actor(account.id, account.name, is_administrator=account.is_administrator)
    return actor.in_project(project.id, found.role)


def on_behalf_of(project: Project, account_id: int | None) -> Actor:
    """Return who ordered something, as they may act at this moment; a command line may all."""
    return system(project.id) if account_id is None else at_work(project, account_id)


def members_of(project: Project) -> list[Membership]:
    """Return everybody with a role in a project, by name."""
    statement = (
        select(Membership)
        .where(Membership.project_id == project.id)
        .join(Membership.account)
        .options(joinedload(Membership.account))
        .order_by(Membership.role, Membership.id)
    )
    return list(session().scalars(statement, execution_options=_OPTIONS))


def leaders_of(project: Project) -> set[int]:
    """Return the accounts that lead a project and can sign in."""
    statement = (
        select(Membership.account_id)
        .join(Membership.account)
        .where(Membership.project_id == project.id, Membership.role == Role.LEADER)
        .where(Account.is_active)
        .order_by(Membership.account_id)
    )
    return set(session().scalars(statement, execution_options=_OPTIONS))


def led_by(account_id: int) -> list[Project]:
    """Return the projects that an account leads, in the order in which they are held."""
    statement = (
        select(Project)
        .join(Project.memberships)
        .where(Membership.account_id == account_id, Membership.role == Role.LEADER)
        .order_by(Project.id)
    )
    return list(session().scalars(statement, execution_options=_OPTIONS))


def counts_of(accounts: Iterable[Account]) -> dict[int, int]:
    """Return account → in how many projects it has a role."""
    ids = [account.id for account in accounts]
    statement = (
        select(Membership.account_id, func.count())
        .where(Membership.account_id.in_(ids))
        .group_by(Membership.account_id)
        .order_by(Membership.account_id)
    )
    rows = session().execute(statement, execution_options=_OPTIONS)
    return {account_id: count for account_id, count in rows}  # noqa: C416 - a Row is no pair to mypy
