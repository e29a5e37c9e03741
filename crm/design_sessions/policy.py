"""Who may do what with sessions."""

from crm.core.permissions import Permission, Rule, anybody, leaders_and_planners, members


class SessionPermission(Permission):
    """What can be done with sessions."""

    READ = "design_sessions.read"
    ARRANGE = "design_sessions.arrange"
    EXPORT = "design_sessions.export"
    ANSWER = "design_sessions.answer"


RULES: dict[Permission, Rule] = {
    # Reviewers too, who read pseudonyms in place of the names of private persons.
    SessionPermission.READ: members,
    SessionPermission.ARRANGE: leaders_and_planners,
    # Private persons leave under their pseudonym where a reviewer exports.
    SessionPermission.EXPORT: members,
    # A personal link is its own key; `queries.answers.invitation_by_link` checks it.
    SessionPermission.ANSWER: anybody,
}
