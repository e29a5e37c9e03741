"""Who may look round in the demo."""

from crm.core.permissions import Permission, Rule, signed_in


class DemoPermission(Permission):
    """What can be done with the demo."""

    LOAD = "demo.load"


RULES: dict[Permission, Rule] = {DemoPermission.LOAD: signed_in}
