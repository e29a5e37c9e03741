"""Who may do what on the start pages."""

from crm.core.permissions import Permission, Rule, anybody, members, signed_in


class HomePermission(Permission):
    """What can be done on the start pages."""

    CHOOSE = "home.choose"
    START = "home.start"
    PROJECT = "home.project"
    SEARCH = "home.search"


RULES: dict[Permission, Rule] = {
    HomePermission.CHOOSE: anybody,
    HomePermission.START: signed_in,
    HomePermission.PROJECT: members,
    # Each finds what they may read; private persons and notes are kept from who only reads.
    HomePermission.SEARCH: members,
}
