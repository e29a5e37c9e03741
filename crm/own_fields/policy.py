"""Who may define own fields; their values are changed as the record is."""

from crm.core.permissions import Permission, Rule, leaders


class OwnFieldPermission(Permission):
    """What can be done with own fields."""

    DEFINE = "own_fields.define"


RULES: dict[Permission, Rule] = {OwnFieldPermission.DEFINE: leaders}
