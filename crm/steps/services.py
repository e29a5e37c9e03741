"""Taking steps back."""

from crm.core import permissions, undo
from crm.core.commands import command
from crm.core.permissions import Actor
from crm.core.undo import Decisions, Step, UndoPlan
from crm.steps.policy import StepPermission

NOTHING_PUT_BACK = Decisions()


@command(StepPermission.UNDO)
def take_back(actor: Actor, step: Step, *, decisions: Decisions = NOTHING_PUT_BACK) -> UndoPlan:
    """
    Undo a step; what was changed since stays as it is, unless it is decided to be put back.

    Whoever undoes must be allowed to do what was done.

    :raises AlreadyUndone: if somebody undid it meanwhile
    """
    permissions.require(actor, undo.kind_of(step).requires, step)
    return undo.carry_out(step, decisions)
