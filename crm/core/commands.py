"""The one door for changes: authorise, open the unit of work, run, audit, commit."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError

from crm.core import idempotency, permissions, unique_conflicts
from crm.core.db import (
    NoProjectInScope,
    ProjectScoped,
    current_unit,
    project_in_scope,
    unit_of_work,
)
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
    `reason` is kept in the audit trail. A command called by a command joins its transaction. What
    a form makes is made once, however often it is sent; where `revision` says what its sender saw,
    that tells whether it comes too late.
    """

    def decorate(change: Change[S, P, R]) -> Change[S, P, R]:
        name = f"{change.__module__.removeprefix('crm.')}.{change.__name__}"
        commands[name] = permission

        @wraps(change)
        def run(actor: Actor, subject: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            reason = str(kwargs.get("reason") or "")
            # A command inside another one is part of what that one answers, and is not looked up by
            # itself.
            begins = current_unit() is None
            try:
                with unit_of_work(actor, name, reason=reason) as unit:
                    # Only inside, where the subject is read again under the lock: rules hold for
                    # what is true then.
                    _refuse_other_projects(subject)
                    permissions.require(actor, permission, subject)
                    at_work = partial(change, actor, subject, *args, **kwargs)
                    is_once = begins and "revision" not in kwargs
                    return idempotency.done(unit, at_work) if is_once else at_work()
            # What somebody else made at the same moment shows only when the command ends.
            except IntegrityError as error:
                refusal = unique_conflicts.refusal_of(error)
                if refusal is None:
                    raise
                raise refusal from error

        return run

    return decorate


def _refuse_other_projects(subject: object) -> None:
    if isinstance(subject, ProjectScoped) and subject.project_id != project_in_scope():
        message = f"{type(subject).__name__} belongs to another project than the one in scope"
        raise NoProjectInScope(message)
