"""Who may look at the network."""

from crm.core.permissions import Permission, Rule, members


class NetworkPermission(Permission):
    """What can be done with the network."""

    READ = "networks.read"


RULES: dict[Permission, Rule] = {NetworkPermission.READ: members}
