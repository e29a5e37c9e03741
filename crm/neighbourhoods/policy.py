"""Who may do what with areas."""

from crm.core.permissions import Permission, Rule, leaders, members


class NeighbourhoodPermission(Permission):
    """What can be done with areas, which every project of the installation shares."""

    READ = "neighbourhoods.read"
    EDIT = "neighbourhoods.edit"


RULES: dict[Permission, Rule] = {
    NeighbourhoodPermission.READ: members,
    NeighbourhoodPermission.EDIT: leaders,
}
