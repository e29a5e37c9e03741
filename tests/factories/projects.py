"""Projects and roles in them."""

from itertools import count

from crm.accounts.models import Account
from crm.core.db import session, unit_of_work
from crm.core.permissions import Actor, Role, system
from crm.projects.models import Membership, Project
from tests.factories.accounts import account

_numbers = count(1)


def project(
    name: str = "Proefproject", *, slug: str = "", reply_address: str = "antwoord@kring.example"
) -> Project:
    """Make a project that nobody has a role in; answers to its mail have an address."""
    with unit_of_work(system(), "tests.project"):
        slug = slug or f"proef-{next(_numbers)}"
        made = Project(name=name, slug=slug, reply_address=reply_address)
        session().add(made)
    return made


def member(where: Project, role: Role = Role.LEADER, *, who: Account | None = None) -> Account:
    """Give an account, by default a new one, a role in a project."""
    who = who or account(f"{role.value.title()} Proef")
    with unit_of_work(system(), "tests.member"):
        session().add(Membership(project_id=where.id, account_id=who.id, role=role))
    return who


def leader_of(where: Project) -> Actor:
    """Return an actor who leads the project."""
    who = member(where, Role.LEADER)
    return Actor(account_id=who.id, name=who.name, role=Role.LEADER, project_id=where.id)
