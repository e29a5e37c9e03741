"""Who may look at the network, keep a way to look at it, and show it to others."""

from crm.core.permissions import (
    Actor,
    Permission,
    Role,
    Rule,
    anybody,
    leaders,
    leaders_and_planners,
    members,
)
from crm.networks.models import SavedView
from crm.stakeholders.policy import themselves


class NetworkPermission(Permission):
    """What can be done with the network."""

    READ = "networks.read"
    EXPORT = "networks.export"
    ARRANGE = "networks.arrange"
    KEEP = "networks.keep"
    SHARE = "networks.share"
    PUBLISH = "networks.publish"
    VISIT = "networks.visit"
    LOOK_UP = "networks.look_up"
    DECLARE = "networks.declare"
    DECLARE_OWN = "networks.declare_own"


def _keeps(actor: Actor, subject: object) -> bool:
    """Rule: members; what was kept is changed by who kept it, and if shared by a leader too."""
    if not isinstance(subject, SavedView):
        return members(actor, subject)
    is_own = subject.account_id == actor.account_id
    return members(actor, subject) and (is_own or (subject.is_shared and actor.role is Role.LEADER))


RULES: dict[Permission, Rule] = {
    NetworkPermission.READ: members,
    # Private persons leave under their pseudonym where a reviewer exports.
    NetworkPermission.EXPORT: members,
    NetworkPermission.ARRANGE: leaders_and_planners,
    NetworkPermission.KEEP: _keeps,
    NetworkPermission.SHARE: leaders_and_planners,
    # A link that anybody can open takes the project's data outside.
    NetworkPermission.PUBLISH: leaders,
    NetworkPermission.VISIT: anybody,
    # The name behind the pseudonym of somebody who does not want to be shown.
    NetworkPermission.LOOK_UP: leaders,
    NetworkPermission.DECLARE: leaders_and_planners,
    NetworkPermission.DECLARE_OWN: themselves,
}
