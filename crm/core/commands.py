"""The one door for changes: authorise, open the unit of work, run, audit, commit."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from crm.core import permissions
from crm.core.db import NoProjectInScope, ProjectScoped, project_in_scope, unit_of_work
from crm.core.permissions import Actor, Permission

P = ParamSpec("P")
S = TypeVar("S")
R = TypeVar("R")
Change = Callable[Concatenate[Actor, S, P], R]

commands: dict[str, Permission] = {}


def command(permission: Permission) -> Callable[[Change[S, P, R]], Change[S, P, R]]:
    """
    Make a service function a command that needs `permission` on its subject.

    The function takes the actor first, the subject second and the rest by keyword; a keyword
    `reason` is kept in the audit trail. A command called by a command joins its transaction.
    """

    def decorate(change: Change[S, P, R]) -> Change[S, P, R]:
        name = f"{change.__module__.removeprefix('crm.')}.{change.__name__}"
        commands[name] = permission

        @wraps(change)
        def run(actor: Actor, subject: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            reason = str(kwargs.get("reason") or "")
            with unit_of_work(actor, name, reason=reason):
                _refuse_other_projects(subject)
                permissions.require(actor, permission, subject)
                return change(actor, subject, *args, **kwargs)

        return run

    return decorate


def _refuse_other_projects(subject: object) -> None:
    if isinstance(subject, ProjectScoped) and subject.project_id != project_in_scope():
        message = f"{type(subject).__name__} belongs to another project than the one in scope"
        raise NoProjectInScope(message)
