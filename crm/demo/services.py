"""The demo: loaded by one call, from the command line and from a page; and who leads it."""

import secrets
from datetime import timedelta

from sqlalchemy import func, select

from crm.accounts import queries as accounts
from crm.accounts.models import LinkPurpose
from crm.accounts.services import (
    LinkDetails,
    Newcomer,
    accept_as_newcomer,
    hash_for,
    make_link,
    sign_out,
)
from crm.core.commands import command
from crm.core.db import allow_long_hold, project_scope, session
from crm.core.db.scope import enter_project
from crm.core.permissions import NOBODY, Actor, Role, system
from crm.demo.filling import DESCRIPTION, NAME, SLUG, fill
from crm.demo.policy import DemoPermission
from crm.design_sessions.models import Attendance, DesignSession, Invitation
from crm.initiatives.models import Initiative, Involvement
from crm.projects import queries as projects
from crm.projects.models import Membership, Project, SlugTaken
from crm.projects.services import ProjectDetails, create
from crm.stakeholders.models import Organisation, Person

DOMAIN = "kring.example"
REPLY_ADDRESS = f"antwoord@{DOMAIN}"
PEOPLE = {Role.LEADER: "Lea Demo", Role.PLANNER: "Pim Demo", Role.REVIEWER: "Roos Demo"}


@command(DemoPermission.LOAD)
def open_demo(actor: Actor, _subject: None) -> Project:
    """
    Return the demo project, made and filled if it is not there; who has an account leads it.

    The project stays in scope until the transaction has ended.

    :raises SlugTaken: if a project that is no demo has its short name
    """
    project = projects.by_slug(SLUG)
    if project is not None and not project.is_demo:
        raise SlugTaken
    if project is None:
        details = ProjectDetails(NAME, SLUG, DESCRIPTION, is_demo=True, reply_address=REPLY_ADDRESS)
        project = create(system(), None, details=details)
        enter_project(project.id)
        fill(system(project.id), project)
    enter_project(project.id)
    if actor.account_id is not None and projects.membership(project, actor.account_id) is None:
        member = Membership(project_id=project.id, account_id=actor.account_id, role=Role.LEADER)
        session().add(member)
    return project


# One command, as half a demo would be there for good; it takes less than a second, once.
allow_long_hold("demo.services.open_demo")


@command(DemoPermission.LOAD)
def add_accounts(_actor: Actor, project: Project) -> dict[str, str]:
    """Make an account for each role in the demo; return address → password of those made now."""
    made = {}
    for role, name in PEOPLE.items():
        email = f"{role.value}@{DOMAIN}"
        if accounts.account_by_email(email) is None:
            made[email] = _account(project, role, name, email)
    return made


def _account(project: Project, role: Role, name: str, email: str) -> str:
    password = secrets.token_urlsafe(12)
    details = LinkDetails(
        LinkPurpose.JOIN, timedelta(minutes=1), project_id=project.id, role=role, email=email
    )
    link = _flushed(make_link(system(), None, details=details))
    newcomer = Newcomer(name=name, email=email)
    token = accept_as_newcomer(
        NOBODY,
        accounts.link_by_token(link),
        newcomer=newcomer,
        password=hash_for(newcomer, password),
        token=link,
        device="demo",
    )
    sign_out(NOBODY, None, token=_flushed(token))
    return password


def _flushed(token: str) -> str:
    session().flush()
    return token


NO_PROJECT = 0
COUNTED = {
    "organisations": Organisation,
    "persons": Person,
    "sessions": DesignSession,
    "invitations": Invitation,
    "attendances": Attendance,
    "initiatives": Initiative,
    "involvements": Involvement,
}


def load(actor: Actor) -> Project:
    """
    Return the demo project; load it, all or nothing, if it is not there yet.

    An actor with an account leads it from then on, unless they have a role in it already.

    :raises SlugTaken: if a project that is no demo has its short name
    """
    with project_scope(NO_PROJECT):
        try:
            return open_demo(actor, None)
        except SlugTaken:
            # Somebody else loaded it in the same moment; on PostgreSQL both may begin.
            return open_demo(actor, None)


def is_loaded() -> bool:
    """Whether the demo project is there."""
    found = projects.by_slug(SLUG)
    return found is not None and found.is_demo


def counts() -> dict[str, int]:
    """Return how many of each kind of record the project in scope holds."""
    return {
        name: session().scalar(select(func.count()).select_from(model)) or 0
        for name, model in COUNTED.items()
    }
