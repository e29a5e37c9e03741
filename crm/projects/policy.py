"""Who may do what with projects."""

from crm.core.permissions import Permission, Rule, leaders, members, signed_in


class ProjectPermission(Permission):
    """What can be done with a project."""

    CREATE = "projects.create"
    VIEW = "projects.view"
    EDIT = "projects.edit"
    MANAGE_MEMBERS = "projects.manage_members"


RULES: dict[Permission, Rule] = {
    ProjectPermission.CREATE: signed_in,
    ProjectPermission.VIEW: members,
    ProjectPermission.EDIT: leaders,
    ProjectPermission.MANAGE_MEMBERS: leaders,
}
