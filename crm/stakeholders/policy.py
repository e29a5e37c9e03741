"""Who may do what with the register."""

from crm.core.permissions import Actor, Permission, Rule, leaders_and_planners, members
from crm.stakeholders.models import Person


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


RULES: dict[Permission, Rule] = {
    StakeholderPermission.READ: members,
    StakeholderPermission.READ_NOTES: leaders_and_planners,
    StakeholderPermission.EDIT: leaders_and_planners,
    # Private persons leave under their pseudonym where a reviewer exports.
    StakeholderPermission.EXPORT: members,
    StakeholderPermission.CORRECT_OWN: themselves,
}
