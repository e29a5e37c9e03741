"""Who may do what with the register."""

from crm.core.permissions import Permission, Rule, leaders_and_planners, members


class StakeholderPermission(Permission):
    """What can be done with persons and organisations."""

    READ = "stakeholders.read"
    EDIT = "stakeholders.edit"
    EXPORT = "stakeholders.export"


RULES: dict[Permission, Rule] = {
    StakeholderPermission.READ: members,
    StakeholderPermission.EDIT: leaders_and_planners,
    # Private persons leave under their pseudonym where a reviewer exports.
    StakeholderPermission.EXPORT: members,
}
