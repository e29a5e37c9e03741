"""Who may do what with initiatives."""

from crm.core.permissions import Permission, Rule, leaders_and_planners, members


class InitiativePermission(Permission):
    """What can be done with initiatives and the involvement in them."""

    READ = "initiatives.read"
    EDIT = "initiatives.edit"


RULES: dict[Permission, Rule] = {
    InitiativePermission.READ: members,
    InitiativePermission.EDIT: leaders_and_planners,
}
