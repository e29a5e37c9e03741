"""Who may keep segments, and change which."""

from crm.core.permissions import Actor, Permission, Rule, leaders_and_planners, members
from crm.core.undo import Step
from crm.segments.models import Segment
from crm.stakeholders.policy import StakeholderPermission


def _keeps(actor: Actor, subject: object) -> bool:
    """Rule: members; a segment is changed by who made it, and if shared by those who edit too."""
    if isinstance(subject, Step):
        # The segment that a step removed is gone; what the step says of it decides instead.
        maker_id, is_shared = subject.made_by_id, bool(subject.about.get("shared"))
    elif isinstance(subject, Segment):
        maker_id, is_shared = subject.account_id, subject.is_shared
    else:
        return members(actor, subject)
    may_edit = is_shared and leaders_and_planners(actor, subject)
    return members(actor, subject) and (maker_id == actor.account_id or may_edit)


RULES: dict[Permission, Rule] = {StakeholderPermission.KEEP: _keeps}
