"""Who may do what with the register."""

from crm.core.permissions import Actor, Permission, Rule, leaders_and_planners, members
from crm.core.undo import Step
from crm.stakeholders.models import Person, Segment


class StakeholderPermission(Permission):
    """What can be done with persons and organisations."""

    READ = "stakeholders.read"
    READ_NOTES = "stakeholders.read_notes"
    EDIT = "stakeholders.edit"
    EXPORT = "stakeholders.export"
    KEEP = "stakeholders.keep"
    CORRECT_OWN = "stakeholders.correct_own"


def themselves(actor: Actor, subject: object) -> bool:
    """Rule: the stakeholder who acts by the link to their own details, on nobody else."""
    return isinstance(subject, Person) and subject.id == actor.person_id


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


RULES: dict[Permission, Rule] = {
    StakeholderPermission.READ: members,
    StakeholderPermission.READ_NOTES: leaders_and_planners,
    StakeholderPermission.EDIT: leaders_and_planners,
    # Private persons leave under their pseudonym where a reviewer exports.
    StakeholderPermission.EXPORT: members,
    StakeholderPermission.KEEP: _keeps,
    StakeholderPermission.CORRECT_OWN: themselves,
}
