"""Who may do what with projects."""

from crm.core.permissions import Actor, Permission, Role, Rule, members, signed_in
from crm.projects.models import Project


class ProjectPermission(Permission):
    """What can be done with a project."""

    CREATE = "projects.create"
    VIEW = "projects.view"
    EDIT = "projects.edit"
    MANAGE_MEMBERS = "projects.manage_members"


def leads_this(actor: Actor, subject: object) -> bool:
    """Rule: leaders, and of no other project than the one they are at work in."""
    if isinstance(subject, Project) and subject.id != actor.project_id:
        return False
    return actor.role is Role.LEADER


RULES: dict[Permission, Rule] = {
    ProjectPermission.CREATE: signed_in,
    ProjectPermission.VIEW: members,
    ProjectPermission.EDIT: leads_this,
    ProjectPermission.MANAGE_MEMBERS: leads_this,
}
