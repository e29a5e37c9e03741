"""Who may do what with areas."""

from crm.core.permissions import Permission, Rule, administrator, leaders, members


class NeighbourhoodPermission(Permission):
    """What can be done with areas, which every project of the installation shares."""

    READ = "neighbourhoods.read"
    ADD = "neighbourhoods.add"
    EDIT = "neighbourhoods.edit"


RULES: dict[Permission, Rule] = {
    NeighbourhoodPermission.READ: members,
    NeighbourhoodPermission.ADD: leaders,
    NeighbourhoodPermission.EDIT: administrator,
}
