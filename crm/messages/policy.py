"""Who may do what with messages."""

from crm.core.permissions import Permission, Rule, administrator, anybody, leaders_and_planners


class MessagePermission(Permission):
    """What can be done with messages."""

    READ = "messages.read"
    SEND = "messages.send"
    WRITE = "messages.write"
    ANSWER = "messages.answer"
    ADMINISTER = "messages.administer"


RULES: dict[Permission, Rule] = {
    MessagePermission.READ: leaders_and_planners,
    MessagePermission.SEND: leaders_and_planners,
    MessagePermission.WRITE: leaders_and_planners,
    # A personal link is its own key; the queries behind these pages check it.
    MessagePermission.ANSWER: anybody,
    MessagePermission.ADMINISTER: administrator,
}
