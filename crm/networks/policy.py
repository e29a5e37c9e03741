"""Who may look at the network."""

from crm.core.permissions import Permission, Rule, members


class NetworkPermission(Permission):
    """What can be done with the network."""

    READ = "networks.read"
    EXPORT = "networks.export"


RULES: dict[Permission, Rule] = {
    NetworkPermission.READ: members,
    # Private persons leave under their pseudonym where a reviewer exports.
    NetworkPermission.EXPORT: members,
}
