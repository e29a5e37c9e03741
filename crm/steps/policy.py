"""Who may see what was done, and undo it."""

from crm.core.permissions import Permission, Rule, leaders_and_planners


class StepPermission(Permission):
    """What can be done with steps."""

    SEE = "steps.see"
    UNDO = "steps.undo"


RULES: dict[Permission, Rule] = {
    StepPermission.SEE: leaders_and_planners,
    # Each kind of step asks besides for the permission that doing it took.
    StepPermission.UNDO: leaders_and_planners,
}
